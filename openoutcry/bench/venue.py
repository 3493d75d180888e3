"""A venue of the benchmark's own, in a process of its own, on a directory of its own."""

import asyncio
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from openoutcry.client import Client, ClientError
from openoutcry.errors import OpenOutcryError

_LONGEST_START_S = 60
_LONGEST_STOP_S = 15
_FIX_ADDRESS = re.compile(r"FIX 4\.4\s+(127\.0\.0\.1):([1-9]\d*)")
_ADDRESS = re.compile(r"http://127\.0\.0\.1:[1-9]\d*")


class VenueFailed(OpenOutcryError):
    """The benchmark's venue did not start."""


@dataclass(frozen=True, slots=True)
class BenchVenue:
    """The running venue: where it is, and what it has used of the machine."""

    url: str
    process_id: int
    log: Path

    def fix_address(self) -> tuple[str, int]:
        """Host and port of its FIX gateway."""
        found = _FIX_ADDRESS.search(self.log.read_text())
        if found is None:
            raise VenueFailed("the benchmark's venue does not say where its FIX gateway is")
        return found[1], int(found[2])

    def busy_seconds(self) -> float:
        """Processor time of all its threads so far; 0 where the system does not tell."""
        try:
            # After the name in brackets, from the third field on: utime and stime are 14 and 15.
            fields = Path(f"/proc/{self.process_id}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self) -> int:
        """Memory of the process that is in use; 0 where the system does not tell."""
        try:
            pages = int(Path(f"/proc/{self.process_id}/statm").read_text().split()[1])
        except OSError:
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE")

    def metric(self, name: str) -> float:
        """One of the figures at /metrics, by its name with labels."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=10) as answer:  # noqa: S310 - ours
            lines = answer.read().decode().splitlines()
        for line in lines:
            if line.startswith(f"{name} "):
                return float(line.rpartition(" ")[2])
        raise VenueFailed(f"the venue has no metric {name}")


@contextmanager
def demo_venue(directory: Path) -> Iterator[BenchVenue]:
    """Run `openoutcry demo --quiet` without a limit on order rates, until the block ends."""
    log = directory / "venue.log"
    arguments = ["--quiet", "--order-rate", "1000000"]
    for port in ("http", "fix", "ouch", "itch", "glimpse", "rerequest"):
        arguments += [f"--{port}", "127.0.0.1:0"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "openoutcry", "demo", "--data", directory / "venue", *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        yield BenchVenue(_address(process, log), process.pid, log)
    finally:
        process.terminate()
        try:
            process.wait(_LONGEST_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + _LONGEST_START_S
    while time.monotonic() < deadline:
        found = _ADDRESS.search(log.read_text())
        if found and asyncio.run(_is_ready(found.group())):
            return found.group()
        if process.poll() is not None:
            break
        time.sleep(0.05)
    last = log.read_text().strip().splitlines()[-1:] or ["it said nothing"]
    raise VenueFailed(f"the benchmark's venue did not start: {last[0]}")


async def _is_ready(url: str) -> bool:
    async with Client(url) as client:
        try:
            return bool(await client.market.symbols())
        except ClientError:
            return False
