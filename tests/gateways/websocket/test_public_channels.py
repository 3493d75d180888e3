"""Public channels: SUBSCRIBED, the present state, then every change without a gap."""

from decimal import Decimal
from typing import Any

import pytest
from exchange import Caller, Exchange, Socket


@pytest.fixture
def symbol(exchange: Exchange) -> str:
    return exchange.symbol()


@pytest.fixture
def seller(exchange: Exchange, symbol: str) -> Caller:
    return exchange.trader(0, {symbol: 1_000})


@pytest.fixture
def buyer(exchange: Exchange) -> Caller:
    return exchange.trader()


def apply(book: dict[str, dict[Any, int]], message: dict[str, Any]) -> None:
    for side in ("bids", "asks"):
        for level in message[side]:
            if level["quantity"]:
                book[side][level["price"]] = level["quantity"]
            else:
                del book[side][level["price"]]


def test_book_sends_a_snapshot_then_deltas(exchange: Exchange, buyer: Caller, symbol: str) -> None:
    first = buyer.place(symbol, price=99, quantity=10)
    with exchange.socket() as socket:
        answer = socket.subscribe("book", symbol)
        assert answer == {
            "channel": "book",
            "event": "SUBSCRIBED",
            "symbols": [symbol],
            "depth": 20,
        }
        snapshot = socket.receive()
        assert (snapshot["channel"], snapshot["event"]) == ("book", "SNAPSHOT")
        assert snapshot["bids"] == [{"price": Decimal("99.00"), "quantity": 10, "orders": 1}]
        assert snapshot["asks"] == []
        buyer.place(symbol, price=98, quantity=5)
        delta = socket.receive()
        assert (delta["event"], delta["sequence"]) == ("DELTA", snapshot["sequence"] + 1)
        assert delta["bids"] == [{"price": Decimal("98.00"), "quantity": 5, "orders": 1}]
        buyer.send("DELETE", f"/orders/{first['orderId']}")
        delta = socket.receive()
        assert delta["sequence"] == snapshot["sequence"] + 2
        assert delta["bids"] == [{"price": Decimal("99.00"), "quantity": 0, "orders": 0}]


def test_deltas_rebuild_the_book_to_the_depth_asked_for(
    exchange: Exchange, buyer: Caller, symbol: str
) -> None:
    with exchange.socket() as socket:
        assert socket.subscribe("book", symbol, depth=2)["depth"] == 5
        book: dict[str, dict[Any, int]] = {"bids": {}, "asks": {}}
        apply(book, socket.receive())
        for price in (93, 95, 92, 97, 96, 98, 94):
            buyer.place(symbol, price=price, quantity=1)
        buyer.send("DELETE", "/orders", params={"symbol": symbol})
        last = buyer.place(symbol, price=90, quantity=7)
        while book["bids"] != {Decimal("90.00"): last["quantity"]}:
            apply(book, socket.receive())
            assert len(book["bids"]) <= 5


@pytest.mark.parametrize(("asked", "shown"), [(1, 1), (2, 5), (11, 20), (21, 50), (99, 100)])
def test_depth_between_two_steps_is_the_next_one(
    exchange: Exchange, symbol: str, asked: int, shown: int
) -> None:
    with exchange.socket() as socket:
        assert socket.subscribe("book", symbol, depth=asked)["depth"] == shown


def test_late_reader_joins_at_the_sequence_of_the_others(
    exchange: Exchange, buyer: Caller, symbol: str
) -> None:
    with exchange.socket() as early, exchange.socket() as late:
        early.subscribe("book", symbol)
        early.receive()
        buyer.place(symbol, price=99)
        sequence = early.receive()["sequence"]
        late.subscribe("book", symbol)
        assert late.receive()["sequence"] == sequence
        buyer.place(symbol, price=98)
        assert early.receive() == late.receive()


def test_trades_send_the_latest_then_each_one(
    exchange: Exchange, buyer: Caller, seller: Caller, symbol: str
) -> None:
    def trade(price: int) -> None:
        seller.place(symbol, side="SELL", price=price, quantity=3)
        buyer.place(symbol, price=price, quantity=3)

    trade(100)
    trade(101)
    with exchange.socket() as socket:
        assert socket.subscribe("trades", symbol)["event"] == "SUBSCRIBED"
        snapshot = socket.receive()
        assert [one["price"] for one in snapshot["trades"]] == [100, 101]
        for step, price in enumerate((102, 103, 104), 1):
            trade(price)
            message = socket.receive()
            assert message["sequence"] == snapshot["sequence"] + step
            assert (message["event"], message["symbol"]) == ("TRADE", symbol)
            figures = [message[name] for name in ("price", "quantity", "side")]
            assert figures == [Decimal(price), 3, "BUY"]
            assert message["tradeId"].startswith("TRD-")


