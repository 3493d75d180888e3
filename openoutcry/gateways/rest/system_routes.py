"""How the venue is: /health, /ready, /metrics, /api/v1/venue."""

import time

from fastapi import APIRouter, Response

from openoutcry import __version__
from openoutcry.codec.shape import Shape, Time
from openoutcry.codec.timestamps import write_time
from openoutcry.errors import Unavailable
from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.rest.openapi import Documents
from openoutcry.gateways.rest.pages import json_response
from openoutcry.gateways.services import Services

NAME = "Open Outcry"


class Health(Shape):
    """The process lives."""

    status: str


class Ready(Shape):
    """The journal is recovered and orders are accepted."""

    status: str
    sequence: int


class DemoUser(Shape):
    """A user of the demo, whose password everybody knows."""

    username: str
    password: str


class Venue(Shape):
    """What venue this is."""

    name: str
    version: str
    demo: bool
    demo_users: list[DemoUser]
    symbols: int
    time: Time


class SystemRoutes:
    """Needs no token."""

    def __init__(self, services: Services, metrics: Metrics) -> None:
        self._services = services
        self._metrics = metrics

    def router(self, documents: Documents) -> APIRouter:
        """Return the routes with their documentation."""
        router = APIRouter(tags=["venue"])
        for path, endpoint, shape in (
            ("/health", self.health, Health),
            ("/ready", self.ready, Ready),
            ("/api/v1/venue", self.venue, Venue),
        ):
            router.add_api_route(path, endpoint, methods=["GET"], **documents.route(shape))
        figures = {"content": {"text/plain": {"schema": {"type": "string"}}}}
        router.add_api_route(
            "/metrics",
            self.metrics,
            methods=["GET"],
            response_class=Response,
            responses={200: {"description": "Figures for Prometheus.", **figures}},
        )
        return router

    async def health(self) -> Response:
        """Whether the process lives."""
        return json_response(Health("ok"))

    async def ready(self) -> Response:
        """Whether the journal is recovered and orders are accepted."""
        floor = self._services.floor
        refusal = floor.sequencer.refusal
        if refusal is not None:
            raise Unavailable("NOT_READY", refusal.detail, retry_after=5)
        return json_response(Ready("ready", floor.engine.status().sequence))

    async def metrics(self) -> Response:
        """Figures for Prometheus."""
        return Response(self._metrics.text(), media_type="text/plain; version=0.0.4")

    async def venue(self) -> Response:
        """What venue this is; in a demo, the users to log in with."""
        demo = self._services.demo
        users = demo.logins if demo else {}
        floor = self._services.open_floor
        return json_response(
            Venue(
                NAME,
                __version__,
                demo is not None,
                [DemoUser(name, password) for name, password in users.items()],
                len(floor.listings) if floor else 0,
                write_time(time.time_ns()),
            )
        )
