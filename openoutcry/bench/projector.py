"""The journal into PostgreSQL: alone, and beside a venue that goes on taking orders."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from openoutcry import _engine
from openoutcry.bench.case import Case
from openoutcry.bench.desk import Desk
from openoutcry.bench.journal import SYMBOLS
from openoutcry.database.embedded import EmbeddedServer
from openoutcry.database.migrations.__main__ import upgrade
from openoutcry.projections import Projector

_POLL_S = 0.01


def bench_projector(directory: Path, *, quick: bool) -> list[Case]:
    """Both cases, on an embedded server of their own below `directory`."""
    setup, messages = _engine.workload(SYMBOLS, 300_000 if quick else 2_000_000)
    home = directory / "projector-bench"
    server = EmbeddedServer(home)
    server.start()
    upgrade(server.conninfo)
    desk = Desk.open(home)
    try:
        desk.feed(setup)
        half = len(messages) // 128 * 64
        desk.feed(messages[:half])
        return [
            _rebuild(home, server.conninfo, desk),
            _beside(home, server.conninfo, desk, messages[half:]),
        ]
    finally:
        desk.close()
        server.stop()


def _projector(home: Path, conninfo: str, desk: Desk) -> Projector:
    return Projector(home, conninfo=lambda: conninfo, durable=desk.sequencer.sequence)


def _rebuild(home: Path, conninfo: str, desk: Desk) -> Case:
    projector = _projector(home, conninfo, desk)
    last = desk.sequencer.sequence()
    began = time.perf_counter()
    projector.run_until(last, lambda _sequence, _events: None)
    seconds = time.perf_counter() - began
    return Case.timed(
        "projector/rebuild",
        f"{last:,} commands of a journal into empty tables, fsync on; events a second",
        projector.events / seconds,
        events=projector.events,
        commands_per_second=round(last / seconds),
    )


def _beside(home: Path, conninfo: str, desk: Desk, messages: bytes) -> Case:
    """The venue takes all it can at once; the projector follows."""
    projector = _projector(home, conninfo, desk)
    projector.start()
    try:
        _until(lambda: projector.lag == 0)
        before = projector.events
        began = time.perf_counter()
        venue = threading.Thread(target=desk.feed, args=(messages,))
        venue.start()
        venue.join()
        fed = time.perf_counter() - began
        _until(lambda: projector.lag == 0)
        seconds = time.perf_counter() - began
    finally:
        projector.close()
    return Case.timed(
        "projector/beside",
        f"{len(messages) // 64:,} commands in {fed:.1f} s to a venue on the same cores, "
        "until all are in the tables; events a second",
        (projector.events - before) / seconds,
        seconds=round(seconds, 2),
        venue_seconds=round(fed, 2),
    )


def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(_POLL_S)
