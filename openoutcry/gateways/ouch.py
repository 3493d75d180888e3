"""OUCH 5.0: who may log in. What each message costs is paid in the engine."""

import asyncio

import structlog

from openoutcry import _engine
from openoutcry.errors import Problem
from openoutcry.gateways.services import Services
from openoutcry.identity import Scope

log = structlog.get_logger(__name__)

# Log-ins that are being looked at; more are refused.
_MOST_KNOCKS = 256


class OuchGateway:
    """Lets the venue's users in by name and password, each to his first account."""

    def __init__(self, services: Services, door: _engine.OuchDoor) -> None:
        self._services = services
        self._door = door
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = False

    def open(self, engine: _engine.Sequencer, directory: str, rate: int, *, cancel: bool) -> None:
        """Let clients in.

        rate: orders a second of one session. cancel: whether what a session has open ends with its
        connection.
        """
        self._engine = engine
        self._door.begin(engine, directory, rate, cancel)
        asyncio.get_running_loop().add_reader(self._door.fileno(), self._look)
        self._open = True

    async def close(self) -> None:
        """End all sessions."""
        if self._open:
            asyncio.get_running_loop().remove_reader(self._door.fileno())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._door.close)

    def _look(self) -> None:
        for line in self._door.notices():
            log.warning("OUCH", notice=line)
        for connection, username, password, address in self._door.knocks():
            if len(self._tasks) >= _MOST_KNOCKS:
                self._door.answer(connection, None)
                continue
            work = self._answer(connection, username, password, address)
            task = asyncio.create_task(work, name="ouch-log-in")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, connection: int, username: str, password: str, address: str) -> None:
        account = None
        try:
            principal = await self._services.identity.grants.log_in(
                username, password, address=address
            )
            principal.require(Scope.TRADE)
            self._services.require_kyc(principal)
            account = next(iter(self._engine.accounts_of(principal.user_id)), None)
        except Problem as problem:
            log.warning("OUCH log-in refused", code=problem.code, address=address)
        self._door.answer(connection, account)
