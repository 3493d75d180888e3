"""`openoutcry demo` as a process: its market lives, it ends cleanly, it leaves nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from venue_process import VenueProcess, children_of, venue_on_disk, wait_for

from openoutcry.simulation.participants import PARTICIPANTS


@pytest.fixture
def venue() -> Iterator[VenueProcess]:
    with venue_on_disk("--seed", "11") as process:
        yield process


@pytest.fixture(scope="module")
def market() -> Iterator[VenueProcess]:
    """A running demo that nobody stops."""
    with venue_on_disk("--seed", "11") as process:
        process.start()
        yield process


def get(venue: VenueProcess, path: str) -> Any:
    response = httpx.get(f"{venue.url}/api/v1{path}", timeout=10)
    assert response.status_code == 200, response.text
    return response.json()


def trades(venue: VenueProcess) -> list[Any]:
    items: list[Any] = get(venue, "/trades/AAPL")["items"]
    return items


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    # A child that nobody has waited for yet is as dead as any other.
    return ") Z " not in Path(f"/proc/{process_id}/stat").read_text()


def traders_of(venue: VenueProcess) -> int:
    (traders,) = [
        child
        for child in children_of(venue.process_id)
        if b"openoutcry.simulation" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
    return traders


def test_market_lives_in_every_symbol(market: VenueProcess) -> None:
    symbols = [one["symbol"] for one in get(market, "/symbols")["items"]]
    assert {"AAPL", "MSFT", "NVDA", "SPY", "TSLA", "XOM"} <= set(symbols)
    for symbol in symbols:
        wait_for(
            lambda symbol=symbol: bool(get(market, f"/trades/{symbol}")["items"]),
            f"{symbol} does not trade",
        )
        book = get(market, f"/orderbook/{symbol}?depth=20")
        assert len(book["bids"]) >= 5
        assert len(book["asks"]) >= 5
        assert book["bids"][0]["price"] < book["asks"][0]["price"]


def test_start_says_where_and_who_and_with_which_seed(market: VenueProcess) -> None:
    wait_for(lambda: "Ctrl-C stops" in market.output, "no welcome")
    for words in (
        f"{market.url}/docs",
        "alice / alice-demo",
        "operator / operator-demo",
        "seed 11",
    ):
        assert words in market.output


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_stops_with_its_traders_and_its_database(
    venue: VenueProcess, order: signal.Signals
) -> None:
    venue.start()
    family = children_of(venue.process_id)
    assert traders_of(venue) in family
    os.kill(venue.process_id, order)
    assert venue.wait() == 0
    assert not any(map(is_alive, family))
    assert not (venue.directory / "data" / "postgres" / "data" / "postmaster.pid").exists()
    assert "Traceback" not in venue.output


def test_killed_it_leaves_no_trader_behind(venue: VenueProcess) -> None:
    venue.start()
    traders = traders_of(venue)
    venue.kill()
    wait_for(lambda: not is_alive(traders), "the traders outlive their venue", within=10)


def test_second_start_goes_on_from_the_first(venue: VenueProcess) -> None:
    venue.start()
    wait_for(lambda: len(trades(venue)) >= 3, "AAPL does not trade")
    venue.stop()
    venue.start()
    kept = trades(venue)
    assert len(kept) >= 3
    wait_for(lambda: trades(venue)[0] != kept[0], "AAPL does not trade again")
    earliest = {trade["tradeId"] for trade in kept}
    assert earliest <= {trade["tradeId"] for trade in trades(venue)}


def test_quiet_demo_has_empty_books_and_no_simulated_firms() -> None:
    with venue_on_disk("--quiet") as venue:
        venue.start()
        book = get(venue, "/orderbook/AAPL")
        assert (book["bids"], book["asks"], book["lastTrade"]) == ([], [], None)
        quote = get(venue, "/quotes/AAPL")
        assert quote["last"] == quote["previousClose"] == 150
        firm = {
            "grant_type": "password",
            "username": PARTICIPANTS[0].username,
            "password": f"{PARTICIPANTS[0].username}-demo",
        }
        assert httpx.post(f"{venue.url}/oauth2/token", data=firm).status_code == 401


@pytest.mark.parametrize("address", ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"])
def test_known_passwords_are_never_offered_beyond_this_machine(
    tmp_path: Path, address: str
) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "openoutcry", "demo", "--data", tmp_path / "d", "--http", address],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("openoutcry: the demo's passwords are known to all")
    assert not (tmp_path / "d").exists()
