"""The HTTP gateway beside the order lane: FastAPI behind one edge."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
from fastapi import FastAPI

from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.reply import internal_error
from openoutcry.gateways.rest.common_headers import PRIVATE, SAFE
from openoutcry.gateways.rest.request_ids import RequestIds

log = structlog.get_logger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class RestGateway:
    """Answers every HTTP request that is not the lane's, with X-Request-ID, each counted."""

    def __init__(self, api: FastAPI, metrics: Metrics, request_ids: RequestIds) -> None:
        self._api = api
        self._metrics = metrics
        self._request_ids = request_ids

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let FastAPI answer, and add what every answer carries."""
        started = time.perf_counter()
        if scope["method"] == "HEAD":
            # As GET; uvicorn, which has the scope as it was, leaves the body out.
            scope = {**scope, "method": "GET"}
        request_id = self._request_ids.of(dict(scope["headers"]).get(b"x-request-id"))
        status = 0
        common = PRIVATE if scope["path"].startswith("/api/") else SAFE

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
                status = await _send_failure(request_id, send)
        route = getattr(scope.get("route"), "path", None) or "other"
        self._metrics.count_request(route, scope["method"], status, started)


async def _send_failure(request_id: bytes, send: Send) -> int:
    reply = internal_error()
    headers = [
        (b"content-type", reply.content_type),
        (b"content-length", b"%d" % len(reply.body)),
        (b"x-request-id", request_id),
        *PRIVATE,
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
    return reply.status
