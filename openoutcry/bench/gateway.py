"""Orders over HTTP: many connections, each answered when its order is durable."""

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import msgspec

from openoutcry.bench.audience import Audience, Wish, launch
from openoutcry.bench.case import Case
from openoutcry.bench.load import Carried, Load
from openoutcry.bench.venue import BenchVenue, VenueFailed, demo_venue
from openoutcry.client import Client
from openoutcry.client.endpoint import Endpoint

_CONNECTIONS = 64
_SYNCS = "openoutcry_engine_batches_total"
_SYNC_SECONDS = 'openoutcry_engine_sync_seconds{quantile="%s"}'
_TRADERS = ("alice", "bob", "carol")
_WATCHERS = 5
_DEPTHS = (1, 5, 10, 20, 50, 100)
_JOINING_S = 3.0
_SYMBOL = re.compile(r'"symbol":"([^"]+)"')


def bench_gateway(directory: Path, *, quick: bool) -> list[Case]:
    """Throughput with every connection busy; then latency at half that rate."""
    seconds = 2.5 if quick else 15.0
    with demo_venue(directory) as venue:
        load = asyncio.run(_prepare(venue.url, seconds))
        full = _case("gateway/throughput", venue, load, "each sends when it is answered")
        load.rate = full.messages_per_second / 2
        how = f"sent at {load.rate:,.0f} a second, timed from when each was due"
        half = _case("gateway/half-rate", venue, load, how)
        audience = Audience(url=venue.url, clients=_WATCHERS, wishes=_all_books(load), seconds=3600)
        with _watched_by(audience):
            how += f"; {_WATCHERS} WebSocket clients follow all books at six depths, and all trades"
            return [full, half, _case("gateway/watched", venue, load, how)]


def _case(name: str, venue: BenchVenue, load: Load, how: str) -> Case:
    syncs, busy = venue.metric(_SYNCS), venue.busy_seconds()
    began = time.monotonic()
    carried = _carry(load)
    elapsed = time.monotonic() - began
    syncs, busy = venue.metric(_SYNCS) - syncs, venue.busy_seconds() - busy
    answered = sum(carried.answers.values())
    return Case.timed(
        name,
        f"{_CONNECTIONS} connections, POST /api/v1/orders, half of the orders trade; {how}",
        answered / carried.seconds,
        carried.latency,
        venue_busy_percent=round(100 * busy / elapsed),
        syncs_per_second=round(syncs / elapsed),
        journal_sync_p50_ns=round(venue.metric(_SYNC_SECONDS % "0.5") * 1e9),
        journal_sync_p99_ns=round(venue.metric(_SYNC_SECONDS % "0.99") * 1e9),
    )


@contextmanager
def _watched_by(audience: Audience) -> Iterator[None]:
    process = launch(audience)
    try:
        time.sleep(_JOINING_S)
        if process.poll() is not None:
            raise VenueFailed("the audience failed")
        yield
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _all_books(load: Load) -> list[Wish]:
    symbols = sorted({match for text in load.requests for match in _SYMBOL.findall(text[0])})
    books = [Wish(channel="book", symbols=symbols, depth=depth) for depth in _DEPTHS]
    return [*books, Wish(channel="trades", symbols=symbols)]


async def _prepare(url: str, seconds: float) -> Load:
    """Log the demo's traders in, and spell out what each connection sends."""
    tokens: list[str] = []
    async with Client(url) as client:
        for name in _TRADERS:
            await client.log_in(name, f"{name}-demo")
            tokens.append(await client.session.token())
        symbols = await client.market.symbols()
    endpoint = Endpoint.parse(url)
    requests: list[list[str]] = []
    for number in range(_CONNECTIONS):
        listed = symbols[number % len(symbols)]
        token = tokens[number % len(tokens)]
        # A connection's orders trade with one another or with those of other traders in the same
        # symbol: positions and open orders stay bounded, however long this runs.
        requests.append(
            [
                _order(endpoint, token, listed.symbol, side, listed.previous_close)
                for side in ("BUY", "SELL")
            ]
        )
    return Load(host=endpoint.host, port=endpoint.port, requests=requests, seconds=seconds)


def _order(endpoint: Endpoint, token: str, symbol: str, side: str, price: Decimal) -> str:
    body = (
        f'{{"symbol":"{symbol}","side":"{side}","type":"LIMIT","quantity":1,'
        f'"price":{price},"timeInForce":"DAY"}}'
    )
    return (
        f"POST /api/v1/orders HTTP/1.1\r\nHost: {endpoint.authority}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )


def _carry(load: Load) -> Carried:
    """Let a process of its own send the load. Raises VenueFailed for any answer but 201."""
    process = subprocess.run(
        [sys.executable, "-m", "openoutcry.bench.load"],
        input=msgspec.json.encode(load),
        stdout=subprocess.PIPE,
        check=False,
    )
    if process.returncode != 0:
        raise VenueFailed("the load generator failed")
    carried = msgspec.json.decode(process.stdout, type=Carried)
    if set(carried.answers) != {201}:
        raise VenueFailed(f"the venue answered {carried.answers}, not 201 alone")
    return carried
