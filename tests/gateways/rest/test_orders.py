"""New orders over REST: what a 201 says, and that saying it twice is saying it once."""

import re
from decimal import Decimal

import pytest
from exchange import Caller, Exchange, body_of


@pytest.fixture
def symbol(exchange: Exchange) -> str:
    return exchange.symbol()


@pytest.fixture
def buyer(exchange: Exchange) -> Caller:
    return exchange.trader()


@pytest.fixture
def seller(exchange: Exchange, symbol: str) -> Caller:
    return exchange.trader(0, {symbol: 1_000})


def test_new_order_is_answered_with_all_of_its_fields(buyer: Caller, symbol: str) -> None:
    order = buyer.place(symbol, price="99.50", clientOrderId="first", timeInForce="GTC")
    assert re.fullmatch(r"ORD-\d{10}", order.pop("orderId"))
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z"
    assert re.fullmatch(stamp, order.pop("createdAt"))
    assert re.fullmatch(stamp, order.pop("updatedAt"))
    assert order == {
        "clientOrderId": "first",
        "accountId": buyer.account,
        "status": "NEW",
        "symbol": symbol,
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": 100,
        "filledQuantity": 0,
        "leavesQuantity": 100,
        "price": Decimal("99.50"),
        "stopPrice": None,
        "averageFillPrice": None,
        "estimatedValue": Decimal("9950.00"),
        "version": 1,
    }


def test_order_is_of_the_day_unless_it_says_otherwise(buyer: Caller, symbol: str) -> None:
    assert buyer.place(symbol)["timeInForce"] == "DAY"


def test_resting_order_holds_its_cash(buyer: Caller, symbol: str) -> None:
    buyer.place(symbol, quantity=10, price="99.99")
    cash = buyer.cash()
    assert cash["held"] == Decimal("999.90")
    assert cash["available"] == cash["total"] - cash["held"] == Decimal("999000.10")


def test_crossing_orders_trade_at_the_makers_price(
    buyer: Caller, seller: Caller, symbol: str
) -> None:
    maker = seller.place(symbol, side="SELL", quantity=60, price="99.90")
    taker = buyer.place(symbol, quantity=100, price="100.10")
    assert (taker["status"], taker["filledQuantity"], taker["leavesQuantity"]) == (
        "PARTIAL",
        60,
        40,
    )
    assert taker["averageFillPrice"] == Decimal("99.90")
    shown = seller.get(f"/orders/{maker['orderId']}")
    assert shown["status"] == "FILLED"
    (fill,) = shown["fills"]
    assert (fill["quantity"], fill["price"], fill["liquidity"]) == (60, Decimal("99.90"), "MAKER")
    (fill,) = buyer.get(f"/orders/{taker['orderId']}")["fills"]
    assert fill["liquidity"] == "TAKER"
    assert seller.cash()["total"] == Decimal("5994.00")
    position = buyer.position(symbol)
    assert position is not None
    assert position["quantity"] == 60


def test_average_fill_price_is_rounded_to_the_nearest_millionth(
    buyer: Caller, seller: Caller, symbol: str
) -> None:
    for price in ("99.90", "99.91", "99.91"):
        seller.place(symbol, side="SELL", quantity=1, price=price)
    order = buyer.place(symbol, quantity=3, price=100)
    assert order["averageFillPrice"] == Decimal("99.906667")


def test_market_order_without_a_market_is_cancelled_and_says_why(
    buyer: Caller, symbol: str
) -> None:
    order = buyer.place(symbol, type="MARKET", price=None)
    assert order["status"] == "CANCELLED"
    assert order["endReason"] == "CANCELLED_UNFILLED"
    assert order["leavesQuantity"] == 0


def test_immediate_or_cancel_leaves_nothing_behind(
    buyer: Caller, seller: Caller, symbol: str
) -> None:
    seller.place(symbol, side="SELL", quantity=30)
    order = buyer.place(symbol, timeInForce="IOC")
    assert (order["status"], order["filledQuantity"]) == ("CANCELLED", 30)
    assert buyer.cash()["held"] == 0


def test_fill_or_kill_fills_whole_or_not_at_all(buyer: Caller, seller: Caller, symbol: str) -> None:
    seller.place(symbol, side="SELL", quantity=30)
    assert buyer.place(symbol, timeInForce="FOK")["filledQuantity"] == 0
    assert buyer.place(symbol, timeInForce="FOK", quantity=30)["status"] == "FILLED"


