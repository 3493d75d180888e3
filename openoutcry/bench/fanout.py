"""Market data to very many WebSocket clients at once."""

import time
from pathlib import Path

from openoutcry.bench.audience import Audience, Wish, launch, outcome
from openoutcry.bench.case import Case
from openoutcry.bench.venue import BenchVenue, demo_venue

_SYMBOLS = ["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "TSLA", "META", "JPM", "XOM", "SPY"]
_RATE = 10


def bench_fanout(directory: Path, *, quick: bool) -> list[Case]:
    """A thousand readers of ten symbols that all change ten times a second; ten thousand idle."""
    with demo_venue(directory) as venue:
        readers = Audience(
            url=venue.url,
            clients=200 if quick else 1_000,
            wishes=[Wish(channel="quotes", symbols=_SYMBOLS)],
            symbols=_SYMBOLS,
            rate=_RATE,
            ticks=30 if quick else 150,
        )
        crowd = Audience(
            url=venue.url,
            clients=1_000 if quick else 10_000,
            wishes=[Wish(channel="quotes", symbols=_SYMBOLS[:1])],
            seconds=4.0,
        )
        return [_quotes(venue, readers), _crowd(venue, crowd)]


def _quotes(venue: BenchVenue, audience: Audience) -> Case:
    busy = venue.busy_seconds()
    began = time.monotonic()
    attended = outcome(launch(audience))
    elapsed = time.monotonic() - began
    busy = venue.busy_seconds() - busy
    return Case.timed(
        "fanout/quotes",
        f"{audience.clients:,} WebSocket clients in one process, each with the quotes of "
        f"{len(_SYMBOLS)} symbols that change {_RATE} times a second; from when the order is due "
        "that changes a quote until a client has read it, the feed's tick of 50 ms included",
        attended.quotes / attended.seconds,
        attended.latency,
        frames_per_second=round(attended.frames / attended.seconds),
        lost_clients=attended.lost,
        venue_busy_percent=round(100 * busy / elapsed),
    )


def _crowd(venue: BenchVenue, audience: Audience) -> Case:
    before = venue.resident_bytes()
    process = launch(audience)
    largest = before
    while process.poll() is None:
        largest = max(largest, venue.resident_bytes())
        time.sleep(0.1)
    attended = outcome(process)
    return Case.timed(
        "fanout/connected",
        f"{audience.clients:,} WebSocket clients connected and subscribed, nothing moving; "
        "resident memory of the venue's process",
        0.0,
        None,
        connected=attended.connected,
        lost_clients=attended.lost,
        resident_bytes=largest,
        bytes_per_client=(largest - before) // audience.clients,
    )
