"""Market makers: a ladder of orders on both sides of the fair value, moved along with it."""

import math
from random import Random

from openoutcry.simulation.blotter import Blotter, OwnOrder
from openoutcry.simulation.instrument import Instrument
from openoutcry.simulation.strategy import Action, Floor, Move, Place, Withdraw

_UPDATES_PER_S = 1.3  # of each symbol
_LEVELS = 5
_TOUCH_DOLLARS = 18_000.0  # worth of the order at the touch; deeper ones are larger
_DEEPER = 0.45  # each level holds this much of the touch more than the one before
_LARGEST_SKEW = 3.0  # ticks
_SKEW_DOLLARS = 600_000.0  # a position this far from its reference skews by most of that
_REFILL = 0.4  # an order with less than this part left is filled up


class MarketMaker:
    """Quotes every symbol in turn.

    Its touch is half a spread off its own view of the fair value, leaning against its position.
    Deeper orders stand on a fixed grid of prices, `number` ticks off those of the other makers,
    so that a move of the touch takes the farthest order of one side to its front and leaves the
    rest, with their place in the queue, where they are.
    """

    def __init__(self, random: Random, number: int) -> None:
        self._random = random
        self._number = number
        self._turn: list[str] = []
        self._opinions: dict[str, float] = {}
        self._hurried: str | None = None

    def wait(self) -> float:
        """Seconds until the next symbol's turn."""
        symbols = max(1, len(self._opinions))
        return self._random.uniform(0.5, 1.5) / (_UPDATES_PER_S * symbols)

    def decide(self, now: float, floor: Floor, blotter: Blotter) -> list[Action]:
        """Move the ladder of the symbol whose turn it is."""
        if not self._turn:
            self._turn = sorted(floor.instruments)
            self._random.shuffle(self._turn)
        one = floor.instruments[self._turn.pop()]
        opinion = 0.8 * self._opinions.get(one.symbol, 0.0) + self._random.gauss(0.0, 0.25)
        self._opinions[one.symbol] = opinion
        if one.halted:
            return []
        held_dollars = blotter.leaning(one.symbol) * one.fair * float(one.tick)
        skew = _LARGEST_SKEW * math.tanh(held_dollars / _SKEW_DOLLARS)
        half = self._half_spread(one) * floor.values.heat(one.symbol) ** 0.5
        middle = one.fair + opinion - skew
        bid = max(1, math.floor(middle - half))
        ask = max(bid + 1, math.ceil(middle + half))
        if (bid, ask) != (touch := self._passive(one, bid, ask)):
            self._hurry(one.symbol)
            bid, ask = touch
        own = blotter.open(one.symbol)
        bids = self._side(one, True, bid, [order for order in own if order.is_buy])
        asks = self._side(one, False, ask, [order for order in own if not order.is_buy])
        rising = middle > one.middle
        # The side that the price moves towards gives way first, or the maker meets itself.
        return asks + bids if rising else bids + asks

    def _hurry(self, symbol: str) -> None:
        """Come back to a symbol at once, not twice in a row: others are moving out of the way."""
        if self._hurried == symbol:
            self._hurried = None
        else:
            self._turn.append(symbol)
            self._hurried = symbol

    @staticmethod
    def _half_spread(one: Instrument) -> float:
        """Ticks between the fair value and each side: dearer and livelier symbols are wider."""
        return 0.35 + 0.03 * one.usual_move

    @staticmethod
    def _passive(one: Instrument, bid: int, ask: int) -> tuple[int, int]:
        """Do not take what another still offers: that is the other traders' part."""
        if one.ask is not None:
            bid = min(bid, one.ask - 1)
        if one.bid is not None:
            ask = max(ask, one.bid + 1)
        return bid, ask

    def _ladder(self, one: Instrument, is_buy: bool, touch: int) -> list[int]:
        """The prices to stand at, best first."""
        away = -1 if is_buy else 1
        step = 3 * max(1, round(one.usual_move / 20))
        price = touch + away
        while (price + self._number * step // 3) % step:
            price += away
        return [touch] + [
            level
            for level in range(price, price + away * step * (_LEVELS - 1), away * step)
            if level > 0
        ]

    def _size(self, one: Instrument, level: int) -> int:
        worth = _TOUCH_DOLLARS * (1 + _DEEPER * level) * self._random.lognormvariate(0.0, 0.4)
        shares = one.shares_worth(worth)
        return max(1, round(shares, -1) if shares >= 20 else shares)

    def _side(self, one: Instrument, is_buy: bool, touch: int, own: list[OwnOrder]) -> list[Action]:
        """Bring the open orders of one side to the ladder with as few messages as will do."""
        wanted = self._ladder(one, is_buy, touch)
        standing = {order.price: order for order in own}
        spare = [order for order in own if standing[order.price] is not order]
        spare += [order for price, order in standing.items() if price not in wanted]
        # The order in the way is moved first, the farthest last.
        spare.sort(key=lambda order: -order.price if is_buy else order.price)
        actions: list[Action] = []
        for level, price in enumerate(wanted):
            order = standing.get(price)
            size = self._size(one, level)
            if order is not None:
                if order.leaves < _REFILL * size:
                    actions.append(Move(one, order, price, size))
            elif spare:
                actions.append(Move(one, spare.pop(0), price, size))
            else:
                actions.append(Place(one, is_buy, size, price))
        return actions + [Withdraw(one, order) for order in spare]
