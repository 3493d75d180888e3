"""`python -m openoutcry.bench.fix_load`: prebuilt orders over FIX sessions, timed.

Standard input is one FixLoad as JSON, standard output one FixCarried. Orders are spelt out before
the clock starts; answers are counted, not read, so that the venue is what is measured.
"""

import asyncio
import sys
import time
from collections import deque
from datetime import UTC, datetime
from typing import cast

import msgspec
import uvloop

from openoutcry.bench.case import Latency

_TICK_S = 0.001
_LONGEST_WAIT_S = 20.0


class FixLogin(msgspec.Struct, kw_only=True):
    """One session."""

    comp_id: str
    username: str
    password: str


class FixLoad(msgspec.Struct, kw_only=True):
    """orders: of each session. window: how many wait for an answer at most. rate: orders a second
    of all sessions together; None: as many as go.

    acknowledgement: what every answer to an order has once, and nothing else.
    """

    host: str
    port: int
    target: str
    logins: list[FixLogin]
    symbol: str
    price: str
    orders: int
    window: int
    rate: float | None = None
    acknowledgement: str = "\x01150=0\x01"


class FixCarried(msgspec.Struct, kw_only=True):
    """What came back: orders a second, and how long each waited for its acknowledgement."""

    orders: int
    seconds: float
    latency: Latency


def _sealed(inner: bytes) -> bytes:
    message = b"8=FIX.4.4\x019=%d\x01" % len(inner) + inner
    return message + b"10=%03d\x01" % (sum(message) % 256)


class FixLine(asyncio.Protocol):
    """One session: logs on, then sends its orders, at most a window of them unanswered."""

    def __init__(self, load: FixLoad, login: FixLogin) -> None:
        self._load = load
        now = datetime.now(UTC).strftime("%Y%m%d-%H:%M:%S")
        self._head = f"49={login.comp_id}\x0152={now}\x0156={load.target}\x01"
        self._logon = self._message(
            "A", 1, f"98=0\x01108=0\x01553={login.username}\x01554={login.password}\x01"
        )
        name = f"{time.time_ns()}-"
        self._orders = [
            self._message(
                "D",
                number + 2,
                f"11={name}{number}\x0121=1\x0138=1\x0140=2\x0144={load.price}\x01"
                f"54={1 + number % 2}\x0155={load.symbol}\x0160={now}\x01",
            )
            for number in range(load.orders)
        ]
        self._mark = load.acknowledgement.encode()
        self._tail = b""
        self._sent: deque[tuple[int, int]] = deque()  # how many, and when
        self._next = 0
        self.answered = 0
        self.latencies: list[int] = []
        self.logged_on = asyncio.Event()
        self.done = asyncio.Event()
        self._transport: asyncio.Transport | None = None

    def _message(self, kind: str, number: int, body: str) -> bytes:
        return _sealed(f"35={kind}\x0134={number}\x01{self._head}{body}".encode())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Log on."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._logon)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self.logged_on.set()
        self.done.set()

    def send(self, count: int, now: int) -> None:
        """Send the next orders, whose answers are timed from `now`."""
        assert self._transport is not None
        orders = self._orders[self._next : self._next + count]
        if orders:
            self._next += len(orders)
            self._sent.append((len(orders), now))
            self._transport.write(b"".join(orders))

    def fill(self) -> None:
        """Send as many as the window lets."""
        room = self._load.window - (self._next - self.answered)
        if room >= self._load.window // 4:
            self.send(room, time.perf_counter_ns())

    def data_received(self, data: bytes) -> None:
        """Count the answers."""
        if not self.logged_on.is_set():
            self.logged_on.set()
            return
        now = time.perf_counter_ns()
        whole = self._tail + data
        count = whole.count(self._mark)
        # A mark that is cut in two is found when its rest is here; a whole one counts once.
        end = whole.rfind(self._mark) + len(self._mark) - 1 if count else 0
        self._tail = whole[max(end, len(whole) - len(self._mark) + 1) :]
        self.answered += count
        while count:
            sent, due = self._sent[0]
            part = min(count, sent)
            self.latencies += [now - due] * part
            count -= part
            if part == sent:
                self._sent.popleft()
            else:
                self._sent[0] = (sent - part, due)
        if self.answered >= self._load.orders:
            self.done.set()
        elif self._load.rate is None:
            self.fill()


async def carry(load: FixLoad) -> FixCarried:
    """Send the orders, and wait for the answers to all of them."""
    loop = asyncio.get_running_loop()
    lines = []
    for login in load.logins:
        line = FixLine(load, login)
        await loop.create_connection(lambda line=line: line, load.host, load.port)  # type: ignore[misc]
        lines.append(line)
    async with asyncio.timeout(_LONGEST_WAIT_S):
        await asyncio.gather(*(line.logged_on.wait() for line in lines))
    began = time.perf_counter_ns()
    if load.rate is None:
        for line in lines:
            line.fill()
    else:
        await _at_rate(lines, load, began)
    async with asyncio.timeout(_LONGEST_WAIT_S + load.orders / 1000):
        await asyncio.gather(*(line.done.wait() for line in lines))
    seconds = (time.perf_counter_ns() - began) / 1e9
    answered = sum(line.answered for line in lines)
    if answered < load.orders * len(lines):
        raise ConnectionError("the venue did not answer every order")
    latency = Latency.of(duration for line in lines for duration in line.latencies)
    return FixCarried(orders=answered, seconds=seconds, latency=latency)


async def _at_rate(lines: list[FixLine], load: FixLoad, began: int) -> None:
    assert load.rate is not None
    total, sent, tick = load.orders * len(lines), 0, 0
    while sent < total:
        tick += 1
        now = began + int(tick * _TICK_S * 1e9)
        await asyncio.sleep(max(0.0, (now - time.perf_counter_ns()) / 1e9))
        due = min(int(tick * _TICK_S * load.rate), total)
        for number, line in enumerate(lines):
            # In turn, from where the tick before ended.
            line.send(_turns(due, number, len(lines)) - _turns(sent, number, len(lines)), now)
        sent = due


def _turns(count: int, number: int, lines: int) -> int:
    """Return how many of the first `count` orders are the line's."""
    return (count - number + lines - 1) // lines


def main() -> None:
    """Read a FixLoad, carry it, write what was FixCarried."""
    load = msgspec.json.decode(sys.stdin.buffer.read(), type=FixLoad)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(carry(load))))


if __name__ == "__main__":
    main()
