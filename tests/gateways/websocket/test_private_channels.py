"""Private channels: with a token alone, the present state, then everything that happens."""

from decimal import Decimal

import pytest
from exchange import Caller, Exchange, Socket


@pytest.fixture
def symbol(exchange: Exchange) -> str:
    return exchange.symbol()


@pytest.fixture
def trader(exchange: Exchange, symbol: str) -> Caller:
    return exchange.trader(shares={symbol: 1_000})


def open_orders(socket: Socket, trader: Caller) -> list[str]:
    answer = socket.subscribe("orders", token=trader.token)
    assert answer == {"channel": "orders", "event": "SUBSCRIBED", "accountId": trader.account}
    snapshot = socket.receive()
    assert (snapshot["event"], snapshot["accountId"]) == ("SNAPSHOT", trader.account)
    return [order["orderId"] for order in snapshot["orders"]]


def test_orders_send_the_open_ones_then_what_happens(
    exchange: Exchange, trader: Caller, symbol: str
) -> None:
    resting = trader.place(symbol, price=90)
    trader.place(symbol, timeInForce="IOC")
    other = exchange.trader(shares={symbol: 100})
    with exchange.socket() as socket:
        assert open_orders(socket, trader) == [resting["orderId"]]
        order = trader.place(symbol, quantity=10)
        new = socket.receive()
        assert (new["channel"], new["event"]) == ("orders", "NEW")
        assert (new["accountId"], new["data"]["orderId"]) == (trader.account, order["orderId"])
        assert new["data"]["fills"] == []
        other.place(symbol, side="SELL", quantity=4, price=100)
        fill = socket.receive()
        assert (fill["event"], fill["sequence"]) == ("FILL", new["sequence"] + 1)
        data = fill["data"]
        figures = [data[name] for name in ("status", "filledQuantity", "averageFillPrice")]
        assert figures == ["PARTIAL", 4, Decimal("100.00")]
        (part,) = data["fills"]
        assert (part["quantity"], part["price"], part["liquidity"]) == (4, Decimal(100), "MAKER")
        assert part["time"].endswith("Z")
        trader.send("PATCH", f"/orders/{order['orderId']}", json={"quantity": 8})
        replaced = socket.receive()
        assert (replaced["event"], replaced["data"]["quantity"]) == ("REPLACED", 8)
        trader.send("DELETE", f"/orders/{order['orderId']}")
        gone = socket.receive()
        assert (gone["event"], gone["data"]["status"]) == ("CANCELLED", "CANCELLED")
        assert gone["sequence"] == new["sequence"] + 3


def test_refused_triggered_and_expired_orders_are_told_too(
    exchange: Exchange, trader: Caller, symbol: str
) -> None:
    other = exchange.trader(shares={symbol: 100})
    with exchange.socket() as socket:
        open_orders(socket, trader)
        trader.order(symbol, quantity=10**7)
        refused = socket.receive()
        assert refused["event"] == "REJECTED"
        assert refused["data"]["rejectReason"] == "INSUFFICIENT_FUNDS"
        trader.place(symbol, type="STOP_LIMIT", stopPrice=101, price=101, quantity=5)
        assert socket.receive()["data"]["status"] == "PENDING_TRIGGER"
        other.place(symbol, side="SELL", price=101, quantity=3)
        exchange.trader().place(symbol, price=101, quantity=1)
        assert socket.until(event="TRIGGERED")["data"]["type"] == "STOP_LIMIT"
        fill = socket.until(event="FILL")
        assert fill["data"]["fills"][0]["liquidity"] == "TAKER"
        exchange.operator.post("/admin/end-of-day", {"symbol": symbol})
        assert socket.until(event="EXPIRED")["data"]["endReason"] == "EXPIRED_AT_CLOSE"


def test_account_is_told_at_once_and_when_it_changes(
    exchange: Exchange, trader: Caller, symbol: str
) -> None:
    with exchange.socket() as socket:
        answer = socket.subscribe("account", token=trader.token)
        assert answer["event"] == "SUBSCRIBED"
        first = socket.receive()
        assert (first["event"], first["sequence"]) == ("ACCOUNT", 1)
        assert first["cash"]["total"] == Decimal(1_000_000)
        assert first["equity"] == Decimal(1_100_000)
        trader.place(symbol, price=90, quantity=10)
        second = socket.receive()
        assert (second["sequence"], second["cash"]["held"]) == (2, Decimal("900.00"))
        (position,) = second["positions"]
        assert (position["symbol"], position["quantity"]) == (symbol, 1_000)


