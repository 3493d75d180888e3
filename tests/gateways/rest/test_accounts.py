"""Accounts over REST: cash, positions, portfolio, ledger, trades, deposits, withdrawals."""

from decimal import Decimal
from typing import Any

import pytest
from exchange import Caller, Exchange, body_of


@pytest.fixture
def symbol(exchange: Exchange) -> str:
    return exchange.symbol()


@pytest.fixture
def traded(exchange: Exchange, symbol: str) -> tuple[Caller, Caller]:
    """A buyer who bought 40 at 101.00 from a seller who had 100 shares and no cash."""
    buyer, seller = exchange.trader(10_000), exchange.trader(0, {symbol: 100})
    seller.place(symbol, side="SELL", quantity=40, price=101)
    buyer.place(symbol, quantity=40, price=101)
    return buyer, seller


def test_account_shows_its_cash(exchange: Exchange) -> None:
    trader = exchange.trader(500)
    (account,) = trader.get("/accounts")["items"]
    assert trader.get(f"/accounts/{trader.account}") == account
    assert account.pop("createdAt").endswith("Z")
    amount = Decimal("500.00")
    assert account == {
        "accountId": trader.account,
        "type": "CASH",
        "status": "ACTIVE",
        "currency": "USD",
        "cash": {"total": amount, "held": Decimal(0), "available": amount, "settled": amount},
    }


def test_trade_moves_cash_and_shares_at_once(traded: tuple[Caller, Caller], symbol: str) -> None:
    buyer, seller = traded
    assert buyer.cash()["total"] == Decimal(10_000 - 4_040)
    assert seller.cash()["total"] == Decimal(4_040)
    bought, kept = buyer.position(symbol), seller.position(symbol)
    assert bought is not None
    assert kept is not None
    assert (bought["quantity"], kept["quantity"]) == (40, 60)


def test_position_is_valued_at_the_last_price(
    exchange: Exchange, traded: tuple[Caller, Caller], symbol: str
) -> None:
    buyer, _ = traded
    other = exchange.trader(shares={symbol: 10})
    other.place(symbol, side="SELL", quantity=1, price=103)
    exchange.trader().place(symbol, quantity=1, price=103)
    assert buyer.position(symbol) == {
        "symbol": symbol,
        "quantity": 40,
        "held": 0,
        "available": 40,
        "averageCost": Decimal("101.00"),
        "marketPrice": Decimal("103.00"),
        "marketValue": Decimal("4120.00"),
        "unrealisedProfit": Decimal("80.00"),
        "realisedProfit": Decimal(0),
    }


def test_sale_realises_the_profit_over_average_cost(
    exchange: Exchange, traded: tuple[Caller, Caller], symbol: str
) -> None:
    buyer, _ = traded
    exchange.trader().place(symbol, quantity=10, price=104)
    buyer.place(symbol, side="SELL", quantity=10, price=104)
    portfolio = buyer.get(f"/accounts/{buyer.account}/portfolio")
    assert portfolio["realisedProfit"] == Decimal("30.00")
    assert portfolio["unrealisedProfit"] == Decimal("90.00")
    assert portfolio["marketValue"] == Decimal("3120.00")
    assert portfolio["equity"] == portfolio["cash"]["total"] + portfolio["marketValue"]


def test_sell_order_holds_its_shares(exchange: Exchange, symbol: str) -> None:
    trader = exchange.trader(shares={symbol: 50})
    trader.place(symbol, side="SELL", quantity=20, price=120)
    position = trader.position(symbol)
    assert position is not None
    assert (position["held"], position["available"]) == (20, 30)


def test_every_ledger_line_has_its_counterpart(traded: tuple[Caller, Caller], symbol: str) -> None:
    buyer, seller = traded

    def lines(trader: Caller) -> list[Any]:
        items = trader.get(f"/accounts/{trader.account}/ledger")["items"]
        return [line for line in items if line["kind"] == "TRADE"]

    mine, theirs = lines(buyer), lines(seller)
    assert {(line["asset"], line["amount"]) for line in mine} == {
        ("USD", Decimal("-4040.00")),
        (symbol, 40),
    }
    for line in mine:
        (other,) = [one for one in theirs if one["entryId"] == line["entryId"]]
        assert other["amount"] == -line["amount"]
        assert other["reference"] == line["reference"]
        assert other["reference"].startswith("TRD-")
        assert (line["counterparty"], other["counterparty"]) == (seller.account, buyer.account)
        assert line["orderId"] != other["orderId"]


def test_ledger_adds_up_to_the_cash(traded: tuple[Caller, Caller]) -> None:
    for trader in traded:
        items = trader.get(f"/accounts/{trader.account}/ledger")["items"]
        dollars = [line["amount"] for line in items if line["asset"] == "USD"]
        assert sum(dollars) == trader.cash()["total"]


def test_trade_with_oneself_moves_nothing(exchange: Exchange, symbol: str) -> None:
    trader = exchange.trader(10_000, {symbol: 10})
    for side in ("SELL", "BUY"):
        trader.place(symbol, side=side, quantity=10, price=100)
    items = trader.get(f"/accounts/{trader.account}/ledger")["items"]
    for asset, held in (("USD", trader.cash()["total"]), (symbol, 10)):
        amounts = [line["amount"] for line in items if line["asset"] == asset]
        assert (len(amounts), sum(amounts)) == (3, held)


