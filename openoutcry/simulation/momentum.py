"""A momentum trader: follows moves that last, and gets out when they turn."""

from random import Random

from openoutcry.simulation.blotter import Blotter
from openoutcry.simulation.instrument import Instrument
from openoutcry.simulation.strategy import Action, Floor, Place

_DECISIONS_PER_S = 2.0
_FAST_S = 8.0
_SLOW_S = 45.0
_ENTER = 0.45  # fast over slow average, in the moves that are usual in a minute
_LEAVE = 0.10
_CLIP_DOLLARS = 25_000.0
_POSITION_DOLLARS = 250_000.0


class Momentum:
    """Buys where the fast average of the price is well above the slow one; sells likewise."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._averages: dict[str, tuple[float, float]] = {}
        self._before = 0.0

    def wait(self) -> float:
        """Seconds until the next decision."""
        return self._random.uniform(0.5, 1.5) / _DECISIONS_PER_S

    def decide(self, now: float, floor: Floor, blotter: Blotter) -> list[Action]:
        """Trade one symbol, if one moves."""
        elapsed, self._before = now - self._before, now
        signals = {
            one.symbol: self._signal(one, elapsed)
            for one in floor.instruments.values()
            if one.is_tradable
        }
        one = floor.choose(self._random, floor.tradable())
        if one is None:
            return []
        signal = signals[one.symbol]
        position = blotter.leaning(one.symbol)
        limit = one.shares_worth(_POSITION_DOLLARS)
        clip = one.shares_worth(_CLIP_DOLLARS * self._random.uniform(0.3, 1.0))
        if abs(signal) > _ENTER and (position * signal <= 0 or abs(position) < limit):
            return [self._take(one, signal > 0, clip)]
        if abs(position) >= clip and (abs(signal) < _LEAVE or signal * position < 0):
            return [self._take(one, position < 0, clip)]
        return []

    def _signal(self, one: Instrument, elapsed: float) -> float:
        fast, slow = self._averages.get(one.symbol, (one.middle, one.middle))
        fast += (one.middle - fast) * min(1.0, elapsed / _FAST_S)
        slow += (one.middle - slow) * min(1.0, elapsed / _SLOW_S)
        self._averages[one.symbol] = (fast, slow)
        return (fast - slow) / max(one.usual_move, 1.0)

    @staticmethod
    def _take(one: Instrument, is_buy: bool, quantity: int) -> Place:
        touch = one.ask if is_buy else one.bid
        assert touch is not None, "only tradable instruments are chosen"
        price = max(1, touch + (2 if is_buy else -2))
        return Place(one, is_buy, quantity, price, time_in_force="IOC")