def test_account_follows_the_prices_of_what_it_holds(
    exchange: Exchange, trader: Caller, symbol: str
) -> None:
    others = exchange.trader(shares={symbol: 1}), exchange.trader()
    with exchange.socket() as socket:
        socket.subscribe("account", token=trader.token)
        socket.receive()
        others[0].place(symbol, side="SELL", price=102, quantity=1)
        others[1].place(symbol, price=102, quantity=1)
        assert socket.receive()["equity"] == Decimal(1_102_000)


def test_token_is_shown_once_for_a_connection(exchange: Exchange, trader: Caller) -> None:
    with exchange.socket() as socket:
        open_orders(socket, trader)
        assert socket.subscribe("account")["event"] == "SUBSCRIBED"


def test_compliance_watches_any_account(exchange: Exchange, trader: Caller) -> None:
    with exchange.socket() as socket:
        answer = socket.subscribe(
            "orders", token=exchange.compliance.token, accountId=trader.account
        )
        assert answer["event"] == "SUBSCRIBED"


@pytest.mark.parametrize("token", [None, "", "nonsense", "x" * 5_000])
@pytest.mark.parametrize("channel", ["orders", "account"])
def test_private_channel_needs_a_token_that_holds(
    exchange: Exchange, channel: str, token: str | None
) -> None:
    with exchange.socket() as socket:
        answer = socket.subscribe(channel, **({} if token is None else {"token": token}))
        assert (answer["event"], answer["channel"]) == ("ERROR", channel)
        assert answer["code"] in {"UNAUTHENTICATED", "INVALID_TOKEN"}


def test_user_without_an_account_is_told_so(exchange: Exchange) -> None:
    with exchange.socket() as socket:
        answer = socket.subscribe("orders", token=exchange.operator.token)
        assert (answer["event"], answer["code"]) == ("ERROR", "UNKNOWN_ACCOUNT")


def test_ended_token_ends_private_channels_and_no_others(
    exchange: Exchange, trader: Caller, symbol: str
) -> None:
    other = exchange.trader()
    with exchange.socket() as socket:
        open_orders(socket, trader)
        socket.subscribe("book", symbol)
        socket.until(event="SNAPSHOT", channel="book")
        exchange.operator.post(f"/admin/users/{trader.get('/me')['userId']}/disable")
        ended = socket.receive()
        assert (ended["event"], ended["code"]) == ("ERROR", "TOKEN_REVOKED")
        exchange.operator.post("/admin/end-of-day", {"symbol": symbol})
        other.place(symbol, price=90)
        assert socket.receive()["channel"] == "book"


def test_each_private_stream_ends_with_the_token_that_opened_it(
    exchange: Exchange, trader: Caller, symbol: str
) -> None:
    other = exchange.trader()
    with exchange.socket() as socket:
        open_orders(socket, trader)
        open_orders(socket, other)
        exchange.operator.post(f"/admin/users/{trader.get('/me')['userId']}/disable")
        ended = socket.receive()
        assert (ended["event"], ended["code"]) == ("ERROR", "TOKEN_REVOKED")
        path = f"/admin/accounts/{trader.account}/deposits"
        exchange.operator.post(path.replace("/admin", ""), {"amount": 1}, 201)
        exchange.operator.send("DELETE", "/orders", params={"accountId": trader.account})
        order = other.place(symbol, price=90)
        told = socket.receive()
        assert (told["event"], told["accountId"]) == ("NEW", other.account)
        assert told["data"]["orderId"] == order["orderId"]
        assert socket.subscribe("account")["accountId"] == other.account


def test_orders_of_the_kill_switch_are_told(
    exchange: Exchange, trader: Caller, symbol: str
) -> None:
    orders = {trader.place(symbol, price=price)["orderId"] for price in (90, 91)}
    with exchange.socket() as socket:
        open_orders(socket, trader)
        path = f"/admin/accounts/{trader.account}/status"
        exchange.operator.post(path, {"status": "SUSPENDED"})
        gone = [socket.receive() for _ in orders]
    assert {one["data"]["orderId"] for one in gone} == orders
    assert {one["data"]["endReason"] for one in gone} == {"CANCELLED_BY_OPERATOR"}
