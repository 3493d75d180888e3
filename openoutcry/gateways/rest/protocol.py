"""uvicorn's HTTP protocol, with bounds on how much and how slowly a client may send.

A request has one deadline, from its first byte to its last. What cannot be read as one request
and nothing else ends the connection, since nobody knows where the next request would begin
(RFC 9112, section 11.2), behind the answers to the requests before it.
"""

import asyncio
from collections.abc import Sized
from typing import Any, cast

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from openoutcry.gateways.joined_writes import JoinedWrites
from openoutcry.gateways.reply import Reply, problem
from openoutcry.gateways.rest.bad_requests import BadRequests

# Request line, headers and trailers together; also what may stand between two pieces of a body.
LARGEST_HEAD = 32 * 1024
REQUEST_DEADLINE_S = 10.0
MOST_CONNECTIONS = 10_000
# Colon, space and line end, which the parser leaves out.
_AROUND_HEADER = 4


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


class _Unfit(Exception):
    """Ends the connection from inside of the parser, with this answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


class BoundedHttpProtocol(HttpToolsProtocol):
    """Adds what uvicorn leaves open: the size of a request, the time it takes, the connections."""

    # A request has begun and is not whole yet; of the head the same.
    _arrives = False
    _awaits_head = True
    # By what the parser made of it: the whole head, and the trailers.
    _head_bytes = 0
    # By what came: since a head was whole, or a piece of a body.
    _unread_bytes = 0
    _hosts = 0
    _request_timer: asyncio.TimerHandle | None = None
    # One timer for all pauses of a connection: one for each costs a tenth of an order's time.
    _idle_timer: asyncio.TimerHandle | None = None
    _idle_since = 0.0
    # Nothing more is read; what ends the connection once all that was asked before is answered.
    _refused = False
    _last_words: Reply | None = None

    def __init__(self, bad_requests: BadRequests, **arguments: Any) -> None:  # noqa: ANN401
        super().__init__(**arguments)
        self._bad_requests = bad_requests

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
        """Parse, as long as requests stay small and come in time."""
        if self._refused:
            return
        self._unread_bytes += len(data)
        try:
            self._feed(data)
        except httptools.HttpParserError as error:
            reply = error.__context__.reply if isinstance(error.__context__, _Unfit) else _MALFORMED
            self._refuse(reply)
            return
        if self.transport.is_closing():
            return
        if self._unread_bytes > LARGEST_HEAD:
            self._refuse(_TOO_LARGE)
        elif self._arrives:
            self._arm()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what comes behind the body, a trailer, is counted and dropped."""
        self._head_bytes += len(name) + len(value) + _AROUND_HEADER
        if self._head_bytes > LARGEST_HEAD:
            raise _Unfit(_TOO_LARGE)
        if not self._awaits_head:
            return
        name = name.lower()
        if name == b"host":
            self._hosts += 1
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._unread_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The next bytes begin another request."""
        self._arrives = False
        self._awaits_head = True
        self._unread_bytes = 0
        self._disarm()
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
        if self._last_words is not None:
            self._end(self._last_words)
            return
        self._idle_since = self.loop.time()
        if self._idle_timer is None:
            self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._end_if_idle)

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to the WebSocket protocol."""
        self._disarm()
        self._forget_idleness()
        super().handle_websocket_upgrade()

    def _feed(self, data: bytes) -> None:
        """Hand `data` to the parser, which stops behind each request that asks for an upgrade."""
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as stop:
                if self._should_upgrade():
                    self.handle_websocket_upgrade()
                    return
                # To anything else it is not upgraded: HTTP goes on (RFC 9110, section 7.8).
                data = data[stop.args[0] :]
                if data:
                    continue
            return

    def _begin_message(self) -> None:
        """The first byte of a request is here."""
        self._arrives = True
        self._head_bytes = 0
        self._hosts = 0
        # The connection's first request does not pay for the time before it.
        self._disarm()

    def _check_head(self) -> None:
        """Judge the head as a whole. Raises _Unfit."""
        if self._head_bytes + len(self.url) > LARGEST_HEAD:
            raise _Unfit(_TOO_LARGE)
        version = self.parser.get_http_version()
        # RFC 9112, section 3.2; HTTP/1.0 knows no Host.
        if self._hosts > 1 or (version == "1.1" and not self._hosts):
            raise _Unfit(problem(400, "MALFORMED_HTTP", "A request has exactly one Host."))
        if version == "0.9":
            raise _Unfit(problem(400, "MALFORMED_HTTP", "Speak HTTP/1.1."))
        if self.parser.should_upgrade():
            self._check_upgrade(version)

    def _head_complete(self) -> None:
        """What comes now belongs to the request that was made of the head."""
        self._awaits_head = False
        self._unread_bytes = 0

    def _check_upgrade(self, version: str) -> None:
        """See that nothing but the head belongs to a request that asks for another protocol.

        The parser takes a body for the other protocol's bytes, and then for the next request.
        Raises _Unfit.
        """
        if any(name in _ANNOUNCING_A_BODY for name, _ in self.headers):
            raise _Unfit(problem(400, "MALFORMED_HTTP", "An upgrade is asked for without a body."))
        if not self._should_upgrade():
            return
        if self.parser.get_method() != b"GET" or version != "1.1" or self._is_busy():
            # RFC 6455, section 4.1.
            text = "A WebSocket begins with a GET of HTTP/1.1, behind no unanswered request."
            raise _Unfit(problem(400, "MALFORMED_HTTP", text))

    def _is_busy(self) -> bool:
        """Whether a request whose head is whole has not been answered yet."""
        # uvicorn declares it without the None that it begins with.
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and not cycle.response_complete

    def _awaits_body(self) -> bool:
        """Whether the request that arrives is the one to be answered, and no answer has begun."""
        return self._is_busy() and not self.cycle.response_started

    def _end_if_idle(self) -> None:
        """Close a connection that has waited for its next request long enough; look again else."""
        self._idle_timer = None
        idle_s = 0.0
        if not self._is_busy() and not self._arrives:
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
        if self._request_timer is None:
            self._request_timer = self.loop.call_later(REQUEST_DEADLINE_S, self._too_slow)

    def _disarm(self) -> None:
        if self._request_timer is not None:
            self._request_timer.cancel()
            self._request_timer = None

    def _too_slow(self) -> None:
        self._request_timer = None
        if self.transport.is_closing():
            return
        if self.flow.read_paused or self.pipeline or (self._awaits_head and self._is_busy()):
            # The request waits for the venue, which is still at those before it.
            self._arm()
            return
        self._refuse(_TOO_SLOW)

    def _refuse(self, reply: Reply) -> None:
        """Read no more, and end the connection behind the answers that are still due."""
        self._refused = True
        self._disarm()
        # Browsers open connections in advance, and may then ask nothing.
        if self._arrives:
            self._bad_requests.count(reply)
        if self._awaits_head:
            unanswered = self._is_busy()
        elif self.pipeline:
            # Its body cannot be read: it is not begun.
            self.pipeline.popleft()
            unanswered = True
        elif self._awaits_body():
            unanswered = False
        else:
            self._end_answered()
            return
        if unanswered:
            self._last_words = reply
        else:
            self._give_up(reply)

    def _end_answered(self) -> None:
        """Close behind the answer to a request that is not whole; there is no other to give."""
        if self._is_busy():
            self.cycle.keep_alive = False
        else:
            self.transport.close()

    def _give_up(self, reply: Reply) -> None:
        """Answer the request that arrives, and close."""
        self._end(reply)

    def _end(self, reply: Reply) -> None:
        """Answer outside of any request, and close."""
        head = b"%bcontent-type: %b\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % (
            STATUS_LINE[reply.status],
            reply.content_type,
            len(reply.body),
        )
        self.transport.write(head + reply.body)
        self.transport.close()


_ANNOUNCING_A_BODY = frozenset({b"content-length", b"transfer-encoding"})
_MALFORMED = problem(400, "MALFORMED_HTTP", "This is no HTTP.")
_TOO_LARGE = problem(431, "HEAD_TOO_LARGE", f"Headers have at most {LARGEST_HEAD} bytes.")
_TOO_SLOW = problem(408, "REQUEST_TOO_SLOW", "The request did not arrive in time.")
