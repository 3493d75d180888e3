"""What a venue stands on: an address, a directory, the journal in it and a database.

None of it needs the venue's gateways, whose code takes longer to load than all of it to begin.
"""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

from openoutcry import _engine
from openoutcry.address import bind
from openoutcry.database import Database
from openoutcry.errors import StartError
from openoutcry.nameplate import Nameplate
from openoutcry.settings import Settings


class Ground:
    """Is begun first and closed last.

    listener: the bound socket of HTTP. fix_listener: that of FIX. itch: the feed, its ports bound.
    ouch: the door of OUCH, its port bound.
    nameplate: whose directory it is. database: of the venue's users. on_progress: is told, from a
    thread, how many percent of the journal are recovered.
    """

    def __init__(self, settings: Settings) -> None:
        """Raises StartError."""
        self.listener: socket.socket = bind(settings.http)
        self.fix_listener: socket.socket | None = None
        try:
            if settings.fix is not None:
                self.fix_listener = bind(settings.fix)
            self.itch = _bind_feed(settings)
            self.ouch = _bind_ouch(settings)
            _make(settings.data)
        except StartError:
            self._close_listeners()
            raise
        self.directory = settings.data
        self.nameplate = Nameplate(settings.data)
        self.database = Database(settings.data, settings.database_url)
        self.on_progress: Callable[[int], None] = lambda _percent: None
        self._recovery: asyncio.Future[_engine.Sequencer] | None = None
        self._given_up = False

    @property
    def url(self) -> str:
        """Where the venue is, its port included."""
        host, port = self.listener.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def fix_address(self) -> str | None:
        """Where FIX sessions log on, None where they cannot."""
        if self.fix_listener is None:
            return None
        host, port = self.fix_listener.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def begin(self) -> None:
        """Begin to recover the journal and, once the directory is known to be ours, the database.

        Another venue on the directory holds the engine's lock; its database must not be touched.
        Raises StartError, or the engine's error where it cannot be opened. What was begun goes on
        in threads, also while the event loop is kept busy.
        """
        loop = asyncio.get_running_loop()
        ours = asyncio.Event()

        def progress(done: int, total: int) -> None:
            if self._given_up:
                raise InterruptedError
            self.on_progress(100 * done // total if total else 100)
            loop.call_soon_threadsafe(ours.set)

        known = self.nameplate.read()
        self._recovery = loop.run_in_executor(
            None, _engine.Sequencer.open, str(self.directory), progress, known
        )
        self._recovery.add_done_callback(lambda _: ours.set())
        await ours.wait()
        if self._recovery.done():
            self._recovery.result()
        await self.database.begin()

    async def opened(self) -> _engine.Sequencer:
        """Wait for both; the engine is the caller's from then on. Raises StartError."""
        assert self._recovery is not None, "begin() comes first"
        engine, _ = await asyncio.gather(asyncio.shield(self._recovery), self.database.open())
        self._recovery = None
        return engine

    def give_up(self) -> None:
        """End a recovery that is under way."""
        self._given_up = True

    async def close(self) -> None:
        """Give everything back, however far it has come."""
        self.give_up()
        if self._recovery is not None:
            # It notices that it is given up; where it was past that, the engine is open.
            await asyncio.wait({self._recovery})
            if self._recovery.exception() is None:
                self._recovery.result().close()
        await self.database.close()
        self.itch.close()
        if self.ouch is not None:
            self.ouch.close()
        self._close_listeners()

    def _close_listeners(self) -> None:
        self.listener.close()
        if self.fix_listener is not None:
            self.fix_listener.close()


def _bind_feed(settings: Settings) -> _engine.ItchFeed:
    addresses = (settings.itch, settings.glimpse, settings.rerequest, settings.multicast)
    itch, glimpse, rerequest, multicast = (
        None if address is None else str(address) for address in addresses
    )
    try:
        return _engine.ItchFeed(itch, glimpse, rerequest, multicast, settings.multicast_interface)
    except _engine.EngineError as error:
        raise StartError(str(error)) from None


def _bind_ouch(settings: Settings) -> _engine.OuchDoor | None:
    try:
        return None if settings.ouch is None else _engine.OuchDoor(str(settings.ouch))
    except _engine.EngineError as error:
        raise StartError(str(error)) from None


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"{directory}: {error.strerror}") from None
