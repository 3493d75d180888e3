"""uvicorn's HTTP protocol, with bounds on how much and how slowly a client may send."""

import asyncio
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from openoutcry.gateways.joined_writes import JoinedWrites
from openoutcry.gateways.reply import Reply, problem

# Request line and headers together.
LARGEST_HEAD = 32 * 1024
HEAD_DEADLINE_S = 10.0
MOST_CONNECTIONS = 10_000


class BoundedHttpProtocol(HttpToolsProtocol):
    """Adds what uvicorn leaves open: the size of a head, the time it takes, the connections."""

    _awaits_head = True
    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, unless there are too many."""
        joined = cast("asyncio.Transport", JoinedWrites(transport, self.loop))
        super().connection_made(joined)
        if len(self.connections) > MOST_CONNECTIONS:
            self._end(problem(503, "OVERLOADED", "Too many connections.", retry_after=1))
            return
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer."""
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse, as long as heads stay small and come in time."""
        if self._awaits_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if not self._awaits_head or self.transport.is_closing():
            return
        if self._head_bytes > LARGEST_HEAD:
            self._end(problem(431, "HEAD_TOO_LARGE", f"Headers have at most {LARGEST_HEAD} bytes."))
        elif self._head_bytes:
            self._arm()

    def on_headers_complete(self) -> None:
        """The head is whole: its bounds no longer count."""
        self._awaits_head = False
        self._head_bytes = 0
        self._disarm()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next bytes begin another request."""
        self._awaits_head = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP as every other error."""
        self._end(problem(400, "MALFORMED_HTTP", msg))

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to the WebSocket protocol."""
        self._disarm()
        super().handle_websocket_upgrade()

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
