"""What keeps the tables up with the journal, on a thread of its own."""

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import structlog

from openoutcry import _engine
from openoutcry.errors import OpenOutcryError, Unavailable
from openoutcry.projections.schema import Connection, prepare
from openoutcry.projections.writer import OutOfStep, begin, write

log = structlog.get_logger(__name__)

# How long new commands are waited for, and how long those of a quiet market may gather.
_PATIENCE_MS, _GATHER_S = 20, 0.1
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 2.0
_FEW = 1_000
_CLOSE_S = 5.0
_POLL_S = 0.01


class Trouble(OpenOutcryError):
    """The journal cannot be projected into this database, however often it is tried."""


class Projector:
    """Writes what is durable into PostgreSQL, exactly once, however late.

    Nobody waits for it but readers who ask for a sequence. While the database is away it stands
    still, and says so once; what it holds meanwhile is bounded, for the rest is in the journal.
    """

    def __init__(
        self,
        directory: Path,
        *,
        conninfo: Callable[[], str],
        durable: Callable[[], int],
        available: Callable[[], bool] = lambda: True,
    ) -> None:
        """directory: the venue's. durable: the last command known to be on disk.

        available: whether it makes sense to try the database now; whoever watches that tells its
        troubles, so that they are told once.
        """
        self._directory = directory
        self._conninfo = conninfo
        self._durable = durable
        self._available = available
        self._closing = threading.Event()
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="projector", daemon=True)
        self._connection: Connection | None = None
        self._follower: _engine.Follower | None = None
        self._waiting: _engine.Projected | None = None
        self._journal: bytes | None = None
        self._told: str | None = None
        self.sequence = 0
        self.events = 0
        self.trouble: str | None = None

    @property
    def lag(self) -> int:
        """Durable commands that the tables do not show yet."""
        return max(self._durable() - self.sequence, 0)

    def start(self) -> None:
        """Begin; what goes wrong is tried again until `close`."""
        self._thread.start()

    def close(self) -> None:
        """End, leaving the tables at some whole command. Blocks for seconds at most."""
        self._closing.set()
        self._asked.set()
        if not self._thread.is_alive():
            return
        self._thread.join(_CLOSE_S / 2)
        connection = self._connection
        if self._thread.is_alive() and connection is not None:
            # It waits for a server that does not answer: as if that had hung up.
            with (
                contextlib.suppress(OSError, psycopg.Error),
                socket.socket(fileno=os.dup(connection.fileno())) as line,
            ):
                line.shutdown(socket.SHUT_RDWR)
            self._thread.join(_CLOSE_S / 2)

    async def wait_for(self, sequence: int, patience_s: float) -> None:
        """Return once the tables show `sequence`. Raises Unavailable when they do not in time."""
        deadline = asyncio.get_running_loop().time() + patience_s
        self._asked.set()
        while self.sequence < sequence:
            if asyncio.get_running_loop().time() >= deadline:
                raise Unavailable(
                    "PROJECTION_BEHIND",
                    f"The database shows commands up to {self.sequence}.",
                    retry_after=1,
                )
            await asyncio.sleep(_POLL_S)

    def run_until(self, sequence: int, progress: Callable[[int, int], None]) -> None:
        """Project in this thread until the tables show `sequence`, trying nothing twice.

        progress: is told commands and events. Raises Trouble.
        """
        try:
            with psycopg.connect(self._conninfo()) as connection:
                self._attach(connection)
                if self.sequence > sequence:
                    raise Trouble(
                        f"the tables show commands up to {self.sequence}, and the journal ends at "
                        f"{sequence}: they do not belong together"
                    )
                while self.sequence < sequence:
                    self._step(connection)
                    progress(self.sequence, self.events)
        except (psycopg.Error, _engine.EngineError) as error:
            raise Trouble(_first_line(error)) from error
        finally:
            self._leave_follower()

    def _run(self) -> None:
        pause = _FIRST_PAUSE_S
        while not self._closing.is_set():
            if self._available():
                try:
                    self._project()
                except (psycopg.Error, _engine.EngineError, OSError) as error:
                    self._tell(_first_line(error))
                except Exception as error:
                    log.exception("the projector failed")
                    self._tell(_first_line(error))
                pause = min(pause * 2, _LONGEST_PAUSE_S) if self.trouble else _FIRST_PAUSE_S
            self._closing.wait(pause)
        self._leave_follower()

    def _project(self) -> None:
        """Write rows until told to close or something goes wrong."""
        with psycopg.connect(self._conninfo(), connect_timeout=2) as connection:
            self._connection = connection
            try:
                self._attach(connection)
                while not self._closing.is_set():
                    self._step(connection)
                    if self.trouble is not None and self._waiting is None:
                        self._recovered()
                    if self.lag < _FEW and self._asked.wait(_GATHER_S):
                        self._asked.clear()
            finally:
                self._connection = None

    def _attach(self, connection: Connection) -> None:
        """Find out where the tables are, and follow the journal from there."""
        connection.autocommit = True
        position = prepare(connection)
        connection.autocommit = False
        begin(connection)
        waiting = self._waiting
        if waiting is not None and waiting.last == position.last_sequence:
            self._waiting = None  # its commit arrived, though its answer did not
        elif position.last_sequence != (self.sequence if waiting is None else waiting.first - 1):
            self._leave_follower()
        self.sequence = position.last_sequence
        self._journal = position.journal
        if self._follower is None:
            self._follower = _engine.Follower(str(self._directory), position.last_sequence)

    def _step(self, connection: Connection) -> None:
        """Write the next rows, if there are any."""
        follower = self._follower
        assert follower is not None, "attached before"
        if self._waiting is None:
            follower.allow(self._durable())
            try:
                self._waiting = follower.take(_PATIENCE_MS)
            except _engine.EngineError:
                self._leave_follower()
                raise
        rows = self._waiting
        if rows is None:
            return
        _, journal = follower.position()
        assert journal is not None, "rows come from a journal that was read"
        if self._journal not in (None, journal):
            raise OutOfStep("the tables were made from another journal than this venue's")
        write(connection, rows, journal)
        self._waiting = None
        self.sequence = rows.last
        self.events += rows.events

    def _leave_follower(self) -> None:
        self._waiting = None
        if self._follower is not None:
            self._follower.close()
            self._follower = None

    def _tell(self, trouble: str) -> None:
        """Log a trouble when it is new."""
        self.trouble = trouble
        if self._told != trouble and self._available():
            self._told = trouble
            log.error("the database falls behind the journal", sequence=self.sequence, why=trouble)

    def _recovered(self) -> None:
        self.trouble = None
        if self._told is not None:
            self._told = None
            log.info("the database follows the journal again", sequence=self.sequence)


def _first_line(error: Exception) -> str:
    """What went wrong, without the context that PostgreSQL adds, in which rows may stand."""
    return str(error).partition("\n")[0].strip() or type(error).__name__