def test_quotes_send_the_touch_at_once_and_when_it_changes(
    exchange: Exchange, buyer: Caller, symbol: str
) -> None:
    with exchange.socket() as socket:
        assert socket.subscribe("quotes", symbol)["event"] == "SUBSCRIBED"
        quote = socket.receive()
        assert (quote["channel"], quote["event"], quote["sequence"]) == ("quotes", "QUOTE", 1)
        assert (quote["bid"], quote["last"]) == (None, Decimal(100))
        buyer.place(symbol, price="99.50", quantity=10)
        quote = socket.receive()
        assert (quote["sequence"], quote["bid"], quote["bidSize"]) == (2, Decimal("99.50"), 10)
        assert quote.keys() >= {"symbol", "ask", "askSize", "volume", "timestamp", "change"}


def test_candles_send_the_past_then_the_bar_in_progress(
    exchange: Exchange, buyer: Caller, seller: Caller, symbol: str
) -> None:
    with exchange.socket() as socket:
        answer = socket.subscribe("candles", symbol, interval="1d")
        assert answer["interval"] == "1d"
        snapshot = socket.receive()
        assert (snapshot["interval"], snapshot["candles"]) == ("1d", [])
        for price in (100, 103):
            seller.place(symbol, side="SELL", price=price, quantity=3)
            buyer.place(symbol, price=price, quantity=3)
            message = socket.receive()
        assert message["sequence"] == snapshot["sequence"] + 2
        figures = [message[name] for name in ("open", "high", "low", "close", "volume", "trades")]
        assert figures == [100, 103, 100, 103, 6, 2]


def test_status_sends_halts_and_resumes(exchange: Exchange, symbol: str) -> None:
    with exchange.socket() as socket:
        socket.subscribe("status", symbol)
        first = socket.receive()
        assert (first["event"], first["status"], first["reason"]) == ("STATUS", "OPEN", None)
        exchange.operator.post("/admin/halts", {"symbol": symbol, "reason": "NEWS"})
        halted = socket.receive()
        assert (halted["status"], halted["reason"]) == ("HALTED", "NEWS")
        exchange.operator.post("/admin/resumes", {"symbol": symbol})
        resumed = socket.receive()
        assert (resumed["status"], resumed["sequence"]) == ("OPEN", first["sequence"] + 2)


def test_several_symbols_share_a_subscription(exchange: Exchange) -> None:
    with exchange.socket() as socket:
        assert socket.subscribe("quotes", "AAPL", "MSFT", "AAPL")["symbols"] == ["AAPL", "MSFT"]
        assert {socket.receive()["symbol"] for _ in range(2)} == {"AAPL", "MSFT"}


def test_batch_lets_messages_share_a_frame(exchange: Exchange, buyer: Caller, symbol: str) -> None:
    symbols = [exchange.symbol() for _ in range(3)]
    with exchange.socket() as socket:
        socket.send({"action": "subscribe", "channel": "book", "symbols": symbols, "batch": True})
        messages: list[Any] = []
        while len(messages) < 4:
            received = socket.receive()
            messages += received if isinstance(received, list) else [received]
        assert [one["event"] for one in messages] == ["SUBSCRIBED"] + ["SNAPSHOT"] * 3


def test_unsubscribed_stream_is_silent(exchange: Exchange, buyer: Caller, symbol: str) -> None:
    other = exchange.symbol()
    with exchange.socket() as socket:
        socket.subscribe("book", symbol, other)
        socket.until(event="SNAPSHOT", symbol=other)
        socket.send({"action": "unsubscribe", "channel": "book", "symbols": [symbol]})
        assert socket.receive() == {
            "channel": "book",
            "event": "UNSUBSCRIBED",
            "symbols": [symbol],
        }
        buyer.place(symbol, price=99, quantity=1)
        buyer.place(other, price=99, quantity=1)
        assert socket.receive()["symbol"] == other
        socket.send({"action": "unsubscribe", "channel": "book"})
        assert socket.receive()["symbols"] == [other]


def test_second_subscription_replaces_the_first(exchange: Exchange, symbol: str) -> None:
    with exchange.socket() as socket:
        for depth in (5, 10):
            assert socket.subscribe("book", symbol, depth=depth)["depth"] == depth
            assert socket.receive()["event"] == "SNAPSHOT"
        socket.send({"action": "unsubscribe", "channel": "book"})
        assert socket.receive()["symbols"] == [symbol]


def test_new_reader_of_a_quote_counts_from_one(exchange: Exchange, symbol: str) -> None:
    with exchange.socket() as socket:
        for _ in range(2):
            socket.subscribe("quotes", symbol)
            assert socket.receive()["sequence"] == 1
            socket.send({"action": "unsubscribe", "channel": "quotes"})
            socket.receive()


def test_every_message_names_its_channel(exchange: Exchange) -> None:
    with exchange.socket() as socket:
        socket.send({"action": "ping"})
        assert socket.receive() == {"channel": "session", "event": "PONG"}


def test_other_connections_see_nothing_of_a_subscription(
    exchange: Exchange, buyer: Caller, symbol: str
) -> None:
    with exchange.socket() as one, exchange.socket() as other:
        one.subscribe("book", symbol)
        one.receive()
        buyer.place(symbol)
        one.receive()
        ping(other)


def ping(socket: Socket) -> None:
    socket.send({"action": "ping"})
    assert socket.receive()["event"] == "PONG"
