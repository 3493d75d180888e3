"""Orders with terms that few orders have: what is asked, what is shown, what is refused."""

from decimal import Decimal

import pytest
from exchange import Caller, Exchange, Json, body_of


@pytest.fixture
def symbol(exchange: Exchange) -> str:
    return exchange.symbol()


@pytest.fixture
def buyer(exchange: Exchange) -> Caller:
    return exchange.trader()


@pytest.fixture
def seller(exchange: Exchange, symbol: str) -> Caller:
    return exchange.trader(0, {symbol: 1_000})


def refused(caller: Caller, symbol: str, status: int = 422, **fields: object) -> Json:
    """The body of the refusal of an order."""
    response = caller.order(symbol, **fields)
    assert response.status_code == status, response.text
    return body_of(response)


def test_an_order_good_till_a_moment_shows_it_and_ends_then(buyer: Caller, symbol: str) -> None:
    order = buyer.place(symbol, timeInForce="GTD", expiresAt="2200-01-01T00:00:00Z")
    assert order["expiresAt"] == "2200-01-01T00:00:00.000000000Z"
    assert buyer.get(f"/orders/{order['orderId']}")["timeInForce"] == "GTD"


def test_a_moment_that_is_past_or_missing_is_refused(buyer: Caller, symbol: str) -> None:
    past = refused(buyer, symbol, timeInForce="GTD", expiresAt="2020-01-01T00:00:00Z")
    assert past["code"] == "INVALID_EXPIRY"
    assert refused(buyer, symbol, timeInForce="GTD")["code"] == "INVALID_EXPIRY"
    unwanted = refused(buyer, symbol, expiresAt="2200-01-01T00:00:00Z")
    assert unwanted["code"] == "INVALID_EXPIRY"
    assert refused(buyer, symbol, 400, timeInForce="GTD", expiresAt="soon")["field"] == "expiresAt"
    early = refused(buyer, symbol, 400, timeInForce="GTD", expiresAt="")
    assert early["field"] == "expiresAt"


def test_a_post_only_order_rests_or_is_refused_with_both_prices(
    buyer: Caller, seller: Caller, symbol: str
) -> None:
    seller.place(symbol, side="SELL", price=100)
    would_take = refused(buyer, symbol, price="100.01", postOnly=True)
    assert would_take["code"] == "POST_ONLY_WOULD_TAKE"
    assert "100.01 asked, the other side is at 100.00" in would_take["detail"]
    order = buyer.place(symbol, price="99.99", postOnly=True)
    assert (order["postOnly"], "reprice" in order) == (True, False)


def test_or_is_repriced_one_tick_short_of_the_other_side(
    buyer: Caller, seller: Caller, symbol: str
) -> None:
    seller.place(symbol, side="SELL", price=100)
    order = buyer.place(symbol, price=101, postOnly=True, reprice=True)
    assert (order["price"], order["status"], order["reprice"]) == (Decimal("99.99"), "NEW", True)


def test_an_order_with_a_minimum_trades_that_much_or_nothing(
    buyer: Caller, seller: Caller, symbol: str
) -> None:
    seller.place(symbol, side="SELL", quantity=50, price=100)
    nothing = buyer.place(symbol, quantity=100, timeInForce="IOC", minimumQuantity=51)
    assert (nothing["status"], nothing["endReason"]) == ("CANCELLED", "CANCELLED_NO_LIQUIDITY")
    enough = buyer.place(symbol, quantity=100, timeInForce="IOC", minimumQuantity=50)
    assert (enough["filledQuantity"], enough["minimumQuantity"]) == (50, 50)


def test_instructions_that_do_not_go_together_are_refused(buyer: Caller, symbol: str) -> None:
    for fields in (
        {"type": "MARKET", "price": None, "postOnly": True},
        {"timeInForce": "IOC", "postOnly": True},
        {"reprice": True},
        {"minimumQuantity": 10},
    ):
        assert refused(buyer, symbol, **fields)["code"] == "INVALID_INSTRUCTION", fields


def test_a_plain_order_shows_none_of_these(buyer: Caller, symbol: str) -> None:
    order = buyer.place(symbol)
    assert not order.keys() & {"expiresAt", "postOnly", "reprice", "minimumQuantity"}
    assert "postOnly" not in buyer.place(symbol, postOnly=False, reprice=None)
