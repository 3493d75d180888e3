"""The whole venue, wired on one page."""

import asyncio
import contextlib
import gc
import secrets
from collections.abc import Coroutine, Sequence
from pathlib import Path

import structlog

from openoutcry import _engine
from openoutcry.demo import NAMES, DemoMarket
from openoutcry.errors import DatabaseUnavailable, StartError
from openoutcry.gateways.fix.gateway import FixGateway
from openoutcry.gateways.front import FrontDoor
from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.ouch import OuchGateway
from openoutcry.gateways.services import Floor, Services
from openoutcry.gateways.websocket.gateway import WebSocketGateway
from openoutcry.ground import Ground
from openoutcry.identity import Identity
from openoutcry.identity.rate_limit import RateLimiter
from openoutcry.marketdata.feed import Feed
from openoutcry.projections import Projector
from openoutcry.projections.schema import journal_of
from openoutcry.sequencer.listings import Listings
from openoutcry.sequencer.sequencer import Sequencer
from openoutcry.settings import DemoSettings, Settings
from openoutcry.simulation.participants import PARTICIPANTS, Login
from openoutcry.simulation.process import Traders

log = structlog.get_logger(__name__)


class Venue:
    """Everything that runs, from `open` to `close`."""

    def __init__(self, settings: Settings, ground: Ground, traders: Traders | None) -> None:
        """traders: the process of a demo's, which waits for its instructions.

        Raises StartError.
        """
        self._settings = settings
        self._ground = ground
        self._traders = traders
        self._identity = Identity(ground.database, settings.data)
        self._services = Services(
            self._identity,
            orders=RateLimiter(rate=settings.order_rate, burst=settings.order_rate),
            cancels=RateLimiter(rate=settings.order_rate, burst=settings.order_rate),
            names=NAMES,
        )
        metrics = Metrics(self._status, lambda: self._projector)
        self._websocket = WebSocketGateway(self._services, metrics)
        self._front = FrontDoor(self._services, metrics, self._websocket)
        self._fix = FixGateway(self._services, metrics, settings)
        self._ouch = ground.ouch and OuchGateway(self._services, ground.ouch)
        metrics.connections.set_function(lambda: len(self._front.server_state.connections))
        self._tasks: list[asyncio.Task[None]] = []
        self._sequencer: Sequencer | None = None
        self._feed: Feed | None = None
        self._projector: Projector | None = None
        self.seed: int | None = None
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
        return self._ground.url

    @property
    def fix_address(self) -> str | None:
        """Where FIX sessions log on, None where they cannot."""
        return self._ground.fix_address

    @property
    def ouch_address(self) -> str | None:
        """Where OUCH sessions log in, None where they cannot."""
        return self._ground.ouch and self._ground.ouch.address

    @property
    def feeds(self) -> dict[str, str]:
        """Where market data in ITCH 5.0 is had, by the name of the way."""
        return dict(self._ground.itch.addresses)

    async def open(self) -> None:
        """Answer HTTP at once, 503 until the journal is recovered; return when that is so."""
        self._ground.on_progress = self._tell_progress
        await self._front.open(self._ground.listener)
        self._run(self._front.main_loop(), "http")
        engine = await self._ground.opened()
        await self._check_database(engine)
        _log_recovery(engine.status())
        self._run(self._ground.nameplate.keep(engine), "nameplate")
        self._sequencer = Sequencer(engine)
        await self._identity.open()
        listings = Listings(engine)
        self._feed = Feed(self._sequencer, listings)
        self._publish(engine)
        floor = Floor(self._sequencer, listings, self._feed)
        settings = self._settings
        logins = (
            await self._open_demo(floor, settings) if isinstance(settings, DemoSettings) else ()
        )
        self._services.open_floor = floor
        if self._ground.fix_listener is not None:
            await self._fix.open(self._ground.fix_listener)
        self._follow(engine)
        if self._ouch is not None:
            self._ouch.open(
                engine,
                str(settings.data),
                settings.order_rate,
                cancel=settings.ouch_cancel_on_disconnect,
            )
        if isinstance(settings, DemoSettings) and self._traders is not None:
            await self._instruct(self._traders, logins, settings.seed)
        self._run(self._websocket.check_tokens(), "token-checker")
        # What is here by now stays: the collector need not look at it again.
        gc.collect()
        gc.freeze()

    async def close(self) -> None:
        """Stop in the order that loses nothing: clients, answers, journal."""
        self._closing = True
        self._ground.give_up()
        if self._traders is not None:
            await self._traders.stop()
        self._services.opening = "The venue is shutting down."
        await self._fix.close()
        if self._ouch is not None:
            await self._ouch.close()
        self._front.should_exit = True
        if self._front.started:
            await self._front.close(self._ground.listener)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._feed is not None:
            self._feed.close()
        if self._projector is not None:
            await asyncio.to_thread(self._projector.close)
        if self._sequencer is not None:
            with contextlib.suppress(OSError):
                self._ground.nameplate.write(self._sequencer.engine)
            await self._sequencer.close()
        await self._stop_publishing()
        await self._identity.close()

    def _follow(self, engine: _engine.Sequencer) -> None:
        """Let the database follow the journal, as far behind as it may be."""
        database = self._ground.database
        self._projector = Projector(
            self._settings.data,
            conninfo=lambda: database.conninfo,
            durable=engine.sequence,
            available=lambda: database.available,
        )
        self._projector.start()

    async def _check_database(self, engine: _engine.Sequencer) -> None:
        """Refuse users whose accounts lie in another journal than this one."""
        with contextlib.suppress(DatabaseUnavailable):
            journal = await self._ground.database.run(journal_of)
            if journal not in (None, engine.venue()):
                await asyncio.to_thread(engine.close)
                raise StartError(
                    "the database is another venue's than the journal: bring this venue's journal "
                    "back, restore a backup into a new directory, or name an empty database"
                )

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

    async def _instruct(self, traders: Traders, logins: Sequence[Login], seed: int | None) -> None:
        self.seed = secrets.randbits(32) if seed is None else seed
        log.info("simulated traders started", seed=self.seed, traders=len(logins))
        await traders.begin(self.url, logins, self.seed)
        self._run(self._watch_traders(traders), "traders-watcher")

    async def _watch_traders(self, traders: Traders) -> None:
        code = await traders.wait()
        if not self._closing:
            log.error("the simulated traders have ended", exit_code=code)

    def _publish(self, engine: _engine.Sequencer) -> None:
        """Begin the session of the feed, and log what it has to say."""
        itch = self._ground.itch
        session = itch.begin(engine, str(self._settings.data))
        log.info("market data published", session=session, **dict(itch.addresses))
        asyncio.get_running_loop().add_reader(itch.fileno(), self._log_notices)

    def _log_notices(self) -> None:
        for line in self._ground.itch.notices():
            log.warning("market data", notice=line)

    async def _stop_publishing(self) -> None:
        asyncio.get_running_loop().remove_reader(self._ground.itch.fileno())
        await asyncio.to_thread(self._ground.itch.close)

    def _tell_progress(self, percent: int) -> None:
        self._services.opening = f"The journal is being recovered: {percent} %."

    def _run(self, work: Coroutine[object, object, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    def _status(self) -> _engine.Status | None:
        return None if self._sequencer is None else self._sequencer.engine.status()


def _log_recovery(status: _engine.Status) -> None:
    log.info(
        "journal recovered", commands=status.recovered, seconds=round(status.recovery_seconds, 3)
    )
    for notice in status.recovery_notices:
        log.warning("a snapshot was passed over", notice=notice)
    if status.truncated_bytes:
        log.warning("a torn tail was cut off the journal", bytes=status.truncated_bytes)
