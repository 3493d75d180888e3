"""Orders that the venue's rules refuse: 422, a code, the figures, and a REJECTED order kept."""

from decimal import Decimal
from typing import Any

import pytest
from exchange import Caller, Exchange, body_of


@pytest.fixture
def symbol(exchange: Exchange) -> str:
    return exchange.symbol(sweepCollar=1_000, limitCollar=5_000)


@pytest.fixture
def trader(exchange: Exchange, symbol: str) -> Caller:
    return exchange.trader(1_000, {symbol: 10})


def refused(trader: Caller, code: str, symbol: str, **fields: Any) -> dict[str, Any]:
    """The problem with which the order was refused; it is kept, and nothing else happened."""
    before = trader.cash()
    response = trader.order(symbol, **fields)
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = body_of(response)
    assert (problem["code"], problem["status"]) == (code, 422)
    kept = trader.get(f"/orders/{problem['orderId']}")
    assert (kept["status"], kept["rejectReason"]) == ("REJECTED", code)
    assert kept["fills"] == []
    assert trader.cash() == before
    return problem


def test_order_needs_the_cash_it_could_cost(trader: Caller, symbol: str) -> None:
    problem = refused(trader, "INSUFFICIENT_FUNDS", symbol, quantity=150, price="100.25")
    assert (problem["required"], problem["available"]) == (Decimal("15037.50"), Decimal(1000))
    assert "needs 15,037.50 USD, 1,000.00 USD available" in problem["detail"]


def test_two_orders_never_hold_the_same_dollar(trader: Caller, symbol: str) -> None:
    trader.place(symbol, quantity=6)
    refused(trader, "INSUFFICIENT_FUNDS", symbol, quantity=6)


def test_sale_needs_the_shares(trader: Caller, symbol: str) -> None:
    problem = refused(trader, "INSUFFICIENT_SHARES", symbol, side="SELL", quantity=11)
    assert (problem["required"], problem["available"]) == (11, 10)


def test_symbol_must_be_listed(trader: Caller) -> None:
    problem = refused(trader, "UNKNOWN_SYMBOL", "NOSUCH")
    assert trader.get(f"/orders/{problem['orderId']}")["symbol"] == "-"


@pytest.mark.parametrize("price", ["100.001", "100.0001", 99.995])
def test_price_must_be_on_the_tick(trader: Caller, symbol: str, price: object) -> None:
    refused(trader, "OFF_TICK", symbol, quantity=1, price=price)


@pytest.mark.parametrize("price", ["100.00001", "0.00009", 100.000000001, "100.0050000001"])
def test_price_finer_than_any_tick_is_off_tick_too_and_kept(
    trader: Caller, symbol: str, price: object
) -> None:
    problem = refused(trader, "OFF_TICK", symbol, quantity=1, price=price)
    assert trader.get(f"/orders/{problem['orderId']}")["status"] == "REJECTED"


def test_stop_price_finer_than_any_tick_is_off_tick(trader: Caller, symbol: str) -> None:
    refused(trader, "OFF_TICK", symbol, quantity=1, type="STOP", price=None, stopPrice="100.00001")


def test_name_of_a_finer_price_is_not_the_name_of_the_rounded_one(
    trader: Caller, symbol: str
) -> None:
    trader.place(symbol, quantity=1, price="90.00", clientOrderId="exact")
    response = trader.order(symbol, quantity=1, price="90.000001", clientOrderId="exact")
    assert (response.status_code, response.json()["code"]) == (409, "DUPLICATE_CLIENT_ORDER_ID")


def test_price_far_from_the_market_is_refused(trader: Caller, symbol: str) -> None:
    problem = refused(trader, "PRICE_COLLAR", symbol, quantity=1, price="150.01")
    assert problem["available"] == Decimal("150.00")


def test_limit_order_needs_a_price(trader: Caller, symbol: str) -> None:
    refused(trader, "INVALID_PRICE", symbol, quantity=1, price=None)


def test_market_order_has_no_price(trader: Caller, symbol: str) -> None:
    refused(trader, "INVALID_PRICE", symbol, quantity=1, type="MARKET")


def test_stop_order_needs_a_stop_price(trader: Caller, symbol: str) -> None:
    refused(trader, "INVALID_PRICE", symbol, quantity=1, type="STOP", price=None)


def test_short_sale_needs_a_locate(trader: Caller, symbol: str) -> None:
    refused(trader, "SHORT_SALE_NOT_PERMITTED", symbol, quantity=1, side="SELL_SHORT")


def test_halted_symbol_takes_no_orders(exchange: Exchange, trader: Caller, symbol: str) -> None:
    exchange.operator.post("/admin/halts", {"symbol": symbol})
    refused(trader, "HALTED", symbol, quantity=1)
    exchange.operator.post("/admin/resumes", {"symbol": symbol})
    trader.place(symbol, quantity=1)


def test_quantity_has_a_largest_value(trader: Caller, symbol: str) -> None:
    refused(trader, "INVALID_QUANTITY", symbol, quantity=10_000_001)


def test_suspended_account_sends_no_orders(exchange: Exchange, trader: Caller, symbol: str) -> None:
    path = f"/admin/accounts/{trader.account}/status"
    exchange.operator.post(path, {"status": "SUSPENDED"})
    refused(trader, "ACCOUNT_SUSPENDED", symbol, quantity=1)


def test_open_orders_and_their_value_are_limited(
    exchange: Exchange, trader: Caller, symbol: str
) -> None:
    path = f"/admin/accounts/{trader.account}/limits"
    exchange.operator.post(path, {"maximumOpenOrders": 1, "maximumOrderValue": "200.00"})
    refused(trader, "ORDER_TOO_LARGE", symbol, quantity=3)
    trader.place(symbol, quantity=1)
    refused(trader, "TOO_MANY_ORDERS", symbol, quantity=1)


def test_stop_order_cannot_be_immediate(trader: Caller, symbol: str) -> None:
    fields = {"type": "STOP", "price": None, "stopPrice": 101, "timeInForce": "IOC"}
    refused(trader, "INVALID_TIME_IN_FORCE", symbol, quantity=1, **fields)


def test_refused_order_is_refused_again_under_its_client_order_id(
    trader: Caller, symbol: str
) -> None:
    first = refused(trader, "INSUFFICIENT_SHARES", symbol, side="SELL", clientOrderId="once")
    again = trader.order(symbol, side="SELL", clientOrderId="once")
    assert again.status_code == 422
    assert again.json()["orderId"] == first["orderId"]
    assert again.json()["code"] == "INSUFFICIENT_SHARES"


def test_user_without_approved_kyc_sends_no_orders(exchange: Exchange, symbol: str) -> None:
    stranger = exchange.trader(kyc_status="PENDING")
    response = stranger.order(symbol)
    assert (response.status_code, response.json()["code"]) == (403, "KYC_REQUIRED")
    assert stranger.get("/orders")["items"] == []
    user_id = stranger.get("/me")["userId"]
    exchange.operator.post(f"/admin/users/{user_id}/kyc", {"status": "APPROVED"})
    order = stranger.place(symbol)
    exchange.operator.post(f"/admin/users/{user_id}/kyc", {"status": "REJECTED"})
    assert stranger.order(symbol).json()["code"] == "KYC_REQUIRED"
    path = f"/orders/{order['orderId']}"
    assert stranger.send("PATCH", path, json={"quantity": 1}).json()["code"] == "KYC_REQUIRED"
    assert stranger.send("DELETE", path).status_code == 200
