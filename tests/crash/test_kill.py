"""Killed at random moments under load, the venue loses nothing that it said was done.

`CRASH_SEED=N` repeats the moments and the orders of an earlier run.
"""

import asyncio
import contextlib
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

import pytest
from venue_process import VenueProcess, venue_on_disk

from openoutcry.client import Client, OrderRequest, Refused, Unreachable
from openoutcry.client.order import Order
from openoutcry.database.postmaster import read_postmaster

ROUNDS = 20
TRADERS = ("alice", "bob", "carol")
SYMBOLS = ("AAPL", "MSFT", "SPY")
CONNECTIONS = 2
LONGEST_LIFE_S = 1.0

Totals = dict[str, Decimal]


@dataclass(slots=True)
class Promised:
    """What was answered with success in one life of the venue: orders by trader, cancels."""

    orders: dict[str, list[Order]] = field(default_factory=lambda: defaultdict(list))
    cancelled: set[str] = field(default_factory=set)
    begun: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture
def venue() -> Iterator[VenueProcess]:
    with venue_on_disk("--quiet", "--order-rate", "1000000") as process:
        yield process


async def trade(name: str, url: str, random: Random, promised: Promised) -> None:
    """Send orders and cancels, remembering every promise, until the venue is gone."""
    async with Client(url, connections=CONNECTIONS) as client:
        with contextlib.suppress(Unreachable):
            await client.log_in(name, f"{name}-demo")
            await client.orders.cancel_all()
            closes = {one.symbol: one.previous_close for one in await client.market.symbols()}
            async with asyncio.TaskGroup() as group:
                for _ in range(CONNECTIONS):
                    group.create_task(send_orders(name, client, closes, random, promised))


async def send_orders(
    name: str, client: Client, closes: dict[str, Decimal], random: Random, promised: Promised
) -> None:
    with contextlib.suppress(Unreachable):
        while True:
            symbol = random.choice(SYMBOLS)
            request = OrderRequest(
                symbol=symbol,
                side=random.choice(("BUY", "SELL")),
                type="LIMIT",
                quantity=random.randint(1, 3),
                price=closes[symbol] + Decimal(random.randint(-3, 3)) / 100,
            )
            order = await client.orders.place(request)
            promised.orders[name].append(order)
            promised.begun.set()
            if order.is_open and random.random() < 0.3:
                await cancel(client, order, promised)


async def cancel(client: Client, order: Order, promised: Promised) -> None:
    try:
        await client.orders.cancel(order.order_id)
    except Refused as refusal:
        if refusal.status != 409:  # it has traded meanwhile
            raise
    else:
        promised.cancelled.add(order.order_id)


async def live_and_die(venue: VenueProcess, random: Random) -> Promised:
    """Trade for a random while, then kill the venue under it."""
    promised = Promised()
    traders = [
        asyncio.create_task(trade(name, venue.url, Random(random.random()), promised))
        for name in TRADERS
    ]
    await promised.begun.wait()
    await asyncio.sleep(random.uniform(0, LONGEST_LIFE_S))
    await asyncio.to_thread(venue.kill)
    await asyncio.gather(*traders)
    return promised


async def hold_to(venue: VenueProcess, promised: Promised) -> None:
    """Every order is there, at least as far as it was when it was answered, with its fills."""
    for name in TRADERS:
        async with Client(venue.url) as client:
            await client.log_in(name, f"{name}-demo")
            for then in promised.orders[name]:
                now = await client.orders.get(then.order_id)
                for field_name in ("symbol", "side", "quantity", "price", "client_order_id"):
                    assert getattr(now, field_name) == getattr(then, field_name), (then, now)
                assert now.created_at == then.created_at
                assert now.version >= then.version
                assert now.filled_quantity >= then.filled_quantity
                assert sum(fill.quantity for fill in now.fills) == now.filled_quantity
                if now.order_id in promised.cancelled:
                    assert now.status == "CANCELLED"


async def totals(operator: Client) -> Totals:
    """Cash and the shares of each symbol, over all accounts."""
    sums: Totals = defaultdict(Decimal)
    for account in await operator.accounts.all():
        assert account.cash.total == account.cash.held + account.cash.available
        sums["USD"] += account.cash.total
        for position in await operator.accounts.positions(account.account_id):
            sums[position.symbol] += position.quantity
    return sums


async def hold_to_the_ledger(operator: Client) -> None:
    """Cash and shares are what the lines add up to; each trade's lines sum to zero."""
    by_trade: dict[tuple[str | None, str], Decimal] = defaultdict(Decimal)
    outside: Totals = defaultdict(Decimal)
    for account in await operator.accounts.all():
        own: Totals = defaultdict(Decimal)
        async for line in operator.accounts.ledger(account.account_id):
            own[line.asset] += line.amount
            if line.counterparty == "OUTSIDE":
                outside[line.asset] -= line.amount
            else:
                by_trade[line.reference, line.asset] += line.amount
        assert account.cash.total == own.pop("USD", 0)
        for position in await operator.accounts.positions(account.account_id):
            assert position.quantity == own.pop(position.symbol, 0)
        assert not any(own.values())
    assert not any(by_trade.values())
    for asset, total in (await totals(operator)).items():
        assert total + outside[asset] == 0, asset


def postmaster(venue: VenueProcess) -> int:
    claim = read_postmaster(venue.directory / "data" / "postgres" / "data")
    assert claim is not None
    return claim.pid


@pytest.mark.timeout(300)
async def test_twenty_killed_venues_lose_nothing(venue: VenueProcess) -> None:
    seed = int(os.environ.get("CRASH_SEED", Random().randrange(2**32)))
    print(f"CRASH_SEED={seed}")
    random = Random(seed)
    venue.start()
    database = postmaster(venue)
    async with Client(venue.url) as operator:
        await operator.log_in("operator", "operator-demo")
        at_start = await totals(operator)
        for _ in range(ROUNDS):
            promised = await live_and_die(venue, random)
            await asyncio.to_thread(venue.start)
            await hold_to(venue, promised)
            assert await totals(operator) == at_start
        await hold_to_the_ledger(operator)
    assert postmaster(venue) == database, "the killed venue's PostgreSQL was not adopted"
    assert venue.stop() == 0
