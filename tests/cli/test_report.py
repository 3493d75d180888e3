"""A day's trading reconciled, printed and made anew, on a stopped venue."""

import asyncio
import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from venue_process import venue_on_disk

from openoutcry.client import Client, OrderRequest
from openoutcry.database.embedded import EmbeddedServer

Run = Callable[..., Any]


async def trade(url: str) -> None:
    async with Client(url) as alice, Client(url) as bob:
        await alice.log_in("alice", "alice-demo")
        await bob.log_in("bob", "bob-demo")
        for client, side in ((alice, "BUY"), (bob, "SELL")):
            await client.orders.place(
                OrderRequest(
                    symbol="AAPL", side=side, type="LIMIT", quantity=10, price=Decimal("150.5")
                )
            )


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with venue_on_disk("--quiet") as venue:
        venue.start()
        asyncio.run(trade(venue.url))
        assert venue.stop() == 0
        yield venue.directory / "data"


def month() -> str:
    return f"{datetime.now(UTC):%Y-%m}"


def test_trial_balance_is_even(openoutcry: Run, data: Path) -> None:
    result = openoutcry("report", "trial-balance", "--data", data)
    assert (result.returncode, result.stderr) == (0, "")
    rows = [line for line in result.stdout.splitlines() if "USD" in line or "AAPL" in line]
    assert len(rows) == 2
    assert all("0.000000" in row for row in rows)


def test_machine_ledger_and_tables_agree(openoutcry: Run, data: Path) -> None:
    result = openoutcry("report", "reconciliation", "--data", data)
    assert (result.returncode, result.stderr) == (0, "")


def test_statement_has_every_line_and_its_balances(openoutcry: Run, data: Path) -> None:
    result = openoutcry("report", "statement", "ACC-000001", month(), "--data", data)
    assert (result.returncode, result.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    traded = [(row["asset"], Decimal(row["amount"])) for row in rows if row["trade"]]
    assert traded == [("USD", Decimal(-1505)), ("AAPL", Decimal(10))]
    closing = {row["asset"]: Decimal(row["balance"]) for row in rows if row["entry"] == "closing"}
    assert (closing["USD"], closing["AAPL"]) == (Decimal(998_495), Decimal(10_010))


@pytest.mark.parametrize(
    ("account", "when", "said"),
    [
        ("ACC-999999", "2026-11", "there is no account 999999"),
        ("ACC-000001", "2026-13", "'2026-13' is no month"),
        ("alice", "2026-11", "'alice' is no account"),
    ],
)
def test_bad_statement_is_one_line(
    openoutcry: Run, data: Path, account: str, when: str, said: str
) -> None:
    result = openoutcry("report", "statement", account, when, "--data", data)
    assert result.returncode in {1, 2}
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_tables_that_were_spoilt_are_told_and_rebuilt(openoutcry: Run, data: Path) -> None:
    server = EmbeddedServer(data)
    server.start()
    with psycopg.connect(server.conninfo) as connection:
        connection.execute("UPDATE exchange.accounts SET cash = cash + 1 WHERE account_id = 1")
    server.stop()
    result = openoutcry("report", "reconciliation", "--data", data)
    assert result.returncode == 1
    assert "account 1: the tables show" in result.stderr
    rebuilt = openoutcry("rebuild", "--data", data)
    assert (rebuilt.returncode, rebuilt.stderr) == (0, "")
    assert "events a second" in rebuilt.stdout
    assert openoutcry("report", "reconciliation", "--data", data).returncode == 0
