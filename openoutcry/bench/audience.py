"""`python -m openoutcry.bench.audience`: very many WebSocket clients, and what they are told when.

Standard input is one Audience as JSON, standard output one Attended. One trader changes its bid in
each symbol at each tick, to a quantity that is the tick's number: whoever reads it in a quote knows
when its order was sent.
"""

import asyncio
import re
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import cast

import msgspec
import uvloop

from openoutcry.bench.case import Latency
from openoutcry.bench.venue import VenueFailed
from openoutcry.client import Client, OrderRequest
from openoutcry.client.endpoint import Endpoint

_BID_SIZE = re.compile(rb'"bidSize":(\d+)')
# The first byte of whole frames.
_TEXT, _PING, _PONG = 0x81, 0x89, 0x8A
_HANDSHAKES_AT_ONCE = 100
_SETTLE_S = 1.0
# A source address has some thousands of ports, and the venue a limit for each.
_CLIENTS_OF_ADDRESS = 4_000


class Wish(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A subscription, as docs/websocket.md spells it."""

    channel: str
    symbols: list[str]
    depth: int | None = None


class Audience(msgspec.Struct, kw_only=True):
    """clients have these wishes, and stay for `seconds`.

    With `ticks`, the quotes of `symbols` change so often, `rate` times a second.
    """

    url: str
    clients: int
    wishes: list[Wish]
    symbols: list[str] = []
    rate: int = 1
    ticks: int = 0
    seconds: float = 0.0


class Attended(msgspec.Struct, kw_only=True):
    """What arrived: frames, quotes, and how long after its order was sent each quote came."""

    connected: int
    lost: int
    seconds: float
    frames: int
    quotes: int
    latency: Latency | None


class Program:
    """When the change of each tick was sent, and what was read of it."""

    def __init__(self) -> None:
        self.sent_ns: dict[int, int] = {}
        self.latencies: list[int] = []
        self.frames = 0
        self.lost = 0

    def read(self, frame: bytes) -> None:
        """Take one frame of quotes."""
        now = time.perf_counter_ns()
        self.frames += 1
        for size in _BID_SIZE.findall(frame):
            sent = self.sent_ns.get(int(size))
            if sent is not None:
                self.latencies.append(now - sent)


class Listener(asyncio.Protocol):
    """One WebSocket client, as small as can be: it subscribes and reads frames."""

    def __init__(
        self, hello: bytes, wish: bytes, program: Program, joined: "asyncio.Future[None]"
    ) -> None:
        self._hello = hello
        self._wish = wish
        self._program = program
        self._joined = joined
        self._buffer = b""
        self._open = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the WebSocket."""
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._hello)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count those that the venue let go."""
        self._program.lost += 1
        if not self._joined.done():
            self._joined.set_exception(ConnectionError("the venue closed a connection"))

    def data_received(self, data: bytes) -> None:
        """Read whole frames; answer pings."""
        assert self._transport is not None
        data = self._buffer + data
        if not self._open:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._buffer = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._joined.set_exception(ConnectionError(head[:60].decode("latin-1")))
                return
            self._open = True
            self._transport.write(self._wish)
        at = 0
        while (end_of_frame := frame_end(data, at)) is not None:
            start, end_at = end_of_frame
            payload = data[start:end_at]
            if data[at] == _PING:
                self._transport.write(client_frame(payload, _PONG))
            else:
                self._program.read(payload)
                if not self._joined.done():
                    self._joined.set_result(None)
            at = end_at
        self._buffer = data[at:]


def frame_end(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the payload of the unmasked frame at `at` begins and ends; None while it is no whole.

    RFC 6455, section 5.2.
    """
    if len(data) < at + 2:
        return None
    start, length = at + 2, data[at + 1]
    if length == 126:
        start = at + 4
        if len(data) < start:
            return None
        (length,) = struct.unpack_from(">H", data, at + 2)
    elif length == 127:
        start = at + 10
        if len(data) < start:
            return None
        (length,) = struct.unpack_from(">Q", data, at + 2)
    return None if len(data) < start + length else (start, start + length)


