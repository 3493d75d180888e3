"""The machine alone: books, ledger and risk checks, without journal and gateways."""

from pathlib import Path

from openoutcry import _engine
from openoutcry.bench.case import Case, Latency


def bench_engine(_directory: Path, *, quick: bool) -> list[Case]:
    """Run every case of the engine's own workloads, one after another on one core."""
    return [_case(name, quick=quick) for name in _engine.engine_cases()]


def _case(name: str, *, quick: bool) -> Case:
    measured = _engine.measure_engine(name, quick)
    rate = measured.messages * 1_000_000_000 / measured.nanoseconds
    latency = Latency(p50_ns=measured.p50_ns, p99_ns=measured.p99_ns, p999_ns=measured.p999_ns)
    setup = f"{measured.messages:,} messages, {measured.open_orders:,} orders open at the end"
    return Case.timed(name, setup, rate, latency)