def test_stop_order_waits_for_its_trigger(exchange: Exchange, symbol: str) -> None:
    trader = exchange.trader(shares={symbol: 1_000})
    stop = trader.place(symbol, side="SELL", type="STOP", price=None, stopPrice="99.00")
    assert stop["status"] == "PENDING_TRIGGER"
    other = exchange.trader()
    other.place(symbol, price="99.00", quantity=10)
    other.place(symbol, price="98.50", quantity=200)
    trader.place(symbol, side="SELL", type="MARKET", price=None, quantity=10)
    assert trader.get(f"/orders/{stop['orderId']}")["status"] == "FILLED"


@pytest.mark.parametrize("price", ["150.50", 150.5, "150.5000", Decimal("150.50")])
def test_price_is_a_number_or_a_string(exchange: Exchange, price: object) -> None:
    symbol = exchange.symbol("150.00")
    text = f'"{price}"' if isinstance(price, str) else str(price)
    body = f'{{"symbol":"{symbol}","side":"BUY","type":"LIMIT","quantity":"1","price":{text}}}'
    order = body_of(exchange.trader().raw(body.encode()))
    assert order["price"] == Decimal("150.50")


def test_price_never_passes_through_binary_floating_point(exchange: Exchange) -> None:
    symbol = exchange.symbol("429000.00", tickSize="0.0001")
    trader = exchange.trader(cash=10_000_000)
    response = trader.raw(
        b'{"symbol":"%s","side":"BUY","type":"LIMIT","quantity":7,"price":429496.7289}'
        % symbol.encode()
    )
    assert b'"price":429496.7289,' in response.content
    assert b'"estimatedValue":3006477.1023,' in response.content
    assert trader.cash()["held"] == Decimal("3006477.1023")


def test_same_client_order_id_with_the_same_content_returns_the_first_order(
    buyer: Caller, symbol: str
) -> None:
    first = buyer.order(symbol, clientOrderId="once")
    again = buyer.order(symbol, clientOrderId="once")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert len(buyer.get("/orders")["items"]) == 1


def test_same_client_order_id_with_other_content_is_a_conflict(buyer: Caller, symbol: str) -> None:
    first = buyer.place(symbol, clientOrderId="once")
    response = buyer.order(symbol, clientOrderId="once", quantity=101)
    assert response.status_code == 409
    assert response.json()["code"] == "DUPLICATE_CLIENT_ORDER_ID"
    assert response.json()["orderId"] == first["orderId"]
    assert len(buyer.get("/orders")["items"]) == 1


def test_client_order_ids_are_unique_in_an_account_not_in_the_venue(
    exchange: Exchange, symbol: str
) -> None:
    orders = [exchange.trader().place(symbol, clientOrderId="mine") for _ in range(2)]
    assert orders[0]["orderId"] != orders[1]["orderId"]


def test_client_order_id_may_be_any_printable_text(buyer: Caller, symbol: str) -> None:
    text = 'naïve "日本" \\ ' + "x" * 45
    assert len(text.encode()) == 63
    order = buyer.place(symbol, clientOrderId=text)
    assert order["clientOrderId"] == text


def test_orders_are_listed_newest_first_page_after_page(buyer: Caller, symbol: str) -> None:
    placed = [buyer.place(symbol, quantity=n)["orderId"] for n in (1, 2, 3, 4, 5)]
    listed = []
    query = {"limit": 2}
    while True:
        page = buyer.get("/orders", **query)
        listed += [order["orderId"] for order in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert listed == placed[::-1]


def test_orders_are_listed_by_status_and_symbol(
    exchange: Exchange, buyer: Caller, symbol: str
) -> None:
    other = exchange.symbol()
    open_order = buyer.place(symbol)
    buyer.place(other)
    done = buyer.place(symbol, timeInForce="IOC")

    def listed(**query: str) -> list[str]:
        return [order["orderId"] for order in buyer.get("/orders", **query)["items"]]

    assert listed(symbol=symbol) == [done["orderId"], open_order["orderId"]]
    assert listed(symbol=symbol, status="NEW,PARTIAL") == [open_order["orderId"]]
    assert listed(status="CANCELLED") == [done["orderId"]]
    assert buyer.send("GET", "/orders", params={"status": "BUSY"}).json()["code"] == (
        "INVALID_STATUS"
    )
    assert buyer.send("GET", "/orders", params={"symbol": "NOPE"}).status_code == 404


def test_order_names_its_version_as_the_etag(buyer: Caller, symbol: str) -> None:
    response = buyer.order(symbol)
    assert response.headers["etag"] == '"1"'
    path = f"/orders/{response.json()['orderId']}"
    assert buyer.send("GET", path).headers["etag"] == '"1"'
