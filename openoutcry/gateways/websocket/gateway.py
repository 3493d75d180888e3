"""The WebSocket gateway at /ws/v1.

Browsers let any page open a WebSocket to any host, with that host's cookies. This venue has none:
a token is shown in a message, by whoever has it, so the page's origin makes no difference.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from itertools import count
from typing import Any

import structlog

from openoutcry.errors import NotFound, Problem, RateLimited, Unavailable
from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.reply import problem_of
from openoutcry.gateways.services import Services
from openoutcry.gateways.websocket.connection import Connection
from openoutcry.gateways.websocket.limits import (
    JOIN_BURST,
    JOIN_RATE,
    MOST_CONNECTIONS,
    MOST_CONNECTIONS_OF_ADDRESS,
    MOST_CONNECTIONS_OF_USER,
    REQUEST_BURST,
    REQUEST_RATE,
)
from openoutcry.gateways.websocket.outbox import Outbox
from openoutcry.gateways.websocket.protocol import EXTENSION, FrameProtocol
from openoutcry.identity import Principal
from openoutcry.identity.rate_limit import RateLimiter

log = structlog.get_logger(__name__)

PATH = "/ws/v1"
_TRY_AGAIN_LATER = 1013
_SLOW = "slow reader: messages that may not be left out piled up"
_TOKENS_CHECKED_EVERY_S = 1.0

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class WebSocketGateway:
    """Serves each connection until it ends; one that does not read ends with code 1013."""

    def __init__(self, services: Services, metrics: Metrics) -> None:
        self._services = services
        self._metrics = metrics
        self._connections: set[Connection] = set()
        self._addresses: Counter[str] = Counter()
        self._users: Counter[int] = Counter()
        # By a number, not by the connection itself: a limiter remembers those that are gone, and
        # must not keep what waited for them.
        self._numbers = count(1)
        self._requests = RateLimiter[int](
            rate=REQUEST_RATE, burst=REQUEST_BURST, keys=MOST_CONNECTIONS
        )
        self._joins = RateLimiter[int](rate=JOIN_RATE, burst=JOIN_BURST, keys=MOST_CONNECTIONS)

    async def check_tokens(self) -> None:
        """End subscriptions whose tokens end; runs until it is cancelled."""
        while True:
            await asyncio.sleep(_TOKENS_CHECKED_EVERY_S)
            for connection in list(self._connections):
                connection.check_tokens()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        address = scope["client"][0] if scope["client"] else ""
        refusal = self._refusal(scope["path"], address)
        await receive()
        if refusal is not None:
            await _refuse(refusal, send)
            return
        await send({"type": "websocket.accept"})
        protocol = scope["extensions"][EXTENSION]
        self._addresses[address] += 1
        self._metrics.websockets.inc()
        try:
            await self._serve(protocol, receive)
        finally:
            self._metrics.websockets.dec()
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]

    async def _serve(self, protocol: FrameProtocol, receive: Receive) -> None:
        def too_slow() -> None:
            self._metrics.slow_readers.inc()
            protocol.close_now(_TRY_AGAIN_LATER, _SLOW)

        outbox = Outbox(protocol, too_slow)
        number = next(self._numbers)
        admitted: set[int] = set()

        def admit(principal: Principal) -> None:
            if principal.user_id in admitted:
                return
            if self._users[principal.user_id] >= MOST_CONNECTIONS_OF_USER:
                raise RateLimited(
                    f"A user has at most {MOST_CONNECTIONS_OF_USER} connections.", retry_after=1
                )
            self._users[principal.user_id] += 1
            admitted.add(principal.user_id)

        async def pace() -> None:
            await _take_turn(self._joins, number)

        connection = Connection(self._services.floor, self._services.identity, outbox, admit, pace)
        self._connections.add(connection)
        writer = asyncio.create_task(self._write(protocol, outbox), name="websocket-writer")
        try:
            await self._read(connection, number, protocol, receive)
        finally:
            connection.close()
            writer.cancel()
            await asyncio.wait({writer})
            self._connections.discard(connection)
            for user_id in admitted:
                self._users[user_id] -= 1
                if not self._users[user_id]:
                    del self._users[user_id]

    async def _read(
        self, connection: Connection, number: int, protocol: FrameProtocol, receive: Receive
    ) -> None:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            await _take_turn(self._requests, number)
            if not protocol.is_open:
                # Cut off with requests waiting: nobody is left to read the answers.
                return
            await connection.handle(message.get("text") or message.get("bytes") or b"")
            await protocol.writable.wait()

    async def _write(self, protocol: FrameProtocol, outbox: Outbox) -> None:
        try:
            while protocol.is_open:
                self._metrics.websocket_messages.inc(await outbox.drain())
        finally:
            outbox.close()

    def _refusal(self, path: str, address: str) -> Problem | None:
        if path != PATH:
            return NotFound("NOT_FOUND", "There is nothing at this path.")
        if self._services.open_floor is None:
            return Unavailable("NOT_READY", self._services.opening, retry_after=1)
        full = len(self._connections) >= MOST_CONNECTIONS
        if full or self._addresses[address] >= MOST_CONNECTIONS_OF_ADDRESS:
            return RateLimited("Too many connections.", retry_after=1)
        return None


async def _take_turn(limiter: RateLimiter[int], connection: int) -> None:
    """Let others have their turn; wait where the connection asks for too much.

    The client feels it as a slow connection. What it has sent already would otherwise be served in
    one go, before anyone else's order.
    """
    allowance = limiter.take(connection)
    await asyncio.sleep(allowance.retry_after_ns / 1e9)
    if not allowance.allowed:
        limiter.take(connection)


async def _refuse(error: Problem, send: Send) -> None:
    """Answer the handshake with a problem."""
    reply = problem_of(error)
    headers = [(b"content-type", reply.content_type), *reply.headers]
    start = {"type": "websocket.http.response.start", "status": reply.status, "headers": headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": reply.body})