def test_ledger_is_listed_newest_first_page_after_page(exchange: Exchange, symbol: str) -> None:
    trader = exchange.trader(1, {symbol: 1})
    path = f"/accounts/{trader.account}/ledger"
    first = trader.get(path, limit=1)
    second = trader.get(path, limit=1, cursor=first["next"])
    assert [first["items"][0]["asset"], second["items"][0]["asset"]] == [symbol, "USD"]
    assert first["items"][0]["counterparty"] == "OUTSIDE"
    assert second["next"] is None


def test_trades_of_an_account_say_which_side_it_was_on(
    traded: tuple[Caller, Caller], symbol: str
) -> None:
    shown = [trader.get(f"/accounts/{trader.account}/trades")["items"] for trader in traded]
    (bought,), (sold,) = shown
    assert (bought["side"], bought["liquidity"]) == ("BUY", "TAKER")
    assert (sold["side"], sold["liquidity"]) == ("SELL", "MAKER")
    assert bought["tradeId"] == sold["tradeId"]
    assert bought["value"] == Decimal("4040.00")


def test_deposit_is_carried_out_once_for_each_reference(exchange: Exchange) -> None:
    trader = exchange.trader(0)
    path = f"/accounts/{trader.account}/deposits"
    body = {"amount": "12.345678", "reference": f"wire of {trader.account}"}
    first = exchange.operator.post(path, body, 201)
    assert exchange.operator.post(path, body, 201) == first
    assert first["amount"] == Decimal("12.345678")
    assert trader.cash()["total"] == Decimal("12.345678")
    other = exchange.operator.send("POST", path, json=body | {"amount": 1})
    assert (other.status_code, other.json()["code"]) == (409, "DUPLICATE_REFERENCE")


def test_deposit_and_withdrawal_name_what_moved(exchange: Exchange, symbol: str) -> None:
    trader = exchange.trader(100, {symbol: 5})
    path = f"/accounts/{trader.account}/withdrawals"
    cash = exchange.operator.post(path, {"amount": 40}, 201)
    assert (cash["kind"], cash["asset"]) == ("WITHDRAWAL", "USD")
    assert cash["reference"]
    shares = exchange.operator.post(path, {"amount": 5, "asset": symbol}, 201)
    assert (shares["amount"], shares["asset"]) == (5, symbol)
    assert trader.cash()["total"] == Decimal("60.00")


def test_withdrawal_leaves_what_orders_hold(exchange: Exchange, symbol: str) -> None:
    trader = exchange.trader(100, {symbol: 5})
    trader.place(symbol, quantity=1, price=90)
    path = f"/accounts/{trader.account}/withdrawals"
    response = exchange.operator.send("POST", path, json={"amount": 11})
    assert (response.status_code, response.json()["code"]) == (422, "INSUFFICIENT_FUNDS")
    assert body_of(response)["available"] == Decimal("10.00")
    response = exchange.operator.send("POST", path, json={"amount": 6, "asset": symbol})
    assert response.json()["code"] == "INSUFFICIENT_SHARES"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "MISSING_FIELD"),
        ({"amount": None}, 400, "INVALID_AMOUNT"),
        ({"amount": 0}, 400, "INVALID_AMOUNT"),
        ({"amount": -5}, 400, "INVALID_AMOUNT"),
        ({"amount": "a lot"}, 400, "INVALID_AMOUNT"),
        ({"amount": "0.0000001"}, 400, "INVALID_AMOUNT"),
        ({"amount": 10**17}, 400, "INVALID_AMOUNT"),
        ({"amount": "1.5", "asset": "AAPL"}, 400, "INVALID_AMOUNT"),
        ({"amount": 1, "asset": "NOPE"}, 404, "UNKNOWN_SYMBOL"),
        ({"amount": 1, "reference": ""}, 400, "INVALID_FIELD"),
        ({"amount": 1, "reference": "x" * 64}, 400, "INVALID_FIELD"),
        ({"amount": 1, "to": "me"}, 400, "UNKNOWN_FIELD"),
        ([1], 400, "INVALID_BODY"),
    ],
)
def test_transfer_that_makes_no_sense_moves_nothing(
    exchange: Exchange, body: object, status: int, code: str
) -> None:
    trader = exchange.trader(0)
    path = f"/accounts/{trader.account}/deposits"
    response = exchange.operator.send("POST", path, json=body)
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert trader.get(f"/accounts/{trader.account}/ledger")["items"] == []


def test_transfer_beyond_what_the_venue_can_count_moves_nothing(exchange: Exchange) -> None:
    trader = exchange.trader(0)
    path = f"/accounts/{trader.account}/deposits"
    for _ in range(2):
        response = exchange.operator.send("POST", path, json={"amount": "9000000000000"})
    assert response.status_code in {409, 422}, response.text
    assert response.json()["code"] in {"INVALID_AMOUNT", "VENUE_FULL"}


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 501}, {"limit": "x"}, {"cursor": "x"}])
@pytest.mark.parametrize("path", ["/accounts", "/orders", "/api-keys", "/symbols"])
def test_page_has_bounds(exchange: Exchange, path: str, query: dict[str, Any]) -> None:
    response = exchange.operator.send("GET", path, params=query)
    assert response.status_code == 400
    assert response.json()["code"] in {"INVALID_PARAMETER", "INVALID_CURSOR"}
