"""Requests that end their connection: counted one by one, told to the log now and then."""

import time
from http import HTTPStatus

import structlog

from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.reply import Reply

log = structlog.get_logger(__name__)

# A line for each would let anybody fill the disk.
_SILENCE_S = 60.0


class BadRequests:
    """What is no HTTP, too large or too slow, on any connection."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._untold = 0
        self._silent_until = 0.0

    def count(self, reply: Reply) -> None:
        """Count one, that ends with `reply`."""
        self._metrics.bad_requests.inc()
        self._untold += 1
        now = time.monotonic()
        if now < self._silent_until:
            return
        log.warning("requests cut off", requests=self._untold, last=HTTPStatus(reply.status).phrase)
        self._untold = 0
        self._silent_until = now + _SILENCE_S
