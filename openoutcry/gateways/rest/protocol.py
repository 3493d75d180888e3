"""uvicorn's HTTP protocol, with bounds on how much and how slowly a client may send."""

import asyncio
from collections.abc import Sized
from typing import cast

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from openoutcry.gateways.joined_writes import JoinedWrites
from openoutcry.gateways.reply import Reply, problem

# Request line and headers together.
LARGEST_HEAD = 32 * 1024
HEAD_DEADLINE_S = 10.0
MOST_CONNECTIONS = 10_000


class _OneByOne(FlowControl):
    """Reads nothing more while whole requests wait for the one before them to be answered.

    uvicorn reads on after each answer, and so a little faster than it answers.
    """

    def __init__(self, transport: asyncio.Transport, waiting: Sized) -> None:
        super().__init__(transport)
        self._waiting = waiting

    def resume_reading(self) -> None:
        if not self._waiting:
            super().resume_reading()


class BoundedHttpProtocol(HttpToolsProtocol):
    """Adds what uvicorn leaves open: the size of a head, the time it takes, the connections."""

    _awaits_head = True
    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None
    # One timer for all pauses of a connection: one for each costs a tenth of an order's time.
    _idle_timer: asyncio.TimerHandle | None = None
    _idle_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, unless there are too many."""
        joined = cast("asyncio.Transport", JoinedWrites(transport, self.loop))
        super().connection_made(joined)
        self.flow = _OneByOne(joined, self.pipeline)
        if len(self.connections) > MOST_CONNECTIONS:
            self._end(problem(503, "OVERLOADED", "Too many connections.", retry_after=1))
            return
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        self._disarm()
        self._forget_idleness()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer a whole request before the connection of a client that says no more is closed."""
        if not self._is_busy() or self.cycle.more_body:
            return False
        self.cycle.keep_alive = False
        return True

    def data_received(self, data: bytes) -> None:
        """Parse, as long as heads stay small and come in time."""
        if self._awaits_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if not self._head_bytes or self.transport.is_closing():
            return
        if self._head_bytes > LARGEST_HEAD:
            self._end(problem(431, "HEAD_TOO_LARGE", f"Headers have at most {LARGEST_HEAD} bytes."))
        else:
            self._arm()

    def on_headers_complete(self) -> None:
        """The head is whole: its bounds no longer count."""
        self._head_complete()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next bytes begin another request."""
        self._awaits_head = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Begin the next request, or be idle."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self._idle_timer is None:
            self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._end_if_idle)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP as every other error."""
        self._end(problem(400, "MALFORMED_HTTP", msg))

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to the WebSocket protocol."""
        self._disarm()
        self._forget_idleness()
        super().handle_websocket_upgrade()

    def _is_busy(self) -> bool:
        """Whether a request whose head is whole has not been answered yet."""
        # uvicorn declares it without the None that it begins with.
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and not cycle.response_complete

    def _head_complete(self) -> None:
        self._awaits_head = False
        self._head_bytes = 0
        self._disarm()

    def _end_if_idle(self) -> None:
        """Close a connection that has waited for its next request long enough; look again else."""
        self._idle_timer = None
        idle_s = 0.0
        if not self._is_busy() and not self._head_bytes:
            idle_s = self.loop.time() - self._idle_since
        if idle_s >= self.timeout_keep_alive:
            self.transport.close()
        else:
            rest = self.timeout_keep_alive - idle_s
            self._idle_timer = self.loop.call_later(rest, self._end_if_idle)

    def _forget_idleness(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None

    def _arm(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_DEADLINE_S, self._too_slow)

    def _disarm(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self._end(problem(408, "REQUEST_TOO_SLOW", "The request did not arrive in time."))

    def _end(self, reply: Reply) -> None:
        """Answer outside of any request, and close."""
        head = (
            b"HTTP/1.1 %d %s\r\ncontent-type: %s\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
            % (reply.status, b"Refused", reply.content_type, len(reply.body))
        )
        self.transport.write(head + reply.body)
        self.transport.close()
