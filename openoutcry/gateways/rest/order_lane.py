"""The routes of single orders, as a thin lane beside FastAPI: one order costs microseconds here.

The lane answers POST /api/v1/orders and GET, PATCH, DELETE /api/v1/orders/{orderId}; the OpenAPI
page documents it from the same shapes that it reads and writes.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from openoutcry import _engine
from openoutcry.codec.identifiers import order_id
from openoutcry.codec.orders import fill_shape, order_shape
from openoutcry.errors import RateLimited
from openoutcry.gateways.reply import Headers, Reply, refusal
from openoutcry.gateways.rest.body import Receive, check_json_type, read_body
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

COLLECTION = "/api/v1/orders"
ITEM = COLLECTION + "/"
ITEM_ROUTE = ITEM + "{orderId}"


@dataclass(slots=True)
class Call:
    """A request of the lane. `answer_headers` go out with whatever the answer is."""

    headers: dict[bytes, bytes]
    receive: Receive
    order_id: str
    answer_headers: Headers = field(default_factory=list)


Handler: TypeAlias = Callable[[Call], Awaitable[Reply]]


class OrderLane:
    """Orders in and out by way of one token look-up, one decode, one submit."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.collection: dict[str, Handler] = {"POST": self.place}
        self.item: dict[str, Handler] = {
            "GET": self.show,
            "PATCH": self.replace,
            "DELETE": self.cancel,
        }

    async def place(self, call: Call) -> Reply:
        """POST /orders: 201 with the order, durable and matched."""
        services = self._services
        floor = services.floor
        principal = self._caller(call, Scope.TRADE)
        self._count(call, services.orders, principal)
        check_json_type(call.headers.get(b"content-type"))
        request = read_order(await read_body(call.receive))
        services.require_kyc(principal)
        account = floor.own_account(principal, request.account_id)
        answer = await floor.sequencer.submit(order_command(request, account, floor.listings))
        if answer.event == REPEATED and answer.reason:
            raise refusal(answer, orderId=order_id(answer.made))
        order = answer.order or floor.engine.order(answer.made)
        if order is None:
            raise refusal(answer)
        return order_answer(answer, order, floor.listings)

    async def show(self, call: Call) -> Reply:
        """GET /orders/{orderId}: the order with its fills."""
        floor = self._services.floor
        principal = self._caller(call, Scope.READ)
        order = floor.visible_order(principal, call.order_id)
        fills = [fill_shape(trade, order.order) for trade in floor.engine.fills(order.order)]
        return order_reply(200, order_shape(order, floor.listings.ticker(order.symbol), fills))

    async def replace(self, call: Call) -> Reply:
        """PATCH /orders/{orderId}: 200 with the order as it then stands."""
        floor = self._services.floor
        principal = self._caller(call, Scope.TRADE)
        self._count(call, self._services.orders, principal)
        check_json_type(call.headers.get(b"content-type"))
        body = await read_body(call.receive)
        order = floor.visible_order(principal, call.order_id)
        version = read_if_match(call.headers.get(b"if-match"))
        command = replace_command(body, order, version)
        self._services.require_kyc(principal)
        answer = await floor.sequencer.submit(command)
        now = self._done(answer, REPLACED, order)
        return order_reply(200, order_shape(now, floor.listings.ticker(now.symbol)))

    async def cancel(self, call: Call) -> Reply:
        """DELETE /orders/{orderId}: 200 once nothing of the order works any more."""
        floor = self._services.floor
        principal = self._caller(call, Scope.TRADE, Scope.ADMIN)
        self._count(call, self._services.cancels, principal)
        order = floor.visible_order(principal, call.order_id)
        answer = await floor.sequencer.submit(_engine.cancel_order(order.account, order.order))
        return cancel_reply(self._done(answer, CANCELLED, order))

    def _caller(self, call: Call, *scopes: Scope) -> Principal:
        return caller(self._services.identity, call.headers.get(b"authorization"), *scopes)

    def _count(self, call: Call, limiter: RateLimiter[int], principal: Principal) -> None:
        """Take one request from the caller's allowance. Raises RateLimited."""
        allowance = limiter.take(principal.user_id)
        reset = -(-(time.time_ns() + allowance.reset_ns) // 1_000_000_000)
        call.answer_headers += (
            (b"x-ratelimit-limit", b"%d" % allowance.limit),
            (b"x-ratelimit-remaining", b"%d" % allowance.remaining),
            (b"x-ratelimit-reset", b"%d" % reset),
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
