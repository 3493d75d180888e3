"""Changing and cancelling orders over REST."""

from decimal import Decimal

import pytest
from exchange import Caller, Exchange, body_of

from openoutcry.gateways.rest.order_entry import read_if_match


@pytest.fixture
def symbol(exchange: Exchange) -> str:
    return exchange.symbol()


@pytest.fixture
def trader(exchange: Exchange, symbol: str) -> Caller:
    return exchange.trader(shares={symbol: 1_000})


def path_of(order: dict[str, str]) -> str:
    return f"/orders/{order['orderId']}"


def test_replace_changes_quantity_and_price_and_what_is_held(trader: Caller, symbol: str) -> None:
    order = trader.place(symbol)
    response = trader.send("PATCH", path_of(order), json={"quantity": 50, "price": "99.00"})
    assert response.status_code == 200
    changed = body_of(response)
    assert (changed["orderId"], changed["quantity"]) == (order["orderId"], 50)
    assert changed["price"] == Decimal("99.00")
    assert changed["version"] == 2
    assert response.headers["etag"] == '"2"'
    assert trader.cash()["held"] == Decimal("4950.00")


def test_replace_guards_against_a_stale_view(trader: Caller, symbol: str) -> None:
    order = trader.place(symbol)
    headers = {"if-match": '"1"'}
    path = path_of(order)
    first = trader.send("PATCH", path, json={"quantity": 50}, headers=headers)
    assert first.status_code == 200
    stale = trader.send("PATCH", path, json={"quantity": 60}, headers=headers)
    assert (stale.status_code, stale.json()["code"]) == (412, "VERSION_MISMATCH")
    assert trader.get(path)["quantity"] == 50
    fresh = {"if-match": first.headers["etag"]}
    assert trader.send("PATCH", path, json={"quantity": 60}, headers=fresh).status_code == 200


@pytest.mark.parametrize(
    "tag", ['"0"', '"4294967296"', "x", '""', '"' + "9" * 30 + '"', '"1", "2"', "1"]
)
def test_tag_that_is_none_of_the_orders_never_matches(
    trader: Caller, symbol: str, tag: str
) -> None:
    path = path_of(trader.place(symbol))
    response = trader.send("PATCH", path, json={"quantity": 50}, headers={"if-match": tag})
    assert (response.status_code, response.json()["code"]) == (412, "VERSION_MISMATCH")
    assert trader.get(path)["quantity"] == 100


def test_every_version_that_an_order_can_have_is_read() -> None:
    """It grows by each share filled, so that it can have as many digits as a quantity."""
    assert read_if_match(b'"4294967295"') == 2**32 - 1


@pytest.mark.parametrize("tag", ["*", 'W/"1"'])
def test_any_tag_and_the_weak_one_match(trader: Caller, symbol: str, tag: str) -> None:
    path = path_of(trader.place(symbol))
    response = trader.send("PATCH", path, json={"quantity": 50}, headers={"if-match": tag})
    assert response.status_code == 200


def test_replace_that_crosses_matches_at_the_makers_price(
    exchange: Exchange, trader: Caller, symbol: str
) -> None:
    exchange.trader(shares={symbol: 100}).place(symbol, side="SELL", price="100.50")
    order = trader.place(symbol)
    changed = trader.send("PATCH", path_of(order), json={"price": "101.00"})
    assert body_of(changed)["averageFillPrice"] == Decimal("100.50")
    assert changed.json()["status"] == "FILLED"


def test_replace_must_be_covered(trader: Caller, symbol: str) -> None:
    order = trader.place(symbol)
    response = trader.send("PATCH", path_of(order), json={"quantity": 20_000})
    assert response.status_code == 422
    problem = body_of(response)
    assert (problem["code"], problem["orderId"]) == ("INSUFFICIENT_FUNDS", order["orderId"])
    assert trader.get(path_of(order))["quantity"] == 100


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "NOTHING_TO_CHANGE"),
        ({"price": None}, "NOTHING_TO_CHANGE"),
        ({"quantity": 0}, "INVALID_QUANTITY"),
        ({"price": -1}, "INVALID_PRICE"),
        ({"side": "SELL"}, "UNKNOWN_FIELD"),
        ([], "INVALID_BODY"),
    ],
)
def test_replace_that_makes_no_sense_changes_nothing(
    trader: Caller, symbol: str, body: object, code: str
) -> None:
    order = trader.place(symbol)
    response = trader.send("PATCH", path_of(order), json=body)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert trader.get(path_of(order))["version"] == 1


def test_cancel_answers_what_and_when(trader: Caller, symbol: str) -> None:
    order = trader.place(symbol)
    response = trader.send("DELETE", path_of(order))
    assert response.status_code == 200
    cancelled = response.json()
    assert cancelled["cancelledAt"] > order["createdAt"]
    assert (cancelled["orderId"], cancelled["status"]) == (order["orderId"], "CANCELLED")
    assert trader.get(path_of(order))["endReason"] == "CANCELLED_BY_USER"
    assert trader.cash()["held"] == 0


def test_done_order_cannot_be_cancelled_or_replaced(trader: Caller, symbol: str) -> None:
    path = path_of(trader.place(symbol))
    trader.send("DELETE", path)
    for response in (
        trader.send("DELETE", path),
        trader.send("PATCH", path, json={"quantity": 1}),
    ):
        assert (response.status_code, response.json()["code"]) == (409, "ORDER_ALREADY_DONE")


def test_mass_cancel_cancels_all_open_orders_and_names_them(trader: Caller, symbol: str) -> None:
    orders = [trader.place(symbol, quantity=n)["orderId"] for n in (1, 2, 3)]
    trader.send("DELETE", f"/orders/{orders[1]}")
    answer = trader.send("DELETE", "/orders").json()
    assert answer["count"] == 2
    assert set(answer["orderIds"]) == {orders[0], orders[2]}
    assert trader.get("/orders", status="NEW")["items"] == []
    assert trader.send("DELETE", "/orders").json() == {"count": 0, "orderIds": []}


def test_mass_cancel_may_be_of_one_symbol(exchange: Exchange, trader: Caller, symbol: str) -> None:
    kept = trader.place(exchange.symbol())["orderId"]
    gone = trader.place(symbol)["orderId"]
    query = {"symbol": symbol, "accountId": trader.account}
    assert trader.send("DELETE", "/orders", params=query).json()["orderIds"] == [gone]
    assert trader.get(f"/orders/{kept}")["status"] == "NEW"


def test_operator_cancels_any_order(exchange: Exchange, trader: Caller, symbol: str) -> None:
    first, second = (trader.place(symbol)["orderId"] for _ in range(2))
    assert exchange.operator.send("DELETE", f"/orders/{first}").status_code == 200
    query = {"accountId": trader.account}
    answer = exchange.operator.send("DELETE", "/orders", params=query)
    assert answer.json()["orderIds"] == [second]
    assert trader.get(f"/orders/{second}")["endReason"] == "CANCELLED_BY_OPERATOR"
