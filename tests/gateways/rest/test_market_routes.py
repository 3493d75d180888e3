"""Public market data over REST; no token needed."""

from decimal import Decimal
from typing import Any

import pytest
from exchange import Caller, Exchange


@pytest.fixture
def symbol(exchange: Exchange) -> str:
    return exchange.symbol()


@pytest.fixture
def seller(exchange: Exchange, symbol: str) -> Caller:
    return exchange.trader(0, {symbol: 1_000})


@pytest.fixture
def buyer(exchange: Exchange) -> Caller:
    return exchange.trader()


def test_book_shows_the_best_levels_first(
    exchange: Exchange, buyer: Caller, seller: Caller, symbol: str
) -> None:
    for price, quantity in ((99, 10), (99, 20), ("98.50", 5), (97, 1)):
        buyer.place(symbol, price=price, quantity=quantity)
    for price in (102, 101):
        seller.place(symbol, side="SELL", price=price, quantity=7)
    book = exchange.anyone.get(f"/orderbook/{symbol}", depth=2)
    assert book["bids"] == [
        {"price": Decimal("99.00"), "quantity": 30, "orders": 2},
        {"price": Decimal("98.50"), "quantity": 5, "orders": 1},
    ]
    assert [level["price"] for level in book["asks"]] == [Decimal(101), Decimal(102)]
    assert book["lastTrade"] is None
    assert book["symbol"] == symbol
    assert book["sequence"] > 0
    buyer.place(symbol, price=101, quantity=7)
    last = exchange.anyone.get(f"/orderbook/{symbol}")["lastTrade"]
    assert (last["price"], last["quantity"]) == (Decimal("101.00"), 7)


def test_quote_before_the_first_trade_is_the_previous_close(
    exchange: Exchange, symbol: str
) -> None:
    quote = exchange.anyone.get(f"/quotes/{symbol}")
    assert quote.pop("timestamp").endswith("Z")
    assert quote.pop("sequence") > 0
    close = Decimal("100.00")
    assert quote == {
        "symbol": symbol,
        "bid": None,
        "bidSize": 0,
        "ask": None,
        "askSize": 0,
        "last": close,
        "volume": 0,
        "open": None,
        "high": None,
        "low": None,
        "previousClose": close,
        "change": Decimal(0),
        "changePercent": Decimal(0),
    }


def trade(buyer: Caller, seller: Caller, symbol: str, *prices: object) -> None:
    for price in prices:
        seller.place(symbol, side="SELL", price=price, quantity=10)
        buyer.place(symbol, price=price, quantity=10)


def test_quote_follows_trades(
    exchange: Exchange, buyer: Caller, seller: Caller, symbol: str
) -> None:
    trade(buyer, seller, symbol, 101, 103, 99)
    quote = exchange.anyone.get(f"/quotes/{symbol}")
    figures = [quote[name] for name in ("open", "high", "low", "last", "volume")]
    assert figures == [101, 103, 99, 99, 30]
    assert (quote["change"], quote["changePercent"]) == (Decimal("-1.00"), Decimal("-1.00"))


def test_tape_is_newest_first_and_names_the_aggressor(
    exchange: Exchange, buyer: Caller, seller: Caller, symbol: str
) -> None:
    trade(buyer, seller, symbol, 101, 102, 103)
    first = exchange.anyone.get(f"/trades/{symbol}", limit=2)
    assert [item["price"] for item in first["items"]] == [103, 102]
    assert {item["side"] for item in first["items"]} == {"BUY"}
    rest = exchange.anyone.get(f"/trades/{symbol}", limit=2, cursor=first["next"])
    assert [item["price"] for item in rest["items"]] == [101]
    assert rest["next"] is None


def test_candle_sums_up_its_trades(
    exchange: Exchange, buyer: Caller, seller: Caller, symbol: str
) -> None:
    trade(buyer, seller, symbol, 101, 103, 99, 100)
    (candle,) = exchange.anyone.get(f"/candles/{symbol}", interval="1d")["items"]
    assert candle.pop("time").endswith("T00:00:00.000000000Z")
    assert candle == {
        "open": Decimal(101),
        "high": Decimal(103),
        "low": Decimal(99),
        "close": Decimal(100),
        "volume": 40,
        "trades": 4,
    }


