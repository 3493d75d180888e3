"""A venue of the benchmark's own, in a process of its own, on a directory of its own."""

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openoutcry.client import Client, ClientError
from openoutcry.errors import OpenOutcryError

_LONGEST_START_S = 60
_LONGEST_STOP_S = 15
_ADDRESS = re.compile(r"http://127\.0\.0\.1:[1-9]\d*")


class VenueFailed(OpenOutcryError):
    """The benchmark's venue did not start."""


@contextmanager
def demo_venue(directory: Path) -> Iterator[str]:
    """Run `openoutcry demo --quiet` without a limit on order rates; yield its URL."""
    log = directory / "venue.log"
    arguments = ["--quiet", "--http", "127.0.0.1:0", "--order-rate", "1000000"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "openoutcry", "demo", "--data", directory / "venue", *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        yield _address(process, log)
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
