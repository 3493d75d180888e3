"""Instruments and orders to try the traders' decisions on, without a venue."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from openoutcry.client.order import Order
from openoutcry.simulation.fair_value import FairValues
from openoutcry.simulation.instrument import Character, Instrument
from openoutcry.simulation.strategy import Floor

CLOSES = {"AAPL": 27000, "MSFT": 41000, "SPY": 60000, "XOM": 11500}


def instrument(symbol: str, close: int) -> Instrument:
    return Instrument(
        symbol=symbol,
        tick=Decimal("0.01"),
        previous_close=close,
        last=close,
        fair=float(close),
        character=Character(),
        bid=close - 1,
        ask=close + 1,
    )


@pytest.fixture
def instruments() -> dict[str, Instrument]:
    return {symbol: instrument(symbol, close) for symbol, close in CLOSES.items()}


@pytest.fixture
def floor(instruments: dict[str, Instrument]) -> Floor:
    return Floor(instruments, FairValues(instruments.values(), seed=1))


@pytest.fixture
def make_order() -> Callable[..., Order]:
    def make(order_id: str = "ORD-1", **changes: object) -> Order:
        fields: dict[str, object] = {
            "order_id": order_id,
            "account_id": "ACC-000001",
            "status": "NEW",
            "symbol": "AAPL",
            "side": "BUY",
            "type": "LIMIT",
            "time_in_force": "DAY",
            "quantity": 100,
            "filled_quantity": 0,
            "leaves_quantity": 100,
            "created_at": "",
            "updated_at": "",
            "version": 1,
            "price": Decimal("269.99"),
        }
        return Order(**(fields | changes))  # type: ignore[arg-type]

    return make
