"""The machine that a benchmark runs on: figures mean nothing without it."""

import os
import platform
import time
from pathlib import Path

import msgspec

from openoutcry.bench.case import Latency

_FRAME = 256  # bytes: about what the journal writes for one order


class Machine(msgspec.Struct, kw_only=True):
    """Processor, cores that this process may use, kernel, and what a sync of its disk takes."""

    processor: str
    cores: int
    kernel: str
    python: str
    disk_sync: Latency

    @classmethod
    def measure(cls, directory: Path, *, syncs: int) -> "Machine":
        """Look at this machine, and at the disk under `directory`."""
        return cls(
            processor=_processor(),
            cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else _count(),
            kernel=f"{platform.system()} {platform.release()}",
            python=platform.python_version(),
            disk_sync=measure_disk_sync(directory, syncs=syncs),
        )


def measure_disk_sync(directory: Path, *, syncs: int) -> Latency:
    """Time a small write with its fdatasync, in place in a file that has its length already."""
    path = directory / "sync-probe"
    taken = []
    file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        os.write(file, bytes(syncs * _FRAME))
        os.fsync(file)
        for turn in range(syncs):
            began = time.perf_counter_ns()
            os.pwrite(file, b"\1" * _FRAME, turn * _FRAME)
            os.fdatasync(file)
            taken.append(time.perf_counter_ns() - began)
    finally:
        os.close(file)
        path.unlink()
    return Latency.of(taken)


def _count() -> int:
    return os.cpu_count() or 1


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
