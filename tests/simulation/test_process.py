"""The traders' process: trades as a client, comes back after the venue, ends with its parent."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from venue_process import VenueProcess, venue_on_disk

from openoutcry.client import Client
from openoutcry.simulation.participants import Login
from openoutcry.simulation.process import Traders

NAMES = ("maker-1", "retail-1")
PASSWORD = "a-simulated-password"


@pytest.fixture(scope="module")
def venue() -> Iterator[VenueProcess]:
    with venue_on_disk("--quiet") as process:
        process.start()
        yield process


@pytest.fixture
async def operator(venue: VenueProcess) -> AsyncIterator[Client]:
    async with Client(venue.url) as client:
        await client.log_in("operator", "operator-demo")
        yield client


async def join(venue: VenueProcess, operator: Client, name: str) -> Login:
    """Make a firm with cash, shares and an API key."""
    user = await operator.administration.create_user(name, PASSWORD, kyc_status="APPROVED")
    (account,) = user.accounts
    give = operator.administration.deposit
    await give(account, Decimal(1_000_000_000), reference=f"{name}/cash")
    for one in await operator.market.symbols():
        await give(account, Decimal(1_000_000), asset=one.symbol, reference=f"{name}/{one.symbol}")
    async with Client(venue.url) as client:
        await client.log_in(name, PASSWORD)
        body = {"name": "simulation", "scopes": ["read", "trade"]}
        key = await client.session.send("POST", "/api/v1/api-keys", dict[str, Any], body)
    return Login(username=name, client_id=key["clientId"], client_secret=key["clientSecret"])


async def eventually(condition: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(30):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.05)


async def last_trade(client: Client) -> str:
    tape = [trade.trade_id async for trade in client.market.trades("SPY")]
    return tape[0] if tape else ""


async def test_traders_trade_through_a_halt_and_a_killed_venue_until_told_to_stop(
    venue: VenueProcess, operator: Client
) -> None:
    logins = [await join(venue, operator, name) for name in NAMES]
    traders = await Traders.launch()
    try:
        await traders.begin(venue.url, logins, seed=3)
        await eventually(lambda: last_trade(operator))

        await operator.administration.halt("SPY")
        at_halt = await last_trade(operator)
        await operator.administration.resume("SPY")

        async def trades_again() -> bool:
            return await last_trade(operator) != at_halt

        await eventually(trades_again)

        await asyncio.to_thread(venue.kill)
        await asyncio.to_thread(venue.start)
        at_halt = await last_trade(operator)
        await eventually(trades_again)
    finally:
        await traders.stop()
    assert await traders.wait() == 0


async def test_wrong_key_ends_the_process_with_one_line(venue: VenueProcess) -> None:
    wrong = Login(username="maker-1", client_id="oo_none", client_secret="guess")
    traders = await Traders.launch()
    await traders.begin(venue.url, [wrong], seed=1)
    async with asyncio.timeout(30):
        assert await traders.wait() == 1
    await traders.stop()


async def test_traders_whose_venue_never_opened_end_without_a_word() -> None:
    traders = await Traders.launch()
    await traders.stop()
    assert await traders.wait() == 0


@pytest.mark.parametrize("given", [b"\n", b"not json\n", b'{"url": 1}\n'])
def test_bad_instructions_are_one_line(given: bytes) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "openoutcry.simulation"],
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.startswith(b"openoutcry.simulation: ")
    assert result.stderr.count(b"\n") == 1
