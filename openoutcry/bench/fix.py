"""Orders over FIX: a few sessions, each order acknowledged when it is durable."""

import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import msgspec

from openoutcry.bench.case import Case
from openoutcry.bench.fix_load import FixCarried, FixLoad, FixLogin
from openoutcry.bench.venue import BenchVenue, VenueFailed, demo_venue

_USERS = ("alice", "bob", "carol")
_WINDOW = 4_000
_STEADY_RATE = 20_000


def bench_fix(directory: Path, *, quick: bool) -> list[Case]:
    """Throughput with full windows; then latency at a steady rate."""
    orders = 50_000 if quick else 300_000
    with demo_venue(directory) as venue:
        full = _load(venue, "A", orders)
        carried, busy = _measured(venue, full)
        rate = carried.orders / carried.seconds
        setup = f"{len(_USERS)} sessions, each order trades; {{}}"
        throughput = Case.timed(
            "fix/throughput",
            setup.format(f"{_WINDOW:,} of each wait for their acknowledgement"),
            rate,
            carried.latency,
            venue_busy_percent=busy,
        )
        steady = _load(venue, "B", orders // 5)
        steady.rate = min(_STEADY_RATE, rate / 2)
        carried, busy = _measured(venue, steady)
        latency = Case.timed(
            "fix/steady",
            setup.format(f"{steady.rate:,.0f} a second, timed from when each was due"),
            carried.orders / carried.seconds,
            carried.latency,
            venue_busy_percent=busy,
        )
    return [throughput, latency, *_quickfix(directory, orders=5_000 if quick else 20_000)]


def _quickfix(directory: Path, *, orders: int) -> list[Case]:
    """Measure an echo over QuickFIX's Python binding, where that is installed."""
    if find_spec("quickfix") is None:
        return []
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "openoutcry.bench.quickfix_echo", str(port), str(directory)],
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        load = FixLoad(
            host="127.0.0.1",
            port=port,
            target="OPENOUTCRY",
            logins=[FixLogin(comp_id="ALICE-A", username="alice", password="alice-demo")],  # noqa: S106
            symbol="AAPL",
            price="150.00",
            orders=orders,
            window=_WINDOW,
        )
        carried = carry(load)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    setup = "QuickFIX (C++) by its Python binding, an echo without book or journal, one session"
    rate = carried.orders / carried.seconds
    return [Case.timed("fix/quickfix-echo", setup, rate, carried.latency)]


def _load(venue: BenchVenue, label: str, orders: int) -> FixLoad:
    host, port = venue.fix_address()
    return FixLoad(
        host=host,
        port=port,
        target="OPENOUTCRY",
        logins=[
            FixLogin(comp_id=f"{user.upper()}-{label}", username=user, password=f"{user}-demo")
            for user in _USERS
        ],
        symbol="AAPL",
        price="150.00",
        orders=orders // len(_USERS),
        window=_WINDOW,
    )


def _measured(venue: BenchVenue, load: FixLoad) -> tuple[FixCarried, int]:
    """Return what was carried, and how busy the venue was, in percent of one processor."""
    before = venue.busy_seconds()
    carried = carry(load)
    return carried, round(100 * (venue.busy_seconds() - before) / carried.seconds)


def carry(load: FixLoad) -> FixCarried:
    """Carry a load in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "openoutcry.bench.fix_load"],
        input=msgspec.json.encode(load),
        capture_output=True,
        check=False,
    )
    if ended.returncode != 0:
        last = ended.stderr.decode().strip().splitlines()[-1:] or ["it said nothing"]
        raise VenueFailed(f"the load generator failed: {last[0]}")
    return msgspec.json.decode(ended.stdout, type=FixCarried)
