"""`openoutcry backup` and `restore`: the drill as the runbook has it, on a venue that runs."""

import asyncio
import json
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from venue_process import VenueProcess, venue_on_disk

from openoutcry._engine import verify
from openoutcry.client import Client, OrderRequest
from openoutcry.codec.timestamps import write_time

Run = Callable[..., Any]
RUNBOOK = Path(__file__).parents[2] / "docs" / "operations.md"


def drill() -> list[list[str]]:
    """The commands of the runbook's drill, word by word."""
    blocks = re.findall(r"```sh drill\n(.*?)```", RUNBOOK.read_text(), re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.strip().splitlines()]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A directory that the database's user can pass through."""
    with tempfile.TemporaryDirectory(prefix="openoutcry-test-") as name:
        path = Path(name).resolve()
        path.chmod(0o711)
        yield path


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
def running() -> Iterator[VenueProcess]:
    with venue_on_disk("--quiet") as venue:
        venue.start()
        asyncio.run(trade(venue.url))
        yield venue


def carry_out(words: list[str], values: dict[str, str]) -> str:
    """Run one line of the runbook; what it printed."""
    filled = [re.sub(r"\$(\w+)", lambda match: values[match[1]], word) for word in words]
    assert filled[0] == "openoutcry"
    result = subprocess.run(
        [sys.executable, "-m", *filled], capture_output=True, text=True, check=False, timeout=120
    )
    assert (result.returncode, result.stderr) == (0, ""), filled
    return result.stdout


async def cash(url: str) -> Any:
    async with Client(url) as alice:
        await alice.log_in("alice", "alice-demo")
        (account,) = await alice.accounts.all()
        return account.cash


def test_the_drill_of_the_runbook(running: VenueProcess, folder: Path) -> None:
    data = running.directory / "data"
    before = verify(str(data))
    middle = before.commands - 10
    values = {
        "DATA": str(data),
        "BACKUP": str(folder / "backup"),
        "NEW": str(folder / "new"),
        "SEQUENCE": str(middle),
        "TIME": write_time(2**62),
    }
    backup, restore, verified, earlier, then = drill()
    assert f"{before.commands:,} commands" in carry_out(backup, values)
    assert before.state_hash in carry_out(restore, values)
    assert before.state_hash in carry_out(verified, values)
    assert f"{middle:,} commands" in carry_out(earlier, values)
    assert before.state_hash in carry_out(then, values)
    assert verify(str(folder / "new-earlier")).commands == middle

    assert (folder / "new" / "keys" / "token.key").stat().st_mode & 0o777 == 0o600
    with venue_on_disk("--quiet") as again:
        (folder / "new").rename(again.directory / "data")
        again.start()
        # The password, the account and what it holds are there.
        assert asyncio.run(cash(again.url)) == asyncio.run(cash(running.url))
        assert again.stop() == 0


def backup_of(running: VenueProcess, folder: Path, openoutcry: Run) -> Path:
    target = folder / "backup"
    result = openoutcry("backup", "--data", running.directory / "data", target)
    assert result.returncode == 0, result.stderr
    return target


def one_line(result: Any, *words: str) -> None:
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    for word in words:
        assert word in result.stderr


def test_what_cannot_be_backed_up_is_one_line_and_nothing_is_left(
    running: VenueProcess, folder: Path, openoutcry: Run
) -> None:
    data = running.directory / "data"
    one_line(openoutcry("backup", "--data", folder, folder / "backup"), "there is no venue")
    assert list(folder.iterdir()) == []
    one_line(openoutcry("backup", "--data", data, data), "exists already")
    missing = folder / "file" / "backup"
    missing.parent.touch()
    one_line(openoutcry("backup", "--data", data, missing), "file")


def test_what_cannot_be_restored_is_one_line_and_nothing_is_left(
    running: VenueProcess, folder: Path, openoutcry: Run
) -> None:
    backup, new = backup_of(running, folder, openoutcry), folder / "new"

    def restored(*options: str) -> Any:
        return openoutcry("restore", backup, "--data", new, *options)

    one_line(restored("--at", "999999999"), "the journal ends with command")
    one_line(restored("--at", "1999-12-31T00:00:00Z"), "begins later")
    wrong = restored("--at", "yesterday")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    one_line(openoutcry("restore", backup, "--data", backup), "exists already")

    about = backup / "backup.json"
    text = about.read_text()
    about.write_text(json.dumps(json.loads(text) | {"format": 99}))
    one_line(restored(), "format 99")
    about.unlink()
    one_line(restored(), "not a whole backup")
    about.write_text(text)

    (segment,) = (backup / "journal").iterdir()
    content = bytearray(segment.read_bytes())
    content[5_000] ^= 1
    segment.write_bytes(content)
    one_line(restored(), "journal damaged", segment.name)
    assert list(folder.iterdir()) == [backup]
