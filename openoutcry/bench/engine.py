"""The engine alone: no journal, no network, no Python on the way of a message."""

from pathlib import Path

from openoutcry import _engine
from openoutcry.bench.case import Case, Latency


def bench_engine(_: Path, *, quick: bool) -> list[Case]:
    """Every case of the engine's own, with risk checks, ledger and events in each message."""
    return [_case(name, quick=quick) for name in _engine.engine_cases()]


def _case(name: str, *, quick: bool) -> Case:
    measured = _engine.measure_engine(name, quick)
    return Case.timed(
        name,
        f"{measured.messages:,} messages, {measured.open_orders:,} orders open at the end",
        measured.messages * 1e9 / measured.nanoseconds,
        Latency(p50_ns=measured.p50_ns, p99_ns=measured.p99_ns, p999_ns=measured.p999_ns),
    )
