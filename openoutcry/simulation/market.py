"""The simulated market: who takes part, and what all of them see."""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from typing import NoReturn

from openoutcry.client import Client, ClientError, Subscription
from openoutcry.client.messages import QuoteUpdate, SymbolStatus
from openoutcry.simulation.fair_value import FairValues
from openoutcry.simulation.institution import Institution
from openoutcry.simulation.instrument import Instrument
from openoutcry.simulation.maker import MarketMaker
from openoutcry.simulation.momentum import Momentum
from openoutcry.simulation.participants import PARTICIPANTS, Login, Part
from openoutcry.simulation.retail import Retail
from openoutcry.simulation.seed import seeded
from openoutcry.simulation.strategy import Floor, Strategy
from openoutcry.simulation.trader import Trader

_PAUSE_S = 0.2


def strategy(username: str, seed: int) -> Strategy:
    """The strategy of one of the PARTICIPANTS. Raises KeyError for anyone else."""
    part = {one.username: one.part for one in PARTICIPANTS}[username]
    random = seeded(seed, username)
    match part:
        case Part.MAKER:
            makers = [one.username for one in PARTICIPANTS if one.part is Part.MAKER]
            return MarketMaker(random, makers.index(username))
        case Part.RETAIL:
            return Retail(random)
        case Part.MOMENTUM:
            return Momentum(random)
        case Part.INSTITUTION:
            return Institution(random)


async def simulate(url: str, logins: Iterable[Login], seed: int) -> NoReturn:
    """Trade at the venue at `url` until cancelled. Raises Refused where a log-in is refused."""
    started = asyncio.get_running_loop().time()
    async with AsyncExitStack() as stack:
        public = await stack.enter_async_context(Client(url))
        instruments = await _listed(public)
        floor = Floor(instruments, FairValues(instruments.values(), seed))
        async with asyncio.TaskGroup() as group:
            group.create_task(_watch(public, instruments))
            for login in logins:
                client = await stack.enter_async_context(Client(url, connections=1))
                trader = Trader(client, login, strategy(login.username, seed), floor)
                group.create_task(trader.run(started))
    raise AssertionError("traders trade until they are cancelled")


async def _listed(client: Client) -> dict[str, Instrument]:
    while True:
        try:
            symbols = await client.market.symbols()
        except ClientError:
            symbols = []
        if symbols:
            return {one.symbol: Instrument.of(one) for one in symbols}
        await asyncio.sleep(_PAUSE_S)


async def _watch(client: Client, instruments: dict[str, Instrument]) -> None:
    symbols = tuple(instruments)
    stream = client.stream(Subscription("quotes", symbols), Subscription("status", symbols))
    async for message in stream.messages():
        match message:
            case QuoteUpdate():
                one = instruments[message.symbol]
                one.bid = None if message.bid is None else one.ticks(message.bid)
                one.ask = None if message.ask is None else one.ticks(message.ask)
                if message.last is not None:
                    one.last = one.ticks(message.last)
            case SymbolStatus():
                instruments[message.symbol].halted = message.status != "OPEN"
