"""Subscriptions survive what networks and venues do to them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from openoutcry.client import Client, Stream, Subscription
from openoutcry.client.messages import (
    BookDelta,
    BookSnapshot,
    Connected,
    Failed,
    QuoteUpdate,
    Trade,
    TradesSnapshot,
)

Converse = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def feed(converse: Converse) -> AsyncIterator[Client]:
    async with serve(converse, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()[:2]
        async with Client(f"http://{host}:{port}") as client:
            yield client


async def read(stream: Stream, count: int) -> list[Any]:
    received: list[Any] = []
    async with asyncio.timeout(10):
        async for message in stream.messages():
            received.append(message)
            if len(received) == count:
                break
    return received


def book(event: str, sequence: int) -> dict[str, Any]:
    return {
        "channel": "book",
        "event": event,
        "symbol": "AAPL",
        "sequence": sequence,
        "timestamp": "",
        "bids": [],
        "asks": [],
    }


def quote(sequence: int, bid: float | None = None) -> dict[str, Any]:
    return {
        "channel": "quotes",
        "event": "QUOTE",
        "symbol": "AAPL",
        "sequence": sequence,
        "bid": bid,
        "volume": 0,
        "timestamp": "",
    }


async def test_subscription_names_channel_symbols_and_depth() -> None:
    requests: asyncio.Queue[Any] = asyncio.Queue()

    async def converse(socket: ServerConnection) -> None:
        async for text in socket:
            await requests.put(json.loads(text))

    async with feed(converse) as client:
        stream = client.stream(Subscription("book", ("AAPL", "MSFT"), depth=5))
        assert isinstance((await read(stream, 1))[0], Connected)
        assert await requests.get() == {
            "action": "subscribe",
            "channel": "book",
            "symbols": ["AAPL", "MSFT"],
            "depth": 5,
            "batch": True,
        }


async def test_messages_come_typed_one_by_one_or_in_batches() -> None:
    async def converse(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(json.dumps({"channel": "book", "event": "SUBSCRIBED", "symbols": []}))
        await socket.send(json.dumps(book("SNAPSHOT", 4)))
        await socket.send(json.dumps([book("DELTA", 5), quote(1, 150.5), {"event": "PONG"}]))
        await socket.wait_closed()

    async with feed(converse) as client:
        _, *messages = await read(client.stream(Subscription("book", ("AAPL",))), 4)
    assert [type(message) for message in messages] == [BookSnapshot, BookDelta, QuoteUpdate]
    assert str(messages[2].bid) == "150.5"


async def test_gap_in_a_book_asks_for_its_state_and_hides_what_lies_between() -> None:
    async def converse(socket: ServerConnection) -> None:
        await socket.recv()
        for sequence, event in enumerate(["SNAPSHOT", "DELTA", "lost", "DELTA", "DELTA"], 1):
            if event != "lost":
                await socket.send(json.dumps(book(event, sequence)))
        asked = [json.loads(await socket.recv()) for _ in range(2)]
        assert [one["action"] for one in asked] == ["unsubscribe", "subscribe"]
        assert all(one["symbols"] == ["AAPL"] for one in asked)
        await socket.send(json.dumps(book("SNAPSHOT", 9)))
        await socket.send(json.dumps(book("DELTA", 10)))
        await socket.wait_closed()

    async with feed(converse) as client:
        stream = client.stream(Subscription("book", ("MSFT", "AAPL")))
        _, *messages = await read(stream, 5)
    assert [(message.event, message.sequence) for message in messages] == [
        ("SNAPSHOT", 1),
        ("DELTA", 2),
        ("SNAPSHOT", 9),
        ("DELTA", 10),
    ]


async def test_quotes_stand_for_themselves_whatever_was_missed() -> None:
    async def converse(socket: ServerConnection) -> None:
        await socket.recv()
        for sequence in (1, 5):
            await socket.send(json.dumps(quote(sequence)))
        await socket.wait_closed()

    async with feed(converse) as client:
        _, *messages = await read(client.stream(Subscription("quotes", ("AAPL",))), 3)
    assert [message.sequence for message in messages] == [1, 5]


async def test_lost_connection_comes_back_with_every_subscription() -> None:
    lives = 0

    async def converse(socket: ServerConnection) -> None:
        nonlocal lives
        lives += 1
        channels = [json.loads(await socket.recv())["channel"] for _ in range(2)]
        assert channels == ["trades", "quotes"]
        snapshot = {
            "channel": "trades",
            "event": "SNAPSHOT",
            "symbol": "AAPL",
            "sequence": 1,
            "trades": [],
        }
        trade = {
            "channel": "trades",
            "event": "TRADE",
            "symbol": "AAPL",
            "sequence": 2,
            "tradeId": f"T-{lives}",
            "price": 1,
            "quantity": 1,
            "side": "BUY",
            "time": "",
        }
        await socket.send(json.dumps([snapshot, trade]))

    async with feed(converse) as client:
        stream = client.stream(Subscription("trades", ("AAPL",)), Subscription("quotes", ("AAPL",)))
        messages = await read(stream, 6)
    assert [type(message) for message in messages] == [Connected, TradesSnapshot, Trade] * 2
    assert [messages[2].trade_id, messages[5].trade_id] == ["T-1", "T-2"]


async def test_refused_subscription_is_told() -> None:
    async def converse(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(
            json.dumps({"event": "ERROR", "code": "UNKNOWN_SYMBOL", "detail": "no such symbol"})
        )
        await socket.wait_closed()

    async with feed(converse) as client:
        _, message = await read(client.stream(Subscription("quotes", ("NOPE",))), 2)
    assert message == Failed(code="UNKNOWN_SYMBOL", detail="no such symbol")


@pytest.mark.parametrize("event", ["REBOOT", "CROSSED"])
async def test_news_that_this_client_does_not_know_are_passed_over(event: str) -> None:
    async def converse(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(json.dumps({"channel": "auction", "event": event, "sequence": 1}))
        await socket.send(json.dumps(quote(1)))
        await socket.wait_closed()

    async with feed(converse) as client:
        _, message = await read(client.stream(Subscription("quotes", ("AAPL",))), 2)
    assert isinstance(message, QuoteUpdate)
