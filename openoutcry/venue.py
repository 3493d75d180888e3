"""The whole venue, wired on one page."""

import asyncio
import gc
import secrets
import signal
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

import structlog
import uvloop

from openoutcry import _engine
from openoutcry.database import Database
from openoutcry.demo import NAMES, DemoMarket
from openoutcry.errors import SettingsError, StartError
from openoutcry.gateways.front import FrontDoor, bind
from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.services import Floor, Services
from openoutcry.gateways.websocket.gateway import WebSocketGateway
from openoutcry.identity import Identity
from openoutcry.identity.rate_limit import RateLimiter
from openoutcry.logs import configure_logs
from openoutcry.marketdata.feed import Feed
from openoutcry.sequencer.listings import Listings
from openoutcry.sequencer.sequencer import Sequencer
from openoutcry.settings import DemoSettings, Settings
from openoutcry.simulation.participants import PARTICIPANTS, Login
from openoutcry.simulation.process import Traders

log = structlog.get_logger(__name__)


class Venue:
    """Everything that runs, from `open` to `close`."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError, StartError."""
        if isinstance(settings, DemoSettings) and not settings.http.is_loopback:
            raise SettingsError(
                "the demo's passwords are known to all: it listens on loopback only"
            )
        self._settings = settings
        self._listener = bind(settings.http)
        _make_directory(settings)
        self._database = Database(settings.data, settings.database_url)
        self._identity = Identity(self._database, settings.data)
        self._services = Services(
            self._identity,
            orders=RateLimiter(rate=settings.order_rate, burst=settings.order_rate),
            cancels=RateLimiter(rate=settings.order_rate, burst=settings.order_rate),
            names=NAMES,
        )
        metrics = Metrics(self._status)
        self._websocket = WebSocketGateway(self._services, metrics)
        self._front = FrontDoor(self._services, metrics, self._websocket)
        metrics.connections.set_function(lambda: len(self._front.server_state.connections))
        self._tasks: list[asyncio.Task[None]] = []
        self._sequencer: Sequencer | None = None
        self._feed: Feed | None = None
        self._traders: Traders | None = None
        self.seed: int | None = None
        self._opening: asyncio.Future[_engine.Sequencer] | None = None
        self._closing = False

    @property
    def logins(self) -> dict[str, str]:
        """The demo's users with their passwords; empty in any other venue."""
        demo = self._services.demo
        return demo.logins if demo else {}

    @property
    def directory(self) -> Path:
        """Where everything is kept."""
        return self._settings.data

    @property
    def url(self) -> str:
        """Where the venue is, its port included."""
        host, port = self._listener.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def open(self) -> None:
        """Answer HTTP at once, 503 until the journal is recovered; return when that is so."""
        await self._front.open(self._listener)
        self._run(self._front.main_loop(), "http")
        engine = await self._open_engine_and_database()
        self._sequencer = Sequencer(engine)
        await self._identity.open()
        listings = Listings(engine)
        self._feed = Feed(self._sequencer, listings)
        floor = Floor(self._sequencer, listings, self._feed)
        settings = self._settings
        logins = (
            await self._open_demo(floor, settings) if isinstance(settings, DemoSettings) else ()
        )
        self._services.open_floor = floor
        if isinstance(settings, DemoSettings) and logins:
            await self._start_traders(logins, settings.seed)
        self._run(self._websocket.check_tokens(), "token-checker")
        # What is here by now stays: the collector need not look at it again.
        gc.collect()
        gc.freeze()

    async def close(self) -> None:
        """Stop in the order that loses nothing: clients, answers, journal, database."""
        self._closing = True
        if self._traders is not None:
            await self._traders.stop()
        self._services.opening = "The venue is shutting down."
        self._front.should_exit = True
        if self._front.started:
            await self._front.close(self._listener)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._feed is not None:
            self._feed.close()
        if self._sequencer is not None:
            await self._sequencer.close()
        elif self._opening is not None:
            # Recovery notices `_closing`; where it was past that, the engine is open.
            await asyncio.wait({self._opening})
            if self._opening.exception() is None:
                self._opening.result().close()
        await self._identity.close()
        await self._database.close()

    async def _open_engine_and_database(self) -> _engine.Sequencer:
        """Recover the journal while the database starts, once the directory is known to be ours.

        Another venue on the directory holds the engine's lock; its database must not be touched.
        """
        loop = asyncio.get_running_loop()
        ours = asyncio.Event()

        def progress(done: int, total: int) -> None:
            if self._closing:
                raise InterruptedError
            share = 100 * done // total if total else 100
            self._services.opening = f"The journal is being recovered: {share} %."
            loop.call_soon_threadsafe(ours.set)

        self._opening = loop.run_in_executor(
            None, _engine.Sequencer.open, str(self._settings.data), progress
        )
        self._opening.add_done_callback(lambda _: ours.set())
        await ours.wait()
        if self._opening.done():
            self._opening.result()
        engine, _ = await asyncio.gather(asyncio.shield(self._opening), self._database.open())
        status = engine.status()
        log.info(
            "journal recovered",
            commands=status.recovered,
            seconds=round(status.recovery_seconds, 3),
        )
        if status.truncated_bytes:
            log.warning("a torn tail was cut off the journal", bytes=status.truncated_bytes)
        return engine

    async def _open_demo(self, floor: Floor, settings: DemoSettings) -> Sequence[Login]:
        """Open the demo's accounts; return the log-ins of its simulated traders."""
        traders = [] if settings.quiet else [trader.username for trader in PARTICIPANTS]
        users = await self._identity.ensure_demo_users(traders)
        market = DemoMarket(floor, users.user_ids)
        await market.open()
        self._services.demo = market
        return [
            Login(username=name, client_id=key.client_id, client_secret=key.client_secret)
            for name, key in users.credentials.items()
        ]

    async def _start_traders(self, logins: Sequence[Login], seed: int | None) -> None:
        self.seed = secrets.randbits(32) if seed is None else seed
        log.info("simulated traders started", seed=self.seed, traders=len(logins))
        self._traders = await Traders.start(self.url, logins, self.seed)
        self._run(self._watch_traders(self._traders), "traders-watcher")

    async def _watch_traders(self, traders: Traders) -> None:
        code = await traders.wait()
        if not self._closing:
            log.error("the simulated traders have ended", exit_code=code)

    def _run(self, work: Coroutine[object, object, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    def _status(self) -> _engine.Status | None:
        return None if self._sequencer is None else self._sequencer.engine.status()


def run(settings: Settings, welcome: Callable[[Venue], None]) -> None:
    """Run the venue until SIGINT or SIGTERM; `welcome` is called when it takes orders.

    Raises what stops it from starting.
    """
    configure_logs(settings.log_level)
    uvloop.run(_run_until_told(settings, welcome))


async def _run_until_told(settings: Settings, welcome: Callable[[Venue], None]) -> None:
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for order in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(order, told.set)
    venue = Venue(settings)
    print(f"starting the venue on {settings.data} at {venue.url}", flush=True)
    try:
        opening = asyncio.create_task(venue.open())
        stopping = asyncio.create_task(told.wait())
        await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not opening.done():
            opening.cancel()
            await asyncio.wait({opening})
            return
        opening.result()
        welcome(venue)
        await stopping
    finally:
        await venue.close()


def _make_directory(settings: Settings) -> None:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"{settings.data}: {error.strerror}") from None
