"""Fair values: repeatable, continuous over a restart, near the close, moving together."""

import math
import statistics
from itertools import pairwise

from openoutcry.simulation.fair_value import STEP_S, FairValues
from openoutcry.simulation.instrument import Instrument

HOUR_S = 3600


def returns(instrument: Instrument, values: FairValues, minutes: int) -> list[float]:
    logarithms = []
    for minute in range(minutes):
        values.advance(minute * 60)
        logarithms.append(math.log(instrument.fair))
    return [after - before for before, after in pairwise(logarithms)]


def test_same_seed_walks_the_same_way_however_often_it_is_asked(
    instruments: dict[str, Instrument],
) -> None:
    FairValues(instruments.values(), seed=7).advance(HOUR_S)
    at_once = {symbol: one.fair for symbol, one in instruments.items()}
    values = FairValues(instruments.values(), seed=7)
    for step in range(int(HOUR_S / STEP_S) + 1):
        values.advance(step * STEP_S)
    assert {symbol: one.fair for symbol, one in instruments.items()} == at_once


def test_another_seed_walks_another_way(instruments: dict[str, Instrument]) -> None:
    FairValues(instruments.values(), seed=7).advance(60)
    first = instruments["AAPL"].fair
    FairValues(instruments.values(), seed=8).advance(60)
    assert instruments["AAPL"].fair != first


def test_walk_begins_at_the_last_trade_so_that_a_restart_is_no_jump(
    instruments: dict[str, Instrument],
) -> None:
    instruments["SPY"].last = 60600
    instruments["AAPL"].last = 26500
    FairValues(instruments.values(), seed=3).advance(STEP_S)
    assert abs(instruments["SPY"].fair / 60600 - 1) < 0.001
    assert abs(instruments["AAPL"].fair / 26500 - 1) < 0.001


def test_a_long_day_of_walking_stays_near_the_close(instruments: dict[str, Instrument]) -> None:
    values = FairValues(instruments.values(), seed=5)
    for hour in range(12):
        values.advance(hour * HOUR_S)
        for one in instruments.values():
            assert 0.8 < one.fair / one.previous_close < 1.25


def test_stocks_follow_the_market(instruments: dict[str, Instrument]) -> None:
    market = returns(instruments["SPY"], FairValues(instruments.values(), seed=2), 300)
    stock = returns(instruments["AAPL"], FairValues(instruments.values(), seed=2), 300)
    assert statistics.correlation(market, stock) > 0.2
