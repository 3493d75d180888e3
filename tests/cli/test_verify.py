"""`openoutcry verify`: a whole journal passes, and every discrepancy is one line."""

import asyncio
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from venue_process import VenueProcess, venue_on_disk

from openoutcry.client import Client, OrderRequest
from openoutcry.database.embedded import EmbeddedServer

Run = Callable[..., Any]


async def trade(url: str) -> None:
    """Rest an order of alice's and let bob trade with it, thirty times."""
    async with Client(url) as alice, Client(url) as bob:
        await alice.log_in("alice", "alice-demo")
        await bob.log_in("bob", "bob-demo")
        for client, side in [(alice, "BUY"), (bob, "SELL")] * 30:
            await client.orders.place(
                OrderRequest(
                    symbol="AAPL", side=side, type="LIMIT", quantity=1, price=Decimal("150.5")
                )
            )


@pytest.fixture(scope="module")
def stopped() -> Iterator[VenueProcess]:
    """A venue on which something happened, and which has ended."""
    with venue_on_disk("--quiet") as venue:
        venue.start()
        asyncio.run(trade(venue.url))
        assert venue.stop() == 0
        yield venue


@pytest.fixture
def journal(stopped: VenueProcess) -> Iterator[Path]:
    """Its segment, which the test may spoil."""
    (segment,) = (stopped.directory / "data" / "journal").iterdir()
    content = segment.read_bytes()
    yield segment
    segment.write_bytes(content)


def spoil(segment: Path, offset: int) -> None:
    content = bytearray(segment.read_bytes())
    content[offset] ^= 1
    segment.write_bytes(bytes(content))


def test_whole_journal_passes_with_its_database(openoutcry: Run, stopped: VenueProcess) -> None:
    result = openoutcry("verify", "--data", stopped.directory / "data")
    assert (result.returncode, result.stderr) == (0, "")
    for word in ("frames", "commands", "state hash", "chain"):
        assert word in result.stdout


def test_verified_state_is_the_replayed_one(openoutcry: Run, stopped: VenueProcess) -> None:
    data = stopped.directory / "data"
    verified = openoutcry("verify", "--data", data, "--journal-only").stdout
    replayed = openoutcry("replay", data).stdout
    (state,) = [line for line in replayed.splitlines() if line.startswith("state hash")]
    assert state in verified


def test_flipped_bit_is_named_with_segment_and_offset(
    openoutcry: Run, stopped: VenueProcess, journal: Path
) -> None:
    spoil(journal, 8_192)
    result = openoutcry("verify", "--data", stopped.directory / "data")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert journal.name in result.stderr


def test_torn_tail_is_a_discrepancy(openoutcry: Run, stopped: VenueProcess, journal: Path) -> None:
    content = journal.read_bytes().rstrip(b"\0")
    journal.write_bytes(content[:-10])
    result = openoutcry("verify", "--data", stopped.directory / "data", "--journal-only")
    assert result.returncode == 1
    assert result.stderr.startswith("torn tail: ")
    assert result.stderr.count("\n") == 1


def tell_database(data: Path, *orders: str) -> None:
    server = EmbeddedServer(data)
    server.start()
    try:
        with psycopg.connect(server.conninfo) as connection:
            # Nothing may hold us back: this is what a mistaken restore does.
            for order in ("SET session_replication_role = replica", *orders):
                connection.execute(order)  # type: ignore[arg-type]
    finally:
        server.stop()


@pytest.fixture
def without_carol(stopped: VenueProcess) -> Iterator[Path]:
    data = stopped.directory / "data"
    tell_database(
        data,
        "CREATE TABLE gone AS SELECT * FROM identity.users WHERE username = 'carol'",
        "DELETE FROM identity.users WHERE username = 'carol'",
    )
    yield data
    tell_database(
        data,
        "INSERT INTO identity.users OVERRIDING SYSTEM VALUE SELECT * FROM gone",
        "DROP TABLE gone",
    )


def test_account_without_a_user_is_a_discrepancy(openoutcry: Run, without_carol: Path) -> None:
    result = openoutcry("verify", "--data", without_carol)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "is no user of the database" in result.stderr
    assert openoutcry("verify", "--data", without_carol, "--journal-only").returncode == 0


@pytest.mark.parametrize("made", [True, False])
def test_directory_without_a_venue_is_one_line(
    openoutcry: Run, tmp_path: Path, *, made: bool
) -> None:
    directory = tmp_path / "data"
    if made:
        directory.mkdir()
    result = openoutcry("verify", "--data", directory)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.rglob("*")) == ([directory] if made else [])
