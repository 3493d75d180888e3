"""HTTP as the venue speaks it: requests of the order lane are answered by the connection itself.

Between the bytes of an order and its command stand neither an ASGI scope nor a task: these cost
more than everything else about it. All other requests go on to uvicorn.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

import httptools
import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from openoutcry import _engine
from openoutcry.errors import Problem
from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.reply import Reply, internal_error, problem_of
from openoutcry.gateways.rest.bad_requests import BadRequests
from openoutcry.gateways.rest.body import LARGEST_BODY, too_large
from openoutcry.gateways.rest.common_headers import PRIVATE
from openoutcry.gateways.rest.order_lane import COLLECTION, Call, OrderLane, Route, Submission
from openoutcry.gateways.rest.protocol import BoundedHttpProtocol
from openoutcry.gateways.rest.request_ids import RequestIds

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

    from openoutcry.gateways.joined_writes import JoinedWrites
    from openoutcry.sequencer.sequencer import Outcome

log = structlog.get_logger(__name__)

_PRIVATE_LINES = b"".join(b"%b: %b\r\n" % header for header in PRIVATE)


class LaneRequest(Call):
    """A request of the lane on its connection.

    Stands among uvicorn's cycles, so that requests of both kinds wait for one another: the
    members up to `message_event` are those that uvicorn's protocol reads and sets of a cycle.
    """

    __slots__ = (
        "admitted",
        "disconnected",
        "expects_continue",
        "is_head",
        "keep_alive",
        "method",
        "more_body",
        "request_id",
        "response_complete",
        "route",
        "started",
    )

    message_event = asyncio.Event()  # nobody waits for it

    def __init__(
        self, route: Route, method: str, headers: dict[bytes, bytes], order_id: str
    ) -> None:
        super().__init__(headers, order_id)
        self.route = route
        self.method = method
        self.is_head = False
        self.disconnected = False
        self.keep_alive = True
        self.more_body = True
        self.response_complete = False
        self.expects_continue = False
        self.admitted = False
        self.request_id = b""
        self.started = time.perf_counter()


class OrderProtocol(BoundedHttpProtocol):
    """Answers the order lane's requests, each in its turn among the connection's others."""

    # Begun, but not yet whole or not yet carried out.
    _arriving: LaneRequest | None = None
    # An answer that waits for a client that does not read.
    _unsent: tuple[LaneRequest, Reply] | None = None

    def __init__(
        self,
        lane: OrderLane,
        metrics: Metrics,
        request_ids: RequestIds,
        bad_requests: BadRequests,
        **arguments: Any,  # noqa: ANN401 - uvicorn's
    ) -> None:
        super().__init__(bad_requests, **arguments)
        self._lane = lane
        self._metrics = metrics
        self._request_ids = request_ids

    def on_message_begin(self) -> None:
        """Note a new request; uvicorn's scope of it is made once it is known to be uvicorn's."""
        self._begin_message()
        self.url = b""
        self.headers = []
        self.expect_100_continue = False

    def on_headers_complete(self) -> None:
        """Keep a request of the lane; leave any other to uvicorn."""
        self._check_head()
        request = self._lane_request()
        if request is None:
            self._make_scope()
            super().on_headers_complete()
        else:
            self._take_turn(request)
        self._head_complete()

    def data_received(self, data: bytes) -> None:
        """Parse, then take the request of the lane as far as what has come of it allows.

        One request at most: the others of a pipeline have a turn of the event loop each.
        """
        super().data_received(data)
        if self._arriving is not None:
            self._advance()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was still to come; a command that was handed in is carried out."""
        self._arriving = None
        self._unsent = None
        super().connection_lost(exc)

    def resume_writing(self) -> None:
        """Send the answer that waited for its reader."""
        super().resume_writing()
        if self._unsent is not None:
            request, reply = self._unsent
            self._unsent = None
            self._send(request, reply)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: "ASGI3Application") -> None:
        """Begin the request whose turn has come."""
        if isinstance(cycle, LaneRequest):
            self._arriving = cycle
            self.loop.call_soon(self._advance)
        else:
            super()._start_asgi_task(cycle, app)

    def _take_turn(self, request: LaneRequest) -> None:
        """Begin a request of the lane, or queue it behind those before it."""
        busy = self._is_busy()
        self.cycle = cast("RequestResponseCycle", request)
        if busy:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))
        else:
            self._arriving = request

    def _make_scope(self) -> None:
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)

    def _lane_request(self) -> LaneRequest | None:
        path = httptools.parse_url(self.url).path.decode("ascii")
        if "%" in path:
            path = unquote(path)
        if not path.startswith(COLLECTION):
            return None
        if self.parser.should_upgrade() and self._should_upgrade():
            return None
        method = self.parser.get_method().decode("ascii")
        is_head = method == "HEAD"
        found = self._lane.find("GET" if is_head else method, path)
        if found is None:
            return None
        headers = dict(self.headers)
        request = LaneRequest(found[0], "GET" if is_head else method, headers, found[1])
        request.is_head = is_head
        request.request_id = self._request_ids.of(headers.get(b"x-request-id"))
        request.expects_continue = self.expect_100_continue
        # Of HTTP/1.0 no connection is kept, even where the client asks for it in a header.
        request.keep_alive = self.parser.should_keep_alive() and (
            b"connection" not in headers or self.parser.get_http_version() != "1.0"
        )
        return request

    def _advance(self) -> None:
        request = self._arriving
        if request is None or self.transport.is_closing():
            return
        route = request.route
        try:
            if not request.admitted:
                route.admit(request)
                request.admitted = True
            if route.takes_body and not self._is_whole(request):
                return
            outcome = route.perform(request)
            if isinstance(outcome, Submission):
                taker = partial(self._take, request, outcome.reply)
                self._lane.hand_in(outcome.command, taker)
                self._arriving = None
                return
        except Problem as error:
            outcome = problem_of(error)
        except Exception:
            log.exception(
                "a request failed", route=route.path, request_id=request.request_id.decode()
            )
            outcome = internal_error()
        self._arriving = None
        self._send(request, outcome)

    def _is_whole(self, request: LaneRequest) -> bool:
        """Whether the body is here; where it is not, ask for it. Raises Refusal."""
        if len(request.body) > LARGEST_BODY:
            raise too_large()
        if not request.more_body:
            return True
        if request.expects_continue:
            request.expects_continue = False
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.flow.resume_reading()
        return False

    def _awaits_body(self) -> bool:
        """Of the lane: until the request is performed."""
        if isinstance(self.cycle, LaneRequest):
            return self._arriving is self.cycle
        return super()._awaits_body()

    def _give_up(self, reply: Reply) -> None:
        """Answer a request of the lane as others of the lane are."""
        request = self._arriving
        if request is None:
            super()._give_up(reply)
            return
        self._arriving = None
        request.keep_alive = False
        self._send(request, reply)

    def _take(
        self,
        request: LaneRequest,
        reply: Callable[[_engine.Answer], Reply],
        outcome: "Outcome",
    ) -> None:
        """Answer with what became of the request's command."""
        try:
            if isinstance(outcome, Problem):
                raise outcome
            answer = reply(outcome)
        except Problem as error:
            answer = problem_of(error)
        except Exception:
            path = request.route.path
            log.exception("a request failed", route=path, request_id=request.request_id.decode())
            answer = internal_error()
        self._send(request, answer)

    def _send(self, request: LaneRequest, reply: Reply) -> None:
        if self.flow.write_paused and not request.disconnected:
            self._unsent = (request, reply)
            return
        request.response_complete = True
        if not request.disconnected:
            cast("JoinedWrites", self.transport).send(self._spell(request, reply))
            if not request.keep_alive:
                self.transport.close()
            self.on_response_complete()
        self._metrics.count_request(
            request.route.path, request.method, reply.status, request.started
        )

    def _spell(self, request: LaneRequest, reply: Reply) -> bytes:
        """Return the answer as it goes over the wire."""
        return b"".join(
            (
                STATUS_LINE[reply.status],
                *[b"%b: %b\r\n" % header for header in self.server_state.default_headers],
                b"content-type: %b\r\ncontent-length: %d\r\n"
                % (reply.content_type, len(reply.body)),
                *[b"%b: %b\r\n" % header for header in reply.headers],
                request.answer_head,
                b"x-request-id: %b\r\n" % request.request_id,
                _PRIVATE_LINES,
                b"\r\n" if request.keep_alive else b"connection: close\r\n\r\n",
                b"" if request.is_head else reply.body,
            )
        )
