"""The front door: one port for HTTP and WebSocket."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any, cast

import uvicorn

from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.rest.api import build_api
from openoutcry.gateways.rest.bad_requests import BadRequests
from openoutcry.gateways.rest.gateway import RestGateway
from openoutcry.gateways.rest.order_lane import OrderLane
from openoutcry.gateways.rest.order_protocol import OrderProtocol
from openoutcry.gateways.rest.request_ids import RequestIds
from openoutcry.gateways.services import Services
from openoutcry.gateways.websocket.gateway import WebSocketGateway
from openoutcry.gateways.websocket.limits import FRAME_LIMIT
from openoutcry.gateways.websocket.protocol import FrameProtocol

# Longer than any client's pool keeps an idle connection, so that it is the client who closes.
_KEEP_ALIVE_S = 75
_DRAIN_S = 4

Message = MutableMapping[str, Any]


class FrontDoor(uvicorn.Server):
    """uvicorn's server around both gateways; the venue handles signals itself."""

    def __init__(self, services: Services, metrics: Metrics, websocket: WebSocketGateway) -> None:
        request_ids = RequestIds()
        rest = RestGateway(build_api(services, metrics), metrics, request_ids)
        protocol = partial(
            OrderProtocol, OrderLane(services), metrics, request_ids, BadRequests(metrics)
        )

        async def application(
            scope: Message,
            receive: Callable[[], Awaitable[Message]],
            send: Callable[[Message], Awaitable[None]],
        ) -> None:
            gateway = websocket if scope["type"] == "websocket" else rest
            await gateway(scope, receive, send)

        super().__init__(
            uvicorn.Config(
                application,
                http=cast("type[asyncio.Protocol]", protocol),
                ws=FrameProtocol,
                ws_max_size=FRAME_LIMIT,
                ws_per_message_deflate=False,
                lifespan="off",
                interface="asgi3",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_DRAIN_S,
            )
        )

    async def open(self, listener: socket.socket) -> None:
        """Begin to take connections."""
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        await self.startup(sockets=[listener])

    async def close(self, listener: socket.socket) -> None:
        """Take no more connections; answer what is under way, close WebSockets with 1001."""
        await self.shutdown(sockets=[listener])