def test_candles_have_a_range(
    exchange: Exchange, buyer: Caller, seller: Caller, symbol: str
) -> None:
    trade(buyer, seller, symbol, 101)

    def count(**query: str) -> int:
        return len(exchange.anyone.get(f"/candles/{symbol}", interval="1d", **query)["items"])

    assert count(**{"from": "2020-01-01"}) == 1
    assert count(to="2020-01-01T00:00:00Z") == 0
    assert count(**{"from": "2020-01-01T00:00:00+02:00", "to": "2200-01-01"}) == 1


def test_symbols_are_listed_in_pages(exchange: Exchange) -> None:
    first = exchange.anyone.get("/symbols", limit=5)
    assert [item["symbol"] for item in first["items"]] == ["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA"]
    assert first["items"][0] == {
        "symbol": "AAPL",
        "name": "Apple Inc.",
        "status": "OPEN",
        "tickSize": Decimal("0.01"),
        "lotSize": 1,
        "previousClose": Decimal("150.00"),
        "last": first["items"][0]["last"],
    }
    second = exchange.anyone.get("/symbols", limit=5, cursor=first["next"])
    assert second["items"][0]["symbol"] == "TSLA"


def test_calendar_says_that_the_venue_is_always_open(exchange: Exchange) -> None:
    days = exchange.anyone.get("/calendar", days=2, **{"from": "2026-11-22"})["items"]
    assert [day["date"] for day in days] == ["2026-11-22", "2026-11-23"]
    assert days[0]["close"] == days[1]["open"]


def test_venue_says_what_it_is(exchange: Exchange) -> None:
    venue = exchange.anyone.get("/venue")
    assert (venue["name"], venue["demo"]) == ("Open Outcry", True)
    assert {"username": "alice", "password": "alice-demo"} in venue["demoUsers"]
    assert venue["symbols"] >= 12


@pytest.mark.parametrize("channel", ["orderbook", "quotes", "trades", "candles"])
@pytest.mark.parametrize("symbol", ["NOPE", "aapl", "%00", "A" * 3_000, "..", "AAPL%20"])
def test_symbol_that_is_not_listed_is_not_found(
    exchange: Exchange, channel: str, symbol: str
) -> None:
    response = exchange.anyone.send("GET", f"/{channel}/{symbol}")
    assert response.status_code == 404
    assert response.json()["code"] in {"UNKNOWN_SYMBOL", "NOT_FOUND"}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/orderbook/AAPL", {"depth": 0}),
        ("/orderbook/AAPL", {"depth": 1_001}),
        ("/orderbook/AAPL", {"depth": "deep"}),
        ("/candles/AAPL", {"interval": "2m"}),
        ("/candles/AAPL", {"interval": ""}),
        ("/candles/AAPL", {"from": "yesterday"}),
        ("/candles/AAPL", {"to": "2026-13-01"}),
        ("/candles/AAPL", {"from": "1969-12-31T23:59:59Z"}),
        ("/candles/AAPL", {"from": "2026-01-01T00:00:00.1234567890Z"}),
        ("/candles/AAPL", {"limit": 10**30}),
        ("/trades/AAPL", {"cursor": "-1"}),
        ("/trades/AAPL", {"cursor": "9" * 40}),
        ("/trades/AAPL", {"cursor": "9" * 30}),
        ("/calendar", {"days": 367}),
    ],
)
def test_parameter_that_makes_no_sense_is_refused(
    exchange: Exchange, path: str, query: dict[str, Any]
) -> None:
    response = exchange.anyone.send("GET", path, params=query)
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] in {"INVALID_PARAMETER", "INVALID_CURSOR", "INVALID_TIME"}


def test_cursor_beyond_the_end_is_an_empty_page(exchange: Exchange, symbol: str) -> None:
    page = exchange.anyone.get(f"/trades/{symbol}", cursor="9" * 18)
    assert page == {"items": [], "next": None}
