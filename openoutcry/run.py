"""From a command to a venue that runs, and back. Imports little: what takes long begins first."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import uvloop

from openoutcry.errors import SettingsError
from openoutcry.ground import Ground
from openoutcry.settings import DemoSettings, Settings
from openoutcry.simulation.process import Traders

if TYPE_CHECKING:
    from openoutcry.venue import Venue


def run(settings: Settings, welcome: "Callable[[Venue], None]") -> None:
    """Run the venue until SIGINT or SIGTERM; `welcome` is called when it takes orders.

    Raises what stops it from starting.
    """
    listening = (settings.http, settings.fix, settings.ouch)
    beyond = any(address is not None and not address.is_loopback for address in listening)
    if isinstance(settings, DemoSettings) and beyond:
        raise SettingsError("the demo's passwords are known to all: it listens on loopback only")
    uvloop.run(_run_until_told(settings, welcome))


async def _run_until_told(settings: Settings, welcome: "Callable[[Venue], None]") -> None:
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for order in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(order, told.set)
    ground = Ground(settings)
    print(f"starting the venue on {settings.data} at {ground.url}", flush=True)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(ground.close)
        opening = asyncio.create_task(_open(settings, ground, stack))
        stopping = asyncio.create_task(told.wait())
        await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not opening.done():
            ground.give_up()
            opening.cancel()
            await asyncio.wait({opening})
            return
        welcome(opening.result())
        await stopping


async def _open(settings: Settings, ground: Ground, stack: AsyncExitStack) -> "Venue":
    """Open the venue; `stack` closes what was opened, however far this came."""
    await ground.begin()
    traders = None
    if isinstance(settings, DemoSettings) and not settings.quiet:
        traders = await Traders.launch()
        stack.push_async_callback(traders.stop)

    # While the journal, the database and the traders' process are under way.
    from openoutcry.logs import configure_logs
    from openoutcry.venue import Venue

    configure_logs(settings.log_level)
    venue = Venue(settings, ground, traders)
    stack.push_async_callback(venue.close)
    await venue.open()
    return venue
