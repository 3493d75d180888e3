"""`python -m openoutcry.bench.load`: sends prebuilt requests over many connections, and times them.

Standard input is one Load as JSON, standard output one Carried. A general HTTP client would take
more of the machine than the venue it measures; this one spends a few microseconds on a request.
"""

import asyncio
import sys
import time
from collections import Counter, deque
from functools import partial
from typing import cast

import msgspec
import uvloop

from openoutcry.bench.case import Latency

_TICK_S = 0.001
_WARM_UP_S = 0.5
_LONGEST_WAIT_S = 10.0


class Load(msgspec.Struct, kw_only=True):
    """requests: of each connection, sent in turn. rate: requests a second; None: as many as go.

    With a rate, a request's latency counts from when it was due, whether or not the connection
    was still busy with the one before.
    """

    host: str
    port: int
    requests: list[list[str]]
    seconds: float
    rate: float | None = None


class Carried(msgspec.Struct, kw_only=True):
    """What came back after the warm-up: answers by status, and their latencies."""

    answers: dict[int, int]
    seconds: float
    latency: Latency


class Journal:
    """Counts answers, once the warm-up is over."""

    def __init__(self, begins_ns: int, ends_ns: int) -> None:
        self.begins_ns = begins_ns
        self.ends_ns = ends_ns
        self.latencies: list[int] = []
        self.answers: Counter[int] = Counter()

    def record(self, due_ns: int, now_ns: int, status: int) -> None:
        """Take an answer to a request that was due at `due_ns`."""
        if self.begins_ns <= due_ns < self.ends_ns:
            self.latencies.append(now_ns - due_ns)
            self.answers[status] += 1


class Line(asyncio.Protocol):
    """One connection: sends its requests in turn, one at a time."""

    def __init__(self, requests: list[bytes], journal: Journal, *, endless: bool) -> None:
        self._requests = requests
        self._journal = journal
        self._endless = endless
        self._turn = 0
        self._due: deque[int] = deque()
        self._busy = False
        self._received = b""
        self._transport: asyncio.Transport | None = None
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember that the venue hung up."""
        self.lost = True

    @property
    def idle(self) -> bool:
        """Whether nothing is under way or due."""
        return not self._busy and not self._due

    def send(self, due_ns: int) -> None:
        """Send the next request, or queue it behind the one that is under way."""
        self._due.append(due_ns)
        if not self._busy:
            self._write()

    def _write(self) -> None:
        assert self._transport is not None
        self._busy = True
        self._transport.write(self._requests[self._turn])
        self._turn = (self._turn + 1) % len(self._requests)

    def data_received(self, data: bytes) -> None:
        """Read an answer when it is whole."""
        data = self._received + data
        head = data.find(b"\r\n\r\n")
        if head < 0 or len(data) < head + 4 + _content_length(data[:head]):
            self._received = data
            return
        self._received = b""
        now = time.perf_counter_ns()
        self._journal.record(self._due.popleft(), now, int(data[9:12]))
        self._busy = False
        if self._endless and now < self._journal.ends_ns:
            self._due.append(now)
        if self._due:
            self._write()


def _content_length(head: bytes) -> int:
    lower = head.lower()
    at = lower.index(b"content-length:") + 15
    end = lower.find(b"\r\n", at)
    return int(lower[at : end if end > 0 else None])


async def carry(load: Load) -> Carried:
    """Send the load, and wait for the answers to all of it."""
    loop = asyncio.get_running_loop()
    begins = time.perf_counter_ns() + int(_WARM_UP_S * 1e9)
    journal = Journal(begins, begins + int(load.seconds * 1e9))
    lines: list[Line] = []
    for requests in load.requests:
        encoded = [text.encode() for text in requests]
        make = partial(Line, encoded, journal, endless=load.rate is None)
        _, line = await loop.create_connection(make, load.host, load.port)
        lines.append(line)
    await (_at_rate(lines, journal, load.rate) if load.rate else _at_once(lines, journal))
    deadline = loop.time() + _LONGEST_WAIT_S
    while not all(line.idle for line in lines):
        if loop.time() > deadline or any(line.lost for line in lines):
            raise ConnectionError("the venue did not answer every request")
        await asyncio.sleep(0.01)
    return Carried(
        answers=dict(journal.answers),
        seconds=load.seconds,
        latency=Latency.of(journal.latencies),
    )


async def _at_once(lines: list[Line], journal: Journal) -> None:
    for line in lines:
        line.send(time.perf_counter_ns())
    await asyncio.sleep((journal.ends_ns - time.perf_counter_ns()) / 1e9)


async def _at_rate(lines: list[Line], journal: Journal, rate: float) -> None:
    """Every tick some requests are due, whether or not earlier ones were answered."""
    began = time.perf_counter_ns()
    sent, tick = 0, 0
    while (now := began + int(tick * _TICK_S * 1e9)) < journal.ends_ns:
        await asyncio.sleep(max(0.0, (now - time.perf_counter_ns()) / 1e9))
        due = int(tick * _TICK_S * rate)
        while sent < due:
            lines[sent % len(lines)].send(now)
            sent += 1
        tick += 1


def main() -> None:
    """Read a Load, carry it, write what was Carried."""
    load = msgspec.json.decode(sys.stdin.buffer.read(), type=Load)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(carry(load))))


if __name__ == "__main__":
    main()
