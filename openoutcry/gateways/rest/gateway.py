"""The HTTP gateway: one ASGI application, the order lane beside FastAPI behind one edge."""

import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from itertools import count
from typing import Any

import structlog
from fastapi import FastAPI

from openoutcry.errors import Problem
from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.reply import Headers, Reply, internal_error, problem, problem_of
from openoutcry.gateways.rest.order_lane import (
    COLLECTION,
    ITEM,
    ITEM_ROUTE,
    Call,
    Handler,
    OrderLane,
)

log = structlog.get_logger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_LONGEST_REQUEST_ID = 128
_SAFE = [(b"x-content-type-options", b"nosniff")]
_PRIVATE = [*_SAFE, (b"cache-control", b"no-store")]


class RestGateway:
    """Answers every HTTP request of the venue, each with X-Request-ID, each counted."""

    def __init__(self, lane: OrderLane, api: FastAPI, metrics: Metrics) -> None:
        self._lane = lane
        self._api = api
        self._metrics = metrics
        # Request ids of our own: unique without asking the kernel for each.
        self._prefix = secrets.token_hex(6).encode()
        self._numbers = count(1)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = time.perf_counter()
        method, path = scope["method"], scope["path"]
        if method == "HEAD":
            # As GET; uvicorn, which has the scope as it was, leaves the body out.
            method = "GET"
            scope = {**scope, "method": method}
        headers = dict(scope["headers"])
        request_id = self._request_id(headers.get(b"x-request-id"))
        if path == COLLECTION:
            handler = self._lane.collection.get(method)
            if handler is not None:
                call = Call(headers, receive, "")
                await self._serve(COLLECTION, method, handler, call, send, request_id, started)
                return
        elif path.startswith(ITEM) and "/" not in path[len(ITEM) :]:
            handler = self._lane.item.get(method, _method_not_allowed)
            call = Call(headers, receive, path[len(ITEM) :])
            await self._serve(ITEM_ROUTE, method, handler, call, send, request_id, started)
            return
        await self._pass_on(scope, receive, send, request_id, started)

    async def _serve(
        self,
        route: str,
        method: str,
        handler: Handler,
        call: Call,
        send: Send,
        request_id: bytes,
        started: float,
    ) -> None:
        try:
            reply = await handler(call)
        except Problem as error:
            reply = problem_of(error)
        except Exception:
            log.exception("a request failed", route=route, request_id=request_id.decode())
            reply = internal_error()
        await _send(reply, [*call.answer_headers, (b"x-request-id", request_id)], send)
        self._metrics.count_request(route, method, reply.status, started)

    async def _pass_on(
        self, scope: Message, receive: Receive, send: Send, request_id: bytes, started: float
    ) -> None:
        """Let FastAPI answer, and add what every answer carries."""
        status = 0
        common = _PRIVATE if scope["path"].startswith("/api/") else _SAFE

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    *common,
                    (b"x-request-id", request_id),
                ]
            await send(message)

        try:
            await self._api(scope, receive, send_on)
        except Exception:
            log.exception("a request failed", path=scope["path"], request_id=request_id.decode())
            if not status:
                reply = internal_error()
                status = reply.status
                await _send(reply, [(b"x-request-id", request_id)], send)
        route = getattr(scope.get("route"), "path", None) or "other"
        self._metrics.count_request(route, scope["method"], status, started)

    def _request_id(self, given: bytes | None) -> bytes:
        """Return the caller's own id where it is harmless, else a new one."""
        if given and len(given) <= _LONGEST_REQUEST_ID and given.isascii():
            text = given.decode("ascii")
            if text.isprintable():
                return given
        return b"%s-%x" % (self._prefix, next(self._numbers))


async def _method_not_allowed(_call: Call) -> Reply:
    reply = problem(405, "METHOD_NOT_ALLOWED", "This path has other methods.")
    reply.headers.append((b"allow", b"DELETE, GET, PATCH"))
    return reply


async def _send(reply: Reply, headers: Headers, send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [
                (b"content-type", reply.content_type),
                (b"content-length", b"%d" % len(reply.body)),
                *reply.headers,
                *headers,
                *_PRIVATE,
            ],
        }
    )
    await send({"type": "http.response.body", "body": reply.body})
