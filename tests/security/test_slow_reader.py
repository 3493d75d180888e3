"""A client that stops reading is cut off with a reason, and nobody else notices."""

import asyncio
import base64
import os
import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from exchange import Caller, Exchange

from openoutcry.client import Client, OrderRequest

SLOW = rb"slow reader: .*"


@contextmanager
def unread_websocket(exchange: Exchange, *requests: str) -> Iterator[socket.socket]:
    """A WebSocket that sends its requests and then does not read."""
    url = httpx.URL(exchange.url)
    assert url.port is not None
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(30)
        connection.connect((url.host, url.port))
        key = base64.b64encode(os.urandom(16))
        connection.sendall(
            b"GET /ws/v1 HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
            b"sec-websocket-version: 13\r\nsec-websocket-key: " + key + b"\r\n\r\n"
        )
        assert connection.recv(2_048).startswith(b"HTTP/1.1 101 ")
        for request in requests:
            text = request.encode()
            mask = os.urandom(4)
            masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(text))
            connection.sendall(struct.pack("!BBH", 0x81, 0x80 | 126, len(text)) + mask + masked)
        yield connection


def count_of(exchange: Exchange, name: str) -> float:
    text = exchange.client.get("/metrics").text
    match = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    assert match is not None
    return float(match[1])


async def place_many(exchange: Exchange, trader: Caller, symbol: str, quantity: int) -> None:
    """Orders of one share each, as fast as they go."""
    key = trader.post("/api-keys", {"name": "many"}, 201)
    async with Client(exchange.url) as client:
        await client.session.log_in_with_key(key["clientId"], key["clientSecret"])
        left = iter(range(quantity))

        async def work() -> None:
            for _ in left:
                await client.orders.place(
                    OrderRequest(
                        symbol=symbol,
                        side="BUY",
                        type="LIMIT",
                        quantity=1,
                        price=90,  # type: ignore[arg-type]
                        time_in_force="IOC",
                    )
                )

        await asyncio.gather(*(work() for _ in range(8)))


@pytest.fixture
def symbol(exchange: Exchange) -> str:
    return exchange.symbol()


def test_slow_reader_of_gapless_messages_is_cut_off_with_a_reason(
    exchange: Exchange, symbol: str
) -> None:
    trader = exchange.trader()
    request = f'{{"action":"subscribe","channel":"orders","token":"{trader.token}"}}'
    before = count_of(exchange, "openoutcry_websocket_slow_readers_total")
    with unread_websocket(exchange, request) as connection:
        deadline = time.monotonic() + 90
        while count_of(exchange, "openoutcry_websocket_slow_readers_total") == before:
            assert time.monotonic() < deadline
            asyncio.run(place_many(exchange, trader, symbol, 500))
        received = b""
        while part := connection.recv(1 << 20):
            received = (received + part)[-4_096:]
    # A close frame: its length, the code 1013 (try again later), the reason.
    assert re.search(rb"\x88[\x02-\x7d]" + struct.pack("!H", 1013) + SLOW, received, re.DOTALL)


def test_slow_reader_of_quotes_is_conflated_and_stays(exchange: Exchange, symbol: str) -> None:
    seller, buyer = exchange.trader(0, {symbol: 10_000}), exchange.trader()
    request = f'{{"action":"subscribe","channel":"quotes","symbols":["{symbol}"]}}'
    before = count_of(exchange, "openoutcry_websocket_slow_readers_total")
    with unread_websocket(exchange, request), exchange.socket() as reader:
        reader.subscribe("quotes", symbol)
        for step in range(50):
            seller.place(symbol, side="SELL", price=100 + step % 2, quantity=1)
            buyer.place(symbol, price=101, quantity=1)
        assert reader.until(volume=50)["last"]
    assert count_of(exchange, "openoutcry_websocket_slow_readers_total") == before


def test_pings_that_are_not_read_do_not_pile_up(exchange: Exchange) -> None:
    url = httpx.URL(exchange.url)
    ping = b"\x89\xfd" + bytes(4) + bytes(125)
    with unread_websocket(exchange) as connection:
        connection.settimeout(2)
        # The venue stops reading once its answers are not read.
        with pytest.raises(TimeoutError):
            connection.sendall(ping * 500_000)
        assert httpx.get(f"http://{url.host}:{url.port}/health").status_code == 200
