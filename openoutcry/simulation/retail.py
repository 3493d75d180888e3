"""The crowd: small orders without information, most of which take what is offered."""

import math
from random import Random

from openoutcry.simulation.blotter import Blotter
from openoutcry.simulation.instrument import Instrument
from openoutcry.simulation.strategy import Action, Floor, Place, Withdraw

_DECISIONS_PER_S = 6.0
_USUAL_DOLLARS = 5_000.0
_LARGEST_DOLLARS = 120_000.0
_POSITION_DOLLARS = 400_000.0  # a position this far from its reference turns the crowd around
_TAKES = 0.62  # of the decisions take at a limit,
_MARKET = 0.78  # up to here at any price; the rest waits in the book
_PATIENCE_S = 25.0
_MOST_WAITING = 40
_MOOD_KEPT = 0.985  # of a symbol's mood from one decision about it to the next


class Retail:
    """Buys and sells at random, in moods that last some minutes and against its position."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._moods: dict[str, float] = {}
        self._patience: dict[str, float] = {}

    def wait(self) -> float:
        """Seconds until the next decision: orders come as a Poisson process."""
        return self._random.expovariate(_DECISIONS_PER_S)

    def decide(self, now: float, floor: Floor, blotter: Blotter) -> list[Action]:
        """Send one order, and give up on those that have waited for long enough."""
        actions = self._given_up(now, floor, blotter)
        one = floor.choose(self._random, floor.tradable())
        if one is None:
            return actions
        is_buy = self._random.random() < self._buying(one, blotter)
        quantity = self._quantity(one)
        kind = self._random.random()
        if kind < _TAKES:
            price = self._touch(one, not is_buy) + self._random.randint(0, 2) * (
                1 if is_buy else -1
            )
            actions.append(Place(one, is_buy, quantity, max(1, price), time_in_force="IOC"))
        elif kind < _MARKET:
            actions.append(Place(one, is_buy, quantity, 0, "MARKET", "IOC"))
        elif len(self._patience) < _MOST_WAITING:
            actions.append(Place(one, is_buy, quantity, self._waiting_price(one, is_buy)))
        return actions

    def _buying(self, one: Instrument, blotter: Blotter) -> float:
        """The probability that the next order buys."""
        mood = _MOOD_KEPT * self._moods.get(one.symbol, 0.0) + self._random.gauss(0.0, 0.03)
        self._moods[one.symbol] = mood
        held_dollars = blotter.leaning(one.symbol) * one.fair * float(one.tick)
        return 0.5 + 0.45 * math.tanh(mood - 1.5 * held_dollars / _POSITION_DOLLARS)

    def _quantity(self, one: Instrument) -> int:
        dollars = _USUAL_DOLLARS * self._random.lognormvariate(0.0, 1.1)
        shares = one.shares_worth(min(dollars, _LARGEST_DOLLARS))
        # People like round numbers.
        return round(shares, -2) if shares >= 150 and self._random.random() < 0.6 else shares

    def _waiting_price(self, one: Instrument, is_buy: bool) -> int:
        """At the touch, a tick better where there is room, or a few ticks behind."""
        touch, other = self._touch(one, is_buy), self._touch(one, not is_buy)
        better = self._random.choice((1, 0, 0, -1, -2, -4))
        if better == 1 and abs(other - touch) < 2:
            better = 0
        return max(1, touch + better * (1 if is_buy else -1))

    @staticmethod
    def _touch(one: Instrument, of_bids: bool) -> int:
        price = one.bid if of_bids else one.ask
        assert price is not None, "only tradable instruments are chosen"
        return price

    def _given_up(self, now: float, floor: Floor, blotter: Blotter) -> list[Action]:
        waiting: dict[str, float] = {}
        actions: list[Action] = []
        for one in floor.instruments.values():
            for order in blotter.open(one.symbol):
                until = self._patience.get(order.order_id)
                if until is None:
                    until = now + self._random.expovariate(1 / _PATIENCE_S)
                if now < until:
                    waiting[order.order_id] = until
                else:
                    actions.append(Withdraw(one, order))
        self._patience = waiting
        return actions
