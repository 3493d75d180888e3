"""The samples of docs/orders.md are taken as they stand."""

import re
from pathlib import Path

import msgspec
import pytest
from exchange import Exchange

PAGE = Path(__file__).parents[3] / "docs" / "orders.md"
SAMPLES = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("sample", SAMPLES)
def test_sample_is_accepted(exchange: Exchange, sample: str) -> None:
    symbol = exchange.symbol("150.00")
    maker = exchange.trader(1_000_000, {symbol: 1_000})
    maker.place(symbol, quantity=500, price="149.90")
    maker.place(symbol, side="SELL", quantity=500, price="150.10")
    trader = exchange.trader(1_000_000, {symbol: 1_000})
    order = msgspec.json.decode(sample.replace('"AAPL"', f'"{symbol}"'))
    answer = trader.post("/orders", order, 201)
    for name in order.keys() & answer.keys() - {"price", "expiresAt"}:
        assert answer[name] == order[name]
