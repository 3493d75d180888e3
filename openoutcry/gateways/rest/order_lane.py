"""The routes of single orders, as a thin lane beside FastAPI: one order costs microseconds here.

The lane answers POST /api/v1/orders and GET, PATCH, DELETE /api/v1/orders/{orderId}; the OpenAPI
page documents it from the same shapes that it reads and writes. It is reached straight from the
connection (order_protocol.py), and none of it waits: a route ends with its answer, or with the
command whose answer will become it.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeAlias

from openoutcry import _engine
from openoutcry.codec.identifiers import order_id
from openoutcry.codec.orders import fill_shape, order_shape
from openoutcry.errors import RateLimited
from openoutcry.gateways.reply import JSON, Reply, problem, refusal
from openoutcry.gateways.rest.body import check_media
from openoutcry.gateways.rest.caller import caller
from openoutcry.gateways.rest.order_entry import (
    CANCELLED,
    REPEATED,
    REPLACED,
    cancel_reply,
    order_answer,
    order_command,
    order_reply,
    read_if_match,
    read_order,
    replace_command,
)
from openoutcry.gateways.services import Services
from openoutcry.identity import Principal, Scope
from openoutcry.identity.rate_limit import RateLimiter
from openoutcry.sequencer.sequencer import Taker

COLLECTION = "/api/v1/orders"
ITEM = COLLECTION + "/"
ITEM_ROUTE = ITEM + "{orderId}"


class Call:
    """A request of the lane.

    principal: who asks, once admitted. body: once it is whole. answer_head: header lines that go
    out with whatever the answer is.
    """

    __slots__ = ("answer_head", "body", "headers", "order_id", "principal")

    principal: Principal

    def __init__(self, headers: dict[bytes, bytes], order_id: str) -> None:
        self.headers = headers
        self.order_id = order_id
        self.body = bytearray()
        self.answer_head = b""


class Submission(NamedTuple):
    """A command for the engine, and how its answer reads. `reply` raises Refusal."""

    command: bytes
    reply: Callable[[_engine.Answer], Reply]


class Route(NamedTuple):
    """One method of one path.

    path: as metrics know it. admit: judges the head alone, before any body is asked for.
    perform: carries the request out. Both raise Problem.
    """

    path: str
    takes_body: bool
    admit: Callable[[Call], None]
    perform: Callable[[Call], Reply | Submission]


Found: TypeAlias = tuple[Route, str]


class OrderLane:
    """Orders in and out by way of one token look-up, one decode, one submit."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._place = Route(COLLECTION, True, self._admit_order, self._perform_place)
        self._item = {
            "GET": Route(ITEM_ROUTE, False, self._admit_reader, self._show),
            "PATCH": Route(ITEM_ROUTE, True, self._admit_order, self._perform_replace),
            "DELETE": Route(ITEM_ROUTE, False, self._admit_cancel, self._perform_cancel),
        }

    def find(self, method: str, path: str) -> Found | None:
        """Return the lane's route for a request, with the order id; None for others' requests."""
        if path == COLLECTION:
            return (self._place, "") if method == "POST" else None
        if path.startswith(ITEM) and "/" not in path[len(ITEM) :]:
            return self._item.get(method, _NO_METHOD), path[len(ITEM) :]
        return None

    def hand_in(self, command: bytes, taker: Taker) -> None:
        """Submit a command. Raises Unavailable."""
        self._services.floor.sequencer.hand_in(command, taker)

    def _perform_place(self, call: Call) -> Submission:
        """POST /orders: 201 with the order, durable and matched."""
        floor = self._services.floor
        request = read_order(call.body)
        self._services.require_kyc(call.principal)
        account = floor.own_account(call.principal, request.account_id)
        return Submission(order_command(request, account, floor.listings), self._placed)

    def _placed(self, answer: _engine.Answer) -> Reply:
        floor = self._services.floor
        if answer.event == REPEATED and answer.reason:
            raise refusal(answer, orderId=order_id(answer.made))
        order = answer.order or floor.engine.order(answer.made)
        if order is None:
            raise refusal(answer)
        return order_answer(answer, order, floor.listings)

    def _show(self, call: Call) -> Reply:
        """GET /orders/{orderId}: the order with its fills."""
        floor = self._services.floor
        order = floor.visible_order(call.principal, call.order_id)
        fills = [fill_shape(trade, order.order) for trade in floor.engine.fills(order.order)]
        return order_reply(200, order_shape(order, floor.listings.ticker(order.symbol), fills))

    def _perform_replace(self, call: Call) -> Submission:
        """PATCH /orders/{orderId}: 200 with the order as it then stands."""
        order = self._services.floor.visible_order(call.principal, call.order_id)
        version = read_if_match(call.headers.get(b"if-match"))
        command = replace_command(call.body, order, version)
        self._services.require_kyc(call.principal)
        return Submission(command, partial(self._replaced, order))

    def _replaced(self, order: _engine.Order, answer: _engine.Answer) -> Reply:
        now = self._done(answer, REPLACED, order)
        ticker = self._services.floor.listings.ticker(now.symbol)
        return order_reply(200, order_shape(now, ticker))

    def _perform_cancel(self, call: Call) -> Submission:
        """DELETE /orders/{orderId}: 200 once nothing of the order works any more."""
        order = self._services.floor.visible_order(call.principal, call.order_id)
        command = _engine.cancel_order(order.account, order.order)
        return Submission(command, partial(self._cancelled, order))

    def _cancelled(self, order: _engine.Order, answer: _engine.Answer) -> Reply:
        return cancel_reply(self._done(answer, CANCELLED, order))

    def _admit_order(self, call: Call) -> None:
        self._identify(call, Scope.TRADE)
        self._count(call, self._services.orders)
        headers = call.headers
        check_media(JSON, headers.get(b"content-type"), headers.get(b"content-encoding"))

    def _admit_cancel(self, call: Call) -> None:
        self._identify(call, Scope.TRADE, Scope.ADMIN)
        self._count(call, self._services.cancels)

    def _admit_reader(self, call: Call) -> None:
        self._identify(call, Scope.READ)

    def _identify(self, call: Call, *scopes: Scope) -> None:
        """Find out who asks. Raises Unavailable, Unauthenticated, Forbidden."""
        self._services.require_floor()
        authorization = call.headers.get(b"authorization")
        call.principal = caller(self._services.identity, authorization, *scopes)

    def _count(self, call: Call, limiter: RateLimiter[int]) -> None:
        """Take one request from the caller's allowance. Raises RateLimited."""
        allowance = limiter.take(call.principal.user_id)
        reset = -(-(time.time_ns() + allowance.reset_ns) // 1_000_000_000)
        call.answer_head = (
            b"x-ratelimit-limit: %d\r\nx-ratelimit-remaining: %d\r\nx-ratelimit-reset: %d\r\n"
            % (allowance.limit, allowance.remaining, reset)
        )
        if not allowance.allowed:
            raise RateLimited(
                f"At most {allowance.limit} requests a second.", retry_after=allowance.retry_after
            )

    def _done(self, answer: _engine.Answer, event: int, order: _engine.Order) -> _engine.Order:
        if answer.event != event:
            raise refusal(answer, orderId=order_id(order.order))
        now = answer.order or self._services.floor.engine.order(order.order)
        assert now is not None, "orders are never forgotten"
        return now


def _admit_anyone(_call: Call) -> None:
    """What the path does not have, it has for nobody."""


def _method_not_allowed(_call: Call) -> Reply:
    reply = problem(405, "METHOD_NOT_ALLOWED", "This path has other methods.")
    reply.headers.append((b"allow", b"DELETE, GET, PATCH"))
    return reply


_NO_METHOD = Route(ITEM_ROUTE, False, _admit_anyone, _method_not_allowed)
