"""Answers as data frames."""

from decimal import Decimal

import pandas as pd
import polars as pl
import pytest

from openoutcry.client.frames import to_pandas, to_polars
from openoutcry.client.marketdata import Candle
from openoutcry.client.order import Order

CANDLES = [
    Candle(
        time=f"2026-01-02T14:3{minute}:00.000000001Z",
        open=Decimal("150.25"),
        high=Decimal("150.5"),
        low=Decimal(150),
        close=Decimal("150.125"),
        volume=100 * minute,
        trades=minute,
    )
    for minute in range(3)
]


def order(price: Decimal | None) -> Order:
    return Order(
        order_id="ORD-1",
        account_id="ACC-000001",
        status="NEW",
        symbol="AAPL",
        side="BUY",
        type="LIMIT",
        time_in_force="DAY",
        quantity=1,
        filled_quantity=0,
        leaves_quantity=1,
        created_at="2026-01-02T14:30:00.123456789Z",
        updated_at="2026-01-02T14:30:00.123456789Z",
        version=1,
        price=price,
    )


def test_candles_in_polars() -> None:
    frame = to_polars(CANDLES)
    assert frame.columns == ["time", "open", "high", "low", "close", "volume", "trades"]
    assert frame.schema["time"] == pl.Datetime("ns", "UTC")
    assert frame["close"].to_list() == [150.125] * 3
    assert frame["volume"].sum() == 300
    assert frame["time"].dt.nanosecond().to_list() == [1, 1, 1]


def test_candles_in_pandas() -> None:
    frame = to_pandas(CANDLES)
    assert str(frame["time"].dtype) == "datetime64[ns, UTC]"
    assert frame["time"].iloc[1] == pd.Timestamp("2026-01-02T14:31:00.000000001Z")
    assert frame["volume"].tolist() == [0, 100, 200]


@pytest.mark.parametrize("convert", [to_polars, to_pandas])
def test_orders_leave_their_fills_out_and_keep_what_is_missing(convert: object) -> None:
    assert callable(convert)
    frame = convert([order(Decimal("1.5")), order(None)])
    assert "fills" not in frame.columns
    first, second = frame["price"].to_list() if convert is to_polars else frame["price"]
    assert first == 1.5
    assert second is None or pd.isna(second)


def test_nothing_is_an_empty_frame() -> None:
    assert to_polars([]).is_empty()
    assert to_pandas([]).empty
