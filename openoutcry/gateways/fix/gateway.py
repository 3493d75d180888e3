"""The FIX gateway: its sessions, and the connections that they have now."""

import asyncio
import socket
import ssl
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog

from openoutcry import _engine
from openoutcry.errors import StartError
from openoutcry.gateways.fix.application import Application
from openoutcry.gateways.fix.connection import FixConnection
from openoutcry.gateways.fix.members import VENUE, Authenticator, Member, Members, Refused
from openoutcry.gateways.fix.refusals import Refusals
from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.rejects import fix_codes
from openoutcry.gateways.services import Floor, Services
from openoutcry.settings import Settings

log = structlog.get_logger(__name__)

_TICK_S = 0.1
_MOST_CONNECTIONS = 2_000
_MOST_SESSIONS_A_USER = 8
_SUFFIX = ".sent"
_GOODBYE_S = 1.0


class FixGateway:
    """Hands bytes to the engine's desk and its answers to the connections."""

    def __init__(
        self,
        services: Services,
        metrics: Metrics,
        settings: Settings,
        authenticator: Authenticator | None = None,
    ) -> None:
        """authenticator: another than the venue's users."""
        self._services = services
        self._metrics = metrics
        self._settings = settings
        self._authenticator = authenticator or Members(services)
        self._directory = settings.data / "fix"
        self._desk: _engine.FixDesk | None = None
        self._application: Application | None = None
        self._server: asyncio.Server | None = None
        self._ticker: asyncio.TimerHandle | None = None
        self._connections: set[FixConnection] = set()
        # By seat, and seats by member.
        self._seated: dict[int, FixConnection] = {}
        self._seats: dict[Member, int] = {}
        self._days: dict[int, datetime] = {}
        self._all_off = asyncio.Event()
        self._refusals = Refusals("a FIX connection was refused")
        metrics.fix_sessions.set_function(lambda: len(self._seated))

    async def open(self, listener: socket.socket) -> None:
        """Take up the sessions that are known and begin to take connections.

        Raises StartError.
        """
        floor = self._services.floor
        self._directory.mkdir(exist_ok=True)
        self._desk = _engine.FixDesk(floor.engine, fix_codes())
        self._application = Application(floor, self._desk, self.flush)
        for path in sorted(self._directory.glob(f"*{_SUFFIX}")):
            self._take_up(floor, path)
        floor.sequencer.on_moved(self._follow)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: FixConnection(self), sock=listener, ssl=self._tls(), backlog=2048
        )
        self._tick()

    async def close(self) -> None:
        """Log the sessions out, and end every connection."""
        self._refusals.flush()
        if self._server is None or self._desk is None:
            return
        if self._ticker is not None:
            self._ticker.cancel()
        self._server.close()
        for seat in list(self._seated):
            self._desk.log_out(seat, "The venue is shutting down.")
            self.flush(seat)
        self._all_off.clear()
        if self._seated:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_off.wait(), _GOODBYE_S)
        for connection in list(self._connections):
            connection.close()
        await asyncio.sleep(0)

    # -- connections -------------------------------------------------------------------------

    def add(self, connection: FixConnection) -> bool:
        """Count a new connection; False where there are too many."""
        if len(self._connections) >= _MOST_CONNECTIONS:
            return False
        self._connections.add(connection)
        return True

    def remove(self, connection: FixConnection) -> None:
        """Forget a connection that is gone."""
        self._connections.discard(connection)
        seat = connection.seat
        if seat is not None and self._seated.get(seat) is connection:
            del self._seated[seat]
            assert self._desk is not None
            self._desk.disconnect(seat)
            if self._application is not None:
                self._application.leave(seat)
            log.info("a FIX session is off", session=connection.comp_id)
            if not self._seated:
                self._all_off.set()

    async def log_on(self, connection: FixConnection, peer: _engine.FixPeer) -> None:
        """Give a connection the session that its logon opens. Raises Refused."""
        if self._settings.fix_schedule is not None and self._began() is None:
            raise Refused("outside of the session's hours")
        member = await self._authenticator.authenticate(peer, connection.address)
        desk = self._desk
        assert desk is not None
        seat = self._seats.get(member)
        if seat is None:
            seat = self._sit_down(member)
        if seat in self._seated:
            raise Refused("the session is logged on already")
        self._begin_day(seat)
        desk.connect(seat)
        self._seated[seat] = connection
        connection.seat, connection.comp_id = seat, member.comp_id
        log.info("a FIX session is on", session=member.comp_id, address=connection.address)

    def log_refusal(self, connection: FixConnection, reason: str) -> None:
        """Say why a connection was ended before it had a session."""
        self._metrics.fix_refused.inc()
        self._refusals.add(reason, address=connection.address)

    def log_end(self, connection: FixConnection, reason: str) -> None:
        """Say why a session's connection is ended."""
        log.info("a FIX connection ends", session=connection.comp_id, reason=reason)

    # -- sessions ----------------------------------------------------------------------------

    def receive(self, seat: int, data: bytes) -> None:
        """Take in what a session's peer sent."""
        assert self._desk is not None
        try:
            step = self._desk.receive(seat, data)
        except _engine.EngineError as error:
            self._fail(seat, error)
            return
        self._take(seat, step)

    def flush(self, seat: int) -> None:
        """Send what a session has to say by now."""
        assert self._desk is not None
        try:
            step = self._desk.flush(seat)
        except _engine.EngineError as error:
            self._fail(seat, error)
            return
        self._take(seat, step)

    def _take(self, seat: int, step: _engine.FixStep) -> None:
        connection = self._seated.get(seat)
        if connection is None:
            return
        connection.take(step)
        if step.others and self._application is not None:
            for message in step.others:
                self._application.answer(seat, message)
            self.flush(seat)

    def _follow(self) -> None:
        assert self._desk is not None
        try:
            steps = self._desk.follow()
        except _engine.EngineError as error:
            self._fail(None, error)
            return
        for seat, step in steps:
            self._take(seat, step)

    def _tick(self) -> None:
        assert self._desk is not None
        self._ticker = asyncio.get_running_loop().call_later(_TICK_S, self._tick)
        if self._settings.fix_schedule is not None and self._began() is None:
            for seat in self._seated:
                self._desk.log_out(seat, "The session's hours are over.")
        if self._application is not None:
            self._application.tick()
        try:
            steps = self._desk.tick()
        except _engine.EngineError as error:
            self._fail(None, error)
            return
        for seat, step in steps:
            self._take(seat, step)

    def _fail(self, seat: int | None, error: Exception) -> None:
        """End what can no longer keep what it sends."""
        log.critical("FIX sessions cannot go on", failure=str(error))
        for connection in [c for s, c in self._seated.items() if seat in {None, s}]:
            connection.refuse("the session's file cannot be written")

    def _began(self) -> datetime | None:
        schedule = self._settings.fix_schedule
        return None if schedule is None else schedule.began(datetime.now(UTC))

    def _begin_day(self, seat: int) -> None:
        """Start a session's numbers anew where its day has begun since its file was written."""
        began = self._began()
        if began is None or self._days.get(seat) == began:
            return
        assert self._desk is not None
        written = self._days.get(seat, _EPOCH)
        if written < began:
            self._desk.reset(seat)
        self._days[seat] = began

    def _sit_down(self, member: Member) -> int:
        """Seat a session that has none yet. Raises Refused."""
        users = Counter(other.user_id for other in self._seats)
        if users[member.user_id] >= _MOST_SESSIONS_A_USER:
            raise Refused("the user has too many sessions")
        path = self._directory / f"{member.comp_id}.{member.user_id}{_SUFFIX}"
        return self._seat(self._services.floor, member, path)

    def _seat(self, floor: Floor, member: Member, path: Path) -> int:
        assert self._desk is not None
        written = path.stat().st_mtime if path.exists() else None
        seat = self._desk.open(
            path,
            VENUE,
            member.comp_id,
            floor.engine.accounts_of(member.user_id),
            member.drop_copy,
            self._settings.fix_cancel_on_disconnect,
            self._settings.order_rate,
        )
        if written is not None:
            self._days[seat] = datetime.fromtimestamp(written, UTC)
        self._seats[member] = seat
        return seat

    def _take_up(self, floor: Floor, path: Path) -> None:
        comp_id, _, user_id = path.name.removesuffix(_SUFFIX).rpartition(".")
        if comp_id and user_id.isdecimal():
            member = Member(comp_id, int(user_id), comp_id.endswith("-DROP"))
            self._seat(floor, member, path)

    def _tls(self) -> ssl.SSLContext | None:
        certificate = self._settings.fix_certificate
        if certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(certificate, self._settings.fix_key)
        except (OSError, ssl.SSLError) as error:
            raise StartError(f"{certificate}: cannot be used for TLS: {error}") from None
        return context


_EPOCH = datetime.fromtimestamp(0, UTC)
