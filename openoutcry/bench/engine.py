"""The engine alone: no journal, no network, no Python on the way of a message."""

from pathlib import Path

from openoutcry import _engine
from openoutcry.bench.case import Case, Latency
from openoutcry.replay.errors import BadRecording
from openoutcry.replay.run import replay_itch


def bench_engine(_: Path, *, quick: bool) -> list[Case]:
    """Every case of the engine's own, with risk checks, ledger and events in each message."""
    return [_case(name, quick=quick) for name in _engine.engine_cases()]


def bench_itch(file: Path, *, quick: bool) -> Case:
    """A recorded ITCH 5.0 file, decoded and matched; reading and unpacking it are not timed.

    Short recordings are repeated, each time on a new machine. Raises BadRecording.
    """
    messages, seconds, runs = 0, 0.0, 0
    while seconds < (0.2 if quick else 2.0):
        replayed = replay_itch(file, None).replayed
        messages, seconds, runs = messages + replayed.messages, seconds + replayed.seconds, runs + 1
        if not replayed.messages:
            raise BadRecording(f"{file}: no messages in it")
    return Case.timed(
        "itch/recorded",
        f"{file.name}: {replayed.messages:,} messages, {replayed.commands:,} commands, "
        f"{replayed.trades:,} trades; {runs} times",
        messages / seconds,
    )


def _case(name: str, *, quick: bool) -> Case:
    measured = _engine.measure_engine(name, quick)
    return Case.timed(
        name,
        f"{measured.messages:,} messages, {measured.open_orders:,} orders open at the end",
        measured.messages * 1e9 / measured.nanoseconds,
        Latency(p50_ns=measured.p50_ns, p99_ns=measured.p99_ns, p999_ns=measured.p999_ns),
    )