def client_frame(payload: bytes, opcode: int) -> bytes:
    """A whole frame of a client, whose mask is zero: RFC 6455, section 5.3."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack(">H", size)
    return bytes([opcode]) + length + bytes(4) + payload


async def attend(audience: Audience) -> Attended:
    """Connect everyone, change the quotes, count what arrives."""
    endpoint = Endpoint.parse(audience.url)
    program = Program()
    transports = await _connect(audience, endpoint, program)
    try:
        await asyncio.sleep(_SETTLE_S)
        program.frames = 0
        async with Client(audience.url, connections=len(audience.symbols)) as trader:
            if audience.ticks:
                await _change_quotes(audience, trader, program)
        await asyncio.sleep(max(audience.seconds, _SETTLE_S))
        return Attended(
            connected=len(transports),
            lost=program.lost,
            seconds=audience.ticks / audience.rate,
            frames=program.frames,
            quotes=len(program.latencies),
            latency=Latency.of(program.latencies) if program.latencies else None,
        )
    finally:
        for transport in transports:
            transport.abort()


async def _connect(
    audience: Audience, endpoint: Endpoint, program: Program
) -> list[asyncio.Transport]:
    hello = (
        f"GET /ws/v1 HTTP/1.1\r\nHost: {endpoint.authority}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()
    subscribe = b"".join(
        client_frame(
            msgspec.json.encode(
                {"action": "subscribe", "batch": True, **msgspec.to_builtins(wish)}
            ),
            _TEXT,
        )
        for wish in audience.wishes
    )
    loop = asyncio.get_running_loop()
    transports: list[asyncio.Transport] = []
    waiting: list[asyncio.Future[None]] = []
    for number in range(audience.clients):
        joined: asyncio.Future[None] = loop.create_future()
        source = (f"127.0.0.{2 + number // _CLIENTS_OF_ADDRESS}", 0)
        transport, _ = await loop.create_connection(
            partial(Listener, hello, subscribe, program, joined),
            endpoint.host,
            endpoint.port,
            local_addr=source,
        )
        transports.append(transport)
        waiting.append(joined)
        if len(waiting) >= _HANDSHAKES_AT_ONCE:
            await asyncio.gather(*waiting)
            waiting.clear()
    await asyncio.gather(*waiting)
    return transports


async def _change_quotes(audience: Audience, trader: Client, program: Program) -> None:
    await trader.log_in("alice", "alice-demo")
    orders = await _bid(trader, audience.symbols)
    began = time.perf_counter_ns()
    for tick in range(audience.ticks):
        due = began + tick * 1_000_000_000 // audience.rate
        await asyncio.sleep(max(0.0, (due - time.perf_counter_ns()) / 1e9))
        quantity = tick + 2
        # Counted from when it was due: what the reader's own load delays is not hidden.
        program.sent_ns[quantity] = due
        await asyncio.gather(*(trader.orders.replace(one, quantity=quantity) for one in orders))
    await asyncio.sleep(_SETTLE_S)
    with suppress(ConnectionError):
        await trader.orders.cancel_all()


async def _bid(trader: Client, symbols: Sequence[str]) -> list[str]:
    """Be the only bid of each symbol; the ids of the orders."""
    placed = []
    for symbol in symbols:
        quote = await trader.market.quote(symbol)
        assert quote.last is not None
        request = OrderRequest(
            symbol=symbol, side="BUY", type="LIMIT", quantity=1, price=quote.last - Decimal(1)
        )
        placed.append((await trader.orders.place(request)).order_id)
    return placed


def launch(audience: Audience) -> "subprocess.Popen[bytes]":
    """Let it attend in a process of its own, which has one core then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "openoutcry.bench.audience"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(audience))
    process.stdin.close()
    return process


def outcome(process: "subprocess.Popen[bytes]") -> Attended:
    """Wait for it and read what it says at its end. Raises VenueFailed."""
    assert process.stdout is not None
    said = process.stdout.read()
    process.stdout.close()
    if process.wait() != 0:
        raise VenueFailed("the audience failed")
    return msgspec.json.decode(said, type=Attended)


def main() -> None:
    """Read an Audience, let it attend, write what it Attended."""
    audience = msgspec.json.decode(sys.stdin.buffer.read(), type=Audience)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(attend(audience))))


if __name__ == "__main__":
    main()
