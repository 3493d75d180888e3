"""A venue that stands still for a while, as on a machine that was put to sleep, and goes on."""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest
from venue_process import VenueProcess, venue_on_disk

from openoutcry.client import Client, OrderRequest

ORDERS = 40
STANDSTILL_S = 0.5
ROUNDS = 3


@pytest.fixture
def venue() -> Iterator[VenueProcess]:
    with venue_on_disk("--quiet", "--order-rate", "1000000") as process:
        process.start()
        yield process


async def test_what_was_asked_while_it_stood_still_is_answered_once(venue: VenueProcess) -> None:
    request = OrderRequest(symbol="AAPL", side="BUY", type="LIMIT", quantity=1, price=1)
    async with Client(venue.url, connections=4) as client:
        await client.log_in("alice", "alice-demo")
        for _ in range(ROUNDS):
            asked = [asyncio.create_task(client.orders.place(request)) for _ in range(ORDERS)]
            await asyncio.sleep(0)
            os.kill(venue.process_id, signal.SIGSTOP)
            await asyncio.sleep(STANDSTILL_S)
            os.kill(venue.process_id, signal.SIGCONT)
            placed = await asyncio.gather(*asked)
            assert len({order.order_id for order in placed}) == ORDERS
        orders = [order async for order in client.orders.all()]
        assert len(orders) == ROUNDS * ORDERS
    venue.kill()
    await asyncio.to_thread(venue.start)
    async with Client(venue.url) as client:
        await client.log_in("alice", "alice-demo")
        again = [order async for order in client.orders.all()]
        assert again == orders
