"""The sequencer with its journal: large batches, and one order at a time."""

import time
from pathlib import Path

from openoutcry import _engine
from openoutcry.bench.case import Case, Latency
from openoutcry.bench.desk import Desk
from openoutcry.bench.machine import measure_disk_sync

SYMBOLS = 12
_ROUNDS = 3


def bench_journal(directory: Path, *, quick: bool) -> list[Case]:
    """All cases, in a directory of their own below `directory`."""
    setup, messages = _engine.workload(SYMBOLS, 500_000 if quick else 5_000_000)
    desk = Desk.open(directory / "journal-bench")
    try:
        desk.feed(setup)
        return [
            _batched(desk, messages),
            _single(desk, directory, 600 if quick else 6_000),
            _chain(directory, messages),
        ]
    finally:
        desk.close()


def _batched(desk: Desk, messages: bytes) -> Case:
    before = desk.sequencer.status()
    began = time.perf_counter()
    count = desk.feed(messages)
    seconds = time.perf_counter() - began
    after = desk.sequencer.status()
    return Case.timed(
        "journal/batched",
        f"{count:,} commands, {SYMBOLS} symbols; durable, applied and answered",
        count / seconds,
        syncs=after.batches - before.batches,
        journal_bytes=after.journal_bytes - before.journal_bytes,
    )


def _chain(directory: Path, messages: bytes) -> Case:
    """What framing, checksums, the chain of digests and the writes take of a processor."""
    before, began = time.thread_time_ns(), time.perf_counter()
    count = _engine.write_journal(str(directory / "chain-bench"), messages)
    seconds = time.perf_counter() - began
    each = (time.thread_time_ns() - before) / count
    return Case.timed(
        "journal/chain",
        f"{count:,} commands in frames of 4,096: CRC32C, BLAKE3, write and sync alone",
        count / seconds,
        processor_ns_each=round(each, 1),
        percent_of_a_core_at_a_million_a_second=round(each / 10, 1),
    )


def _single(desk: Desk, directory: Path, turns: int) -> Case:
    """The median against the disk's own, in turns, so that both meet the same disk."""
    order = resting_order()
    taken: list[int] = []
    syncs: list[int] = []
    for _ in range(_ROUNDS):
        for _ in range(turns // _ROUNDS):
            began = time.perf_counter_ns()
            desk.one(order)
            taken.append(time.perf_counter_ns() - began)
        syncs.append(measure_disk_sync(directory, syncs=turns // _ROUNDS).p50_ns)
    latency = Latency.of(taken)
    disk = sorted(syncs)[_ROUNDS // 2]
    return Case.timed(
        "journal/single",
        f"{len(taken):,} orders, each submitted when the one before was answered",
        1e9 * len(taken) / sum(taken),
        latency,
        disk_sync_p50_ns=disk,
        times_disk_sync=round(latency.p50_ns / disk, 2),
    )


def resting_order() -> bytes:
    """A buy of account 1 that nobody sells to."""
    words = _engine.terms()
    return _engine.new_order(
        account=1,
        symbol=0,
        side=words["side"]["BUY"],
        order_type=words["order_type"]["LIMIT"],
        time_in_force=words["time_in_force"]["GTC"],
        quantity=1,
        price=100_0000,
    )
