"""What each symbol is worth, as a seeded random walk.

A market factor and one factor of each symbol's own move the logarithm of its price against the
previous close. Each factor is an Ornstein-Uhlenbeck process (it returns to the close within
hours) with rare jumps, and a volatility that itself comes and goes.
"""

import math
from collections.abc import Iterable
from random import Random

from openoutcry.simulation.instrument import MARKET_VOLATILITY, Instrument
from openoutcry.simulation.seed import seeded

STEP_S = 0.25
_STEP_MIN = STEP_S / 60

_RETURN_MIN = 300.0  # a factor's pull back to the close, as a time constant
_HEAT_RETURN_MIN = 8.0
_HEAT_DEVIATION = 0.45  # of the logarithm of volatility
_JUMPS_PER_MIN = 1 / 15
_JUMP_SIZE = 5.0  # in standard deviations of a minute
_JUMP_PART = 0.07  # of what is left of a jump comes with each step: news take seconds to sink in
_LARGEST = 0.25  # a factor never goes further than this from the close


class Factor:
    """One source of moves: `value` is a logarithm of price, `heat` how lively it is now."""

    def __init__(self, random: Random, volatility: float, value: float) -> None:
        self._random = random
        self._volatility = volatility
        self._log_heat = random.gauss(0.0, _HEAT_DEVIATION)
        self._to_come = 0.0
        self.value = value

    @property
    def heat(self) -> float:
        """Volatility as a multiple of the usual."""
        return math.exp(self._log_heat)

    def step(self) -> None:
        """Move on by STEP_S."""
        random = self._random
        self._log_heat += -self._log_heat * _STEP_MIN / _HEAT_RETURN_MIN + random.gauss(
            0.0, _HEAT_DEVIATION * math.sqrt(2 * _STEP_MIN / _HEAT_RETURN_MIN)
        )
        deviation = self._volatility * self.heat
        if random.random() < _JUMPS_PER_MIN * _STEP_MIN:
            jump = random.expovariate(1 / (_JUMP_SIZE * deviation))
            self._to_come += random.choice((-jump, jump))
        news = self._to_come * _JUMP_PART
        self._to_come -= news
        move = random.gauss(0.0, deviation * math.sqrt(_STEP_MIN)) + news
        value = self.value * (1 - _STEP_MIN / _RETURN_MIN) + move
        self.value = min(max(value, -_LARGEST), _LARGEST)


class FairValues:
    """The walk of all symbols, starting at their last prices: a restart is no jump."""

    def __init__(self, instruments: Iterable[Instrument], seed: int) -> None:
        self._instruments = list(instruments)
        moved = {one.symbol: math.log(one.last / one.previous_close) for one in self._instruments}
        start = moved.get("SPY", 0.0)
        self._market = Factor(seeded(seed, "market"), MARKET_VOLATILITY, start)
        self._own = {
            one.symbol: Factor(
                seeded(seed, one.symbol),
                one.character.volatility,
                moved[one.symbol] - one.character.beta * start,
            )
            for one in self._instruments
        }
        self._steps = 0

    def advance(self, seconds: float) -> None:
        """Bring every instrument's fair value to `seconds` after the start."""
        due = int(seconds / STEP_S)
        if due == self._steps:
            return
        while self._steps < due:
            self._steps += 1
            self._market.step()
            for factor in self._own.values():
                factor.step()
        for one in self._instruments:
            logarithm = one.character.beta * self._market.value + self._own[one.symbol].value
            one.fair = one.previous_close * math.exp(logarithm)

    def heat(self, symbol: str) -> float:
        """How lively `symbol` is now, 1 being usual: trading follows volatility."""
        return (self._market.heat + self._own[symbol].heat) / 2
