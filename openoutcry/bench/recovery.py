"""How long a venue takes to come back: the open of a journal that holds millions of commands."""

import time
from pathlib import Path

from openoutcry import _engine
from openoutcry.bench.case import Case
from openoutcry.bench.desk import Desk
from openoutcry.bench.journal import SYMBOLS


def bench_recovery(directory: Path, *, quick: bool) -> list[Case]:
    """Fill a journal, close it, and time its open."""
    journal = directory / "recovery-bench"
    setup, messages = _engine.workload(SYMBOLS, 500_000 if quick else 10_000_000)
    desk = Desk.open(journal)
    desk.feed(setup)
    desk.feed(messages)
    before = desk.sequencer.state_hash()
    desk.close()
    began = time.perf_counter()
    sequencer = _engine.Sequencer.open(str(journal))
    seconds = time.perf_counter() - began
    status = sequencer.status()
    assert sequencer.state_hash() == before, "the state after recovery is another than before"
    sequencer.close()
    return [
        Case.timed(
            f"recovery/{len(messages) // 64}",
            f"{status.recovered:,} commands replayed in {seconds:.2f} s, files in the page cache",
            status.recovered / seconds,
            seconds=round(seconds, 3),
            open_orders=status.orders,
        )
    ]
