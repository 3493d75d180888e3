"""An institution: buys or sells a large amount over minutes, in slices."""

from dataclasses import dataclass
from random import Random

from openoutcry.simulation.blotter import Blotter
from openoutcry.simulation.strategy import Action, Floor, Move, Place, Withdraw

_SLICE_S = 2.5
_PARENT_DOLLARS = 900_000.0
_SLICES = 40
_REST_S = 20.0  # between one large order and the next
_PATIENT_SLICES = 3  # so many slices wait at the touch before one takes


@dataclass(slots=True)
class _Parent:
    symbol: str
    is_buy: bool
    clip: int
    slices: int


class Institution:
    """Works one large order at a time: waits at the touch, and takes where that is too slow."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._parent: _Parent | None = None

    def wait(self) -> float:
        """Seconds until the next slice, or the next large order."""
        if self._parent is None:
            return self._random.uniform(0.2, 1.0) * _REST_S
        return self._random.uniform(0.5, 1.5) * _SLICE_S

    def decide(self, now: float, floor: Floor, blotter: Blotter) -> list[Action]:
        """Send the next slice."""
        if self._parent is None:
            self._parent = self._next(floor, blotter)
            return []
        parent = self._parent
        one = floor.instruments[parent.symbol]
        waiting = blotter.open(parent.symbol)
        if not one.is_tradable or parent.slices == 0:
            self._parent = None
            return [Withdraw(one, order) for order in waiting]
        assert one.bid is not None
        assert one.ask is not None
        parent.slices -= 1
        near, far = (one.bid, one.ask) if parent.is_buy else (one.ask, one.bid)
        if parent.slices % (_PATIENT_SLICES + 1) == 0:
            return [Place(one, parent.is_buy, parent.clip, far, time_in_force="IOC")]
        if waiting:
            return [
                Move(one, order, near, order.leaves) for order in waiting if order.price != near
            ]
        return [Place(one, parent.is_buy, parent.clip, near)]

    def _next(self, floor: Floor, blotter: Blotter) -> _Parent | None:
        one = floor.choose(self._random, floor.tradable())
        if one is None:
            return None
        leaning = blotter.leaning(one.symbol) / one.shares_worth(_PARENT_DOLLARS)
        is_buy = self._random.random() < min(max(0.5 - 0.5 * leaning, 0.0), 1.0)
        shares = one.shares_worth(_PARENT_DOLLARS * self._random.uniform(0.4, 1.6))
        slices = round(_SLICES * self._random.uniform(0.6, 1.4))
        return _Parent(one.symbol, is_buy, max(1, shares // slices), slices)
