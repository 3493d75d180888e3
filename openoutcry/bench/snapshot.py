"""Snapshots of a large venue: what they cost its orders, and how fast a start goes on from one."""

import subprocess
import sys
import time
from pathlib import Path

from openoutcry import _engine
from openoutcry.bench.case import Case, Latency
from openoutcry.bench.desk import Desk
from openoutcry.bench.journal import resting_order

_LONGEST_S = 120.0


def bench_snapshot(directory: Path, *, quick: bool) -> list[Case]:
    """Orders while a snapshot is taken; a start from it; a start from it with commands behind."""
    count = 50_000 if quick else 1_000_000
    journal = directory / "snapshot-bench"
    setup, tail = _engine.workload(1, count, accounts=count, standing=count)
    desk = Desk.open(journal)
    desk.feed(setup)
    # What became due meanwhile is done first.
    _until_taken(desk, desk.sequencer.status().sequence)
    pauses, taken = _while_taken(desk)
    beside = _beside_a_busy_process(desk, taken)
    cases = [
        Case.timed(
            "snapshot/while-taken",
            f"one order at a time while a snapshot is taken of {count:,} accounts and "
            f"{desk.sequencer.status().orders:,} open orders in {taken:.2f} s",
            1e9 * len(pauses) / sum(pauses),
            Latency.of(pauses),
            longest_ns=max(pauses),
            longest_beside_a_busy_process_ns=max(beside),
            snapshot_bytes=_newest(journal).stat().st_size,
        )
    ]
    cases.append(_start(desk, journal, "recovery/snapshot"))
    desk = Desk.open(journal)
    desk.feed(tail)
    cases.append(_start(desk, journal, "recovery/snapshot-and-tail"))
    return cases


def _start(desk: Desk, journal: Path, name: str) -> Case:
    """Close the sequencer, and time the next one's start."""
    before = desk.sequencer.state_hash()
    desk.close()
    began = time.perf_counter()
    sequencer = _engine.Sequencer.open(str(journal))
    seconds = time.perf_counter() - began
    status = sequencer.status()
    assert sequencer.state_hash() == before, "the state after recovery is another than before"
    sequencer.close()
    return Case.timed(
        name,
        f"{status.orders:,} open orders, {status.accounts:,} accounts; from a snapshot of command "
        f"{status.recovered_snapshot:,}, then {status.recovered:,} commands replayed; files in the "
        "page cache",
        status.recovered / seconds,
        seconds=round(seconds, 3),
    )


def _while_taken(desk: Desk) -> tuple[list[int], float]:
    """Ask for a snapshot, and time orders until it is there; how long each took, and all."""
    desk.one(resting_order())
    wanted = desk.sequencer.status().sequence
    began = time.perf_counter()
    desk.sequencer.ask_for_snapshot()
    times: list[int] = []
    while desk.sequencer.status().snapshot < wanted:
        times += _singles(desk, seconds=0.05)
        assert time.perf_counter() - began < _LONGEST_S, "no snapshot comes"
    return times, time.perf_counter() - began


def _beside_a_busy_process(desk: Desk, seconds: float) -> list[int]:
    """The same orders beside a process that only counts, at the lowest priority.

    What the machine itself takes from two busy processes is not the snapshot's doing.
    """
    busy = subprocess.Popen(
        [sys.executable, "-c", "import os; os.nice(19)\nwhile True: pass"], stdin=subprocess.DEVNULL
    )
    try:
        return _singles(desk, seconds)
    finally:
        busy.kill()
        busy.wait()


def _singles(desk: Desk, seconds: float) -> list[int]:
    order = resting_order()
    times: list[int] = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        began = time.perf_counter_ns()
        desk.one(order)
        times.append(time.perf_counter_ns() - began)
    return times


def _until_taken(desk: Desk, wanted: int) -> None:
    desk.sequencer.ask_for_snapshot()
    ends = time.perf_counter() + _LONGEST_S
    while desk.sequencer.status().snapshot < wanted:
        time.sleep(0.05)
        assert time.perf_counter() < ends, "no snapshot comes"


def _newest(journal: Path) -> Path:
    return max((journal / "snapshots").glob("*.snapshot"))
