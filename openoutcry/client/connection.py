"""One HTTP/1.1 connection that is kept open between requests.

The traders send a hundred orders a second over a few of these. httptools parses; a general HTTP
client takes twenty times the processor time for each request.
"""

import asyncio
from dataclasses import dataclass
from typing import Self, cast

import httptools

from openoutcry.client.endpoint import Endpoint
from openoutcry.client.errors import BadAnswer, Unreachable

_LONGEST_BODY = 64 << 20
_KEPT_HEADERS = frozenset({b"content-type", b"etag", b"retry-after"})


@dataclass(slots=True)
class Response:
    """An HTTP answer: its status, the headers that the client reads (lower case), its body."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Connection(asyncio.Protocol):
    """Carries one request at a time; `reusable` says whether it can carry another."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Response] | None = None
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        self._size = 0
        self.answered = 0

    @classmethod
    async def open(cls, endpoint: Endpoint) -> Self:
        """Connect. Raises Unreachable with the reason."""
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                cls, endpoint.host, endpoint.port, ssl=endpoint.tls()
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise Unreachable(f"no venue answers at {endpoint.authority}: {reason}") from None
        return connection

    @property
    def reusable(self) -> bool:
        """Whether the connection stands and no request is under way on it."""
        return (
            self._transport is not None
            and not self._transport.is_closing()
            and self._answer is None
        )

    async def send(self, request: bytes) -> Response:
        """Send one whole request and wait for its answer.

        Raises Unreachable when the connection ends first, BadAnswer when it carries no HTTP.
        """
        assert self._answer is None, "a connection carries one request at a time"
        if self._transport is None or self._transport.is_closing():
            raise Unreachable("the venue closed the connection")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._answer
        finally:
            if not self._answer.done() or self._answer.cancelled():
                self.close()  # the answer to come would be taken for the next request's
            self._answer = None

    def close(self) -> None:
        """Drop the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    # -- asyncio.Protocol -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # uvloop's transport is one in all but its base class.
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the request under way, if any."""
        self._fail(Unreachable("the venue closed the connection before it answered"))

    def data_received(self, data: bytes) -> None:
        """Parse what arrived."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(BadAnswer("the answer is not HTTP"))
            self.close()

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    # -- httptools' callbacks -------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Make room for the next answer."""
        self._headers = {}
        self._body = []
        self._size = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the few headers that someone reads."""
        name = name.lower()
        if name in _KEPT_HEADERS:
            self._headers[name] = value

    def on_body(self, body: bytes) -> None:
        """Collect the body up to its limit."""
        self._size += len(body)
        if self._size > _LONGEST_BODY:
            self._fail(BadAnswer("the answer is longer than the client accepts"))
            self.close()
            return
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Hand the answer over, or drop the connection where nobody asked."""
        status = self._parser.get_status_code()
        if status < 200:
            return  # an interim answer: the real one follows
        if self._answer is None or self._answer.done():
            self.close()
            return
        self.answered += 1
        self._answer.set_result(Response(status, self._headers, b"".join(self._body)))
        if not self._parser.should_keep_alive():
            self.close()
