"""All benchmarks by name."""

import tempfile
from collections.abc import Callable, Sequence
from enum import StrEnum
from importlib import import_module
from pathlib import Path

from openoutcry.bench.case import Case
from openoutcry.bench.machine import Machine


class Subject(StrEnum):
    """What is measured."""

    ENGINE = "engine"
    JOURNAL = "journal"
    GATEWAY = "gateway"
    FIX = "fix"
    ITCH = "itch"
    FANOUT = "fanout"
    RECOVERY = "recovery"
    SNAPSHOT = "snapshot"
    PROJECTOR = "projector"


def run(
    subjects: Sequence[Subject], *, quick: bool, itch: Path | None = None
) -> tuple[Machine, list[Case]]:
    """Measure the machine and then each subject, in a temporary directory.

    itch: a recorded ITCH file, for one more case of the engine. Raises BadRecording.

    quick: all of them within half a minute, with figures that are less sure.
    """
    with tempfile.TemporaryDirectory(prefix="openoutcry-bench-") as name:
        directory = Path(name).resolve()
        directory.chmod(0o711)  # the venue's database runs as another user where we are root
        machine = Machine.measure(directory, syncs=200 if quick else 1_000)
        cases = []
        if itch is not None:
            from openoutcry.bench.engine import bench_itch

            cases.append(bench_itch(itch, quick=quick))
        for subject in subjects:
            cases += _bench(subject)(directory, quick=quick)
    return machine, cases


def _bench(subject: Subject) -> Callable[..., list[Case]]:
    # What one subject needs, the others do without: the gateway's needs servers, for one.
    module = import_module(f"openoutcry.bench.{subject}")
    bench: Callable[..., list[Case]] = getattr(module, f"bench_{subject}")
    return bench
