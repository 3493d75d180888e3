"""What a quote works out."""

from decimal import Decimal

import pytest

from openoutcry import _engine
from openoutcry.codec.market import hundredths_of_percent, tick_size


@pytest.mark.parametrize(
    ("change", "base", "percent"),
    [
        (1, 100, "1.00"),
        (-1, 100, "-1.00"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 20_000, "0.01"),
        (-1, 20_000, "-0.01"),
        (0, 5, "0.00"),
        (5, 0, "0.00"),
    ],
)
def test_change_is_in_hundredths_of_a_percent(change: int, base: int, percent: str) -> None:
    assert hundredths_of_percent(change, base) == Decimal(percent)


@pytest.mark.parametrize(
    ("previous_close", "tick", "shown"), [(10_000, 0, 100), (9_999, 0, 1), (10_000, 500, 500)]
)
def test_tick_is_a_cent_from_a_dollar_up(previous_close: int, tick: int, shown: int) -> None:
    symbol = _engine.Symbol(0, "X", previous_close, tick, 0, halted=False, halt_cause=0)
    assert tick_size(symbol) == shown
