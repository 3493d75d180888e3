"""A bad message gets an error message, not a dropped connection; the venue never waits for one."""

import json
from typing import Any

import pytest
from exchange import Exchange, Socket
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from openoutcry.codec.market import INTERVALS
from openoutcry.gateways.websocket import limits


def still_there(socket: Socket) -> None:
    socket.send({"action": "ping"})
    assert socket.receive()["event"] == "PONG"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", "MALFORMED_JSON"),
        ("hello", "MALFORMED_JSON"),
        ("{", "MALFORMED_JSON"),
        ("null", "INVALID_MESSAGE"),
        ("[]", "INVALID_MESSAGE"),
        ("[" * 10_000, "INVALID_MESSAGE"),
        ('"ping"', "INVALID_MESSAGE"),
        ({}, "INVALID_MESSAGE"),
        ({"action": "dance"}, "INVALID_MESSAGE"),
        ({"action": 7}, "INVALID_MESSAGE"),
        ({"action": "ping", "surprise": 1}, "INVALID_MESSAGE"),
        ({"action": "subscribe"}, "INVALID_MESSAGE"),
        ({"action": "unsubscribe"}, "INVALID_MESSAGE"),
        ({"action": "subscribe", "channel": "secrets"}, "INVALID_MESSAGE"),
        ({"action": "subscribe", "channel": "book"}, "INVALID_MESSAGE"),
        ({"action": "subscribe", "channel": "book", "symbols": []}, "INVALID_MESSAGE"),
        ({"action": "subscribe", "channel": "book", "symbols": "AAPL"}, "INVALID_MESSAGE"),
        ({"action": "subscribe", "channel": "book", "symbols": [1]}, "INVALID_MESSAGE"),
        ({"action": "subscribe", "channel": "book", "symbols": ["NOPE"]}, "UNKNOWN_SYMBOL"),
        ({"action": "subscribe", "channel": "book", "symbols": ["AAPL", ""]}, "UNKNOWN_SYMBOL"),
        (
            {"action": "subscribe", "channel": "book", "symbols": ["AAPL"], "depth": 0},
            "INVALID_MESSAGE",
        ),
        (
            {"action": "subscribe", "channel": "book", "symbols": ["AAPL"], "depth": 101},
            "INVALID_MESSAGE",
        ),
        (
            {"action": "subscribe", "channel": "candles", "symbols": ["AAPL"], "interval": "7m"},
            "INVALID_MESSAGE",
        ),
        (
            {"action": "subscribe", "channel": "quotes", "symbols": ["AAPL"] * 1_001},
            "INVALID_MESSAGE",
        ),
        ("x" * (limits.LARGEST_MESSAGE + 1), "MESSAGE_TOO_LARGE"),
        (b"\xff\xfe", "MALFORMED_JSON"),
        (b"\x00" * 100, "MALFORMED_JSON"),
    ],
)
def test_bad_message_is_answered_and_changes_nothing(
    exchange: Exchange, message: Any, code: str
) -> None:
    with exchange.socket() as socket:
        socket.send(message)
        answer = socket.receive()
        assert (answer["event"], answer["code"]) == ("ERROR", code)
        assert 0 < len(answer["detail"]) < 250
        still_there(socket)


def test_request_in_a_binary_frame_is_understood(exchange: Exchange) -> None:
    with exchange.socket() as socket:
        socket.connection.send(json.dumps({"action": "ping"}).encode(), text=False)
        assert socket.receive()["event"] == "PONG"


def test_unknown_symbol_among_others_subscribes_to_none(exchange: Exchange) -> None:
    with exchange.socket() as socket:
        assert socket.subscribe("quotes", "AAPL", "NOPE")["event"] == "ERROR"
        still_there(socket)


def test_frame_beyond_all_measure_ends_the_connection(exchange: Exchange) -> None:
    with exchange.socket() as socket:
        socket.connection.send("x" * (limits.FRAME_LIMIT + 1))
        with pytest.raises(ConnectionClosed) as closed:
            socket.receive()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


def test_text_that_is_no_utf8_ends_the_connection(exchange: Exchange) -> None:
    with exchange.socket() as socket:
        socket.connection.send(b"\xff\xfe", text=True)
        with pytest.raises(ConnectionClosed) as closed:
            socket.receive()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1007


@pytest.mark.parametrize("path", ["/ws/v2", "/ws", "/", "/api/v1/orders", "/ws/v1/"])
def test_other_paths_take_no_websockets(exchange: Exchange, path: str) -> None:
    url = exchange.url.replace("http", "ws", 1) + path
    with pytest.raises(InvalidStatus) as refused, connect(url, proxy=None):
        pass
    response = refused.value.response
    assert response.status_code == 404
    assert json.loads(response.body or b"")["code"] == "NOT_FOUND"


def test_websocket_path_without_an_upgrade_is_no_page(exchange: Exchange) -> None:
    assert exchange.client.get("/ws/v1").status_code == 404


def test_upgrade_that_is_none_is_refused(exchange: Exchange) -> None:
    headers = {"connection": "upgrade", "upgrade": "websocket"}
    assert exchange.client.get("/ws/v1", headers=headers).status_code in {400, 426}
    assert exchange.client.get("/health").status_code == 200


def test_streams_of_a_connection_are_limited(exchange: Exchange) -> None:
    symbols = [exchange.symbol() for _ in range(84)]
    with exchange.socket() as socket:
        answers = []
        for channel in ("book", "trades", "quotes", "status"):
            socket.send({"action": "subscribe", "channel": channel, "symbols": symbols})
        for interval in INTERVALS:
            socket.send(
                {
                    "action": "subscribe",
                    "channel": "candles",
                    "interval": interval,
                    "symbols": symbols,
                }
            )
        while len(answers) < 4 + len(INTERVALS):
            message = socket.receive()
            if message["event"] in {"SUBSCRIBED", "ERROR"}:
                answers.append(message.get("code"))
        assert answers == [None] * 11 + ["TOO_MANY_STREAMS"]
        socket.send({"action": "unsubscribe", "channel": "book"})
        socket.until(event="UNSUBSCRIBED")
        assert socket.subscribe("status", "AAPL")["event"] == "SUBSCRIBED"


def test_flood_of_requests_is_slowed_down_not_refused(exchange: Exchange) -> None:
    with exchange.socket() as socket:
        for _ in range(limits.REQUEST_BURST + 20):
            socket.send({"action": "ping"})
        for _ in range(limits.REQUEST_BURST + 20):
            assert socket.receive()["event"] == "PONG"
