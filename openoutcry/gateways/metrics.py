"""What the gateways and the engine count, for Prometheus. Labels are bounded: routes, not paths."""

import time
from bisect import bisect_left
from collections import Counter as Counts
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from openoutcry import _engine

_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0)
_METHODS = frozenset({"GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS"})

Status = Callable[[], "_engine.Status | None"]


class Projection(Protocol):
    """How far the database follows the journal."""

    sequence: int
    events: int
    trouble: str | None

    @property
    def lag(self) -> int:
        """Durable commands that the database does not show yet."""


class Metrics:
    """One venue's figures; a registry of its own, so that two venues in a process do not mix."""

    def __init__(
        self, status: Status, projection: Callable[[], Projection | None] = lambda: None
    ) -> None:
        """status: the sequencer's, projection: the database's; None while they are not open."""
        self._registry = CollectorRegistry()
        self._registry.register(_Engine(status))
        self._registry.register(_Projected(projection))
        self._requests = _Requests()
        self._registry.register(self._requests)
        self.connections = Gauge(
            "openoutcry_connections",
            "Open connections, WebSockets included.",
            registry=self._registry,
        )
        self.websockets = Gauge(
            "openoutcry_websocket_connections", "Open WebSockets.", registry=self._registry
        )
        self.websocket_messages = Counter(
            "openoutcry_websocket_messages",
            "Messages sent to subscribers.",
            registry=self._registry,
        )
        self.slow_readers = Counter(
            "openoutcry_websocket_slow_readers",
            "WebSockets closed because they did not read.",
            registry=self._registry,
        )

        self.fix_sessions = Gauge(
            "openoutcry_fix_sessions", "FIX sessions logged on.", registry=self._registry
        )
        self.fix_refused = Counter(
            "openoutcry_fix_refused",
            "FIX connections ended before they had a session.",
            registry=self._registry,
        )
        self.bad_requests = Counter(
            "openoutcry_http_bad_requests",
            "Requests that ended their connection: no HTTP, too large or too slow.",
            registry=self._registry,
        )

    def count_request(self, route: str, method: str, status: int, started: float) -> None:
        """Count one answered request; `started` by time.perf_counter."""
        self._requests.count(route, method, status, time.perf_counter() - started)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)


class _Requests(Collector):
    """Counts requests and sorts their times into buckets, in plain integers.

    The library's counters take a lock for each of several steps, a twentieth of an order's time;
    requests are answered in one thread.
    """

    def __init__(self) -> None:
        self._answered: Counts[tuple[str, str, int]] = Counts()
        # By route: of each bucket, and of what is slower than all.
        self._times: dict[str, list[int]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self._answered[route, method if method in _METHODS else "other", status] += 1
        times = self._times.get(route)
        if times is None:
            times = self._times[route] = [0] * (len(_BUCKETS) + 1)
        times[bisect_left(_BUCKETS, seconds)] += 1
        self._seconds[route] += seconds

    def collect(self) -> Iterator[Metric]:
        answered = CounterMetricFamily(
            "openoutcry_http_requests", "Requests answered.", labels=["route", "method", "status"]
        )
        for (route, method, status), number in self._answered.items():
            answered.add_metric([route, method, str(status)], number)
        yield answered
        seconds = HistogramMetricFamily(
            "openoutcry_http_request_seconds",
            "From the request's headers to the end of the answer.",
            labels=["route"],
        )
        bounds = [*map(str, _BUCKETS), "+Inf"]
        for route, times in self._times.items():
            buckets = list(zip(bounds, map(float, accumulate(times)), strict=True))
            seconds.add_metric([route], buckets, self._seconds[route])
        yield seconds


class _Engine(Collector):
    """Asks the sequencer at each scrape."""

    def __init__(self, status: Status) -> None:
        self._status = status

    def collect(self) -> Iterator[Metric]:
        status = self._status()
        gauge, counter = GaugeMetricFamily, CounterMetricFamily
        prefix = "openoutcry_engine_"
        accepting = 0 if status is None or not status.accepting else 1
        yield gauge(prefix + "accepting", "Whether commands are taken.", accepting)
        if status is None:
            return
        yield counter(prefix + "sequence", "Commands ever logged.", status.sequence)
        yield counter(prefix + "commands", "Commands applied since the start.", status.commands)
        yield counter(prefix + "batches", "Syncs since the start.", status.batches)
        yield gauge(prefix + "queued", "Commands waiting.", status.queued)
        yield gauge(prefix + "journal_bytes", "Size of the journal.", status.journal_bytes)
        yield gauge(prefix + "open_orders", "Open orders.", status.orders)
        yield gauge(prefix + "accounts", "Accounts.", status.accounts)
        yield gauge(
            prefix + "recovery_seconds", "How long the recovery took.", status.recovery_seconds
        )
        sync = gauge(prefix + "sync_seconds", "Journal syncs.", labels=["quantile"])
        sync.add_metric(["0.5"], status.sync_p50_ns / 1e9)
        sync.add_metric(["0.99"], status.sync_p99_ns / 1e9)
        yield sync


class _Projected(Collector):
    """Asks the projector at each scrape."""

    def __init__(self, projection: Callable[[], Projection | None]) -> None:
        self._projection = projection

    def collect(self) -> Iterator[Metric]:
        projection = self._projection()
        if projection is None:
            return
        gauge, counter = GaugeMetricFamily, CounterMetricFamily
        prefix = "openoutcry_projection_"
        working = 0 if projection.trouble else 1
        yield gauge(prefix + "working", "Whether the database follows the journal.", working)
        yield gauge(prefix + "lag", "Commands the database does not show yet.", projection.lag)
        yield counter(prefix + "sequence", "Commands the database shows.", projection.sequence)
        yield counter(prefix + "events", "Events written since the start.", projection.events)
