"""The venue's door to PostgreSQL: bounded in time, and one exception for whatever goes wrong."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

from openoutcry.database.embedded import EmbeddedServer
from openoutcry.database.migration import Migration, MigrationFailed
from openoutcry.database.migrations import HEAD, REVISION_TABLE
from openoutcry.errors import DatabaseUnavailable, StartError

logger = logging.getLogger(__name__)

Connection: TypeAlias = psycopg.AsyncConnection[TupleRow]
P = ParamSpec("P")
T = TypeVar("T")

CONNECTIONS = 8
CALLERS_WAITING = 256
CONNECTION_SECONDS = 2
STATEMENT_MILLISECONDS = 2_000
# The whole of an operation: a connection, its statements and the commit.
OPERATION_SECONDS = 3.0
MIGRATION_SECONDS = 60.0
WATCH_SECONDS = 1.0


class Database:
    """A pool of connections that never makes a caller wait long.

    While the database is away, operations fail at once with DatabaseUnavailable, and a watcher
    looks for it every second: an embedded server that died is started again, a firm's own is
    waited for, also when it was away at the start.
    """

    def __init__(self, directory: Path, url: str | None = None) -> None:
        """directory: the venue's data directory. url: the firm's own database instead."""
        self._server = EmbeddedServer(directory) if url is None else None
        self._url = url
        self._pool: AsyncConnectionPool[Connection] | None = None
        self._available = False
        self._suspected = asyncio.Event()
        self._watcher: asyncio.Task[None] | None = None
        self._starting: asyncio.Future[None] | None = None
        self._migration: Migration | None = None
        # Operations that were given up but still hold a connection.
        self._abandoned: set[asyncio.Task[object]] = set()

    @property
    def available(self) -> bool:
        """Whether the last operation or the watcher found the database in order."""
        return self._available

    @property
    def conninfo(self) -> str:
        """The libpq connection string, for tools such as pg_dump; a firm's may hold a password."""
        return self._server.conninfo if self._server else self._url or ""

    async def begin(self) -> None:
        """Begin to start the embedded server, if it is ours to start, in a thread.

        What may not take long comes after, in `open`: the event loop may be kept busy meanwhile.
        """
        if self._server is not None:
            is_new = not self._server.initialised
            self._begin_server(self._server)
            if is_new:
                self._migration = await Migration.launch()

    async def open(self) -> None:
        """Start the embedded server if it is ours to start, migrate, connect.

        Returns with `available` false when a firm's own database is away. Raises StartError when
        no server can run here or the database belongs to a newer program.
        """
        try:
            if self._url is not None:
                psycopg.conninfo.conninfo_to_dict(self._url)
        except psycopg.ProgrammingError:
            # Its text would repeat parts of the URL, which may hold a password.
            raise StartError("the database's URL is not one that PostgreSQL accepts") from None
        if self._server is not None:
            if self._starting is None:
                await self.begin()
            assert self._starting is not None
            await asyncio.shield(self._starting)
        # The pool's own warnings repeat every attempt; the watcher reports each change once.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        self._pool = AsyncConnectionPool(
            self._current_conninfo,
            kwargs={"connect_timeout": CONNECTION_SECONDS, "prepare_threshold": None},
            min_size=1,
            max_size=CONNECTIONS,
            max_waiting=CALLERS_WAITING,
            timeout=CONNECTION_SECONDS,
            # The watcher is what tries again; the pool's own growing pauses would only delay it.
            reconnect_timeout=0.2,
            configure=_limit_statements,
            open=False,
        )
        await self._pool.open()
        try:
            await self._prove()
        except DatabaseUnavailable as error:
            logger.warning("starting without the database: %s", error.__cause__ or error)
        self._watcher = asyncio.create_task(self._watch(), name="database-watcher")

    async def close(self) -> None:
        """Give the connections up and stop the embedded server; also after a cancelled `open`."""
        self._available = False
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.wait({self._watcher})
        await self._end_migration()
        for task in tuple(self._abandoned):
            task.cancel()
        if self._pool is not None:
            await self._pool.close(timeout=1)
        if self._server is not None:
            self._server.abandon()
            if self._starting is not None:
                await asyncio.wait({self._starting})
                self._starting.exception()  # seen, so that asyncio does not report it
            await asyncio.to_thread(self._server.stop)

    async def run(
        self,
        operation: Callable[Concatenate[Connection, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `operation(connection, ...)` in one transaction and return its result.

        Commits when it returns, rolls back when it raises. Raises DatabaseUnavailable within
        OPERATION_SECONDS whatever the database does; then the commit may or may not have
        happened. psycopg.IntegrityError passes through, being the caller's business.
        """
        if not self._available:
            raise DatabaseUnavailable
        return await self._bounded(operation, *args, **kwargs)

    async def _bounded(
        self,
        operation: Callable[Concatenate[Connection, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        # In a task of its own: a driver that is cancelled while the server is frozen takes its
        # time to give the connection up, which must not be the caller's.
        task = asyncio.create_task(self._transaction(operation, *args, **kwargs))
        try:
            done, _ = await asyncio.wait({task}, timeout=OPERATION_SECONDS)
        except asyncio.CancelledError:
            self._abandon(task)
            raise
        if not done:
            self._abandon(task)
            self._suspected.set()
            raise DatabaseUnavailable("The database is too slow.")
        return task.result()

    async def _transaction(
        self,
        operation: Callable[Concatenate[Connection, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        assert self._pool is not None, "open() comes first"
        try:
            async with self._pool.connection() as connection:
                return await operation(connection, *args, **kwargs)
        except psycopg.IntegrityError:
            raise
        except psycopg.OperationalError as error:
            self._suspected.set()
            raise DatabaseUnavailable from error
        except psycopg.Error as error:
            logger.exception("the database refused a statement")
            self._suspected.set()
            raise DatabaseUnavailable from error

    def _abandon(self, task: asyncio.Task[T]) -> None:
        def forget(ended: asyncio.Task[T]) -> None:
            self._abandoned.discard(ended)
            if not ended.cancelled():
                ended.exception()  # seen, so that asyncio does not report it

        task.cancel()
        self._abandoned.add(task)
        task.add_done_callback(forget)

    def _begin_server(self, server: EmbeddedServer) -> asyncio.Future[None]:
        """Return the start of the server; to be shielded, for `close` has to see its end."""
        self._starting = asyncio.get_running_loop().run_in_executor(None, server.start)
        return self._starting

    async def _current_conninfo(self) -> str:
        return self.conninfo

    async def _prove(self) -> None:
        """Find the database in order, migrating it if need be, and say so.

        Raises DatabaseUnavailable, or StartError when it belongs to a newer program.
        """
        if await self._bounded(_read_revision) != HEAD:
            await self._migrate()
        self._available = True

    async def _migrate(self) -> None:
        migration = self._migration or await Migration.launch()
        self._migration = migration
        try:
            async with asyncio.timeout(MIGRATION_SECONDS):
                await migration.run(self.conninfo)
        except (MigrationFailed, TimeoutError) as error:
            raise DatabaseUnavailable("The database could not be migrated.") from error
        finally:
            await self._end_migration()

    async def _end_migration(self) -> None:
        if self._migration is not None:
            await self._migration.end()
            self._migration = None

    async def _watch(self) -> None:
        while True:
            # Not wait_for, which in Python 3.11 may swallow a cancellation.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WATCH_SECONDS):
                    await self._suspected.wait()
            self._suspected.clear()
            was_available = self._available
            try:
                if self._server is not None and not await asyncio.to_thread(self._server.running):
                    self._available = False
                    logger.error("the embedded database has ended; starting it again")
                    await asyncio.shield(self._begin_server(self._server))
                await self._prove()
                if not was_available:
                    logger.info("the database is back")
            except (DatabaseUnavailable, StartError) as error:
                self._available = False
                if was_available or isinstance(error, StartError):
                    logger.error("the database is not available: %s", error.__cause__ or error)
                await self._drain()
                await asyncio.sleep(WATCH_SECONDS / 4)
            except Exception:
                self._available = False
                logger.exception("the database's watcher failed")
                await asyncio.sleep(WATCH_SECONDS)

    async def _drain(self) -> None:
        """Throw idle connections away: those to a server that is gone would fail one by one."""
        assert self._pool is not None
        await self._pool.drain()


async def _limit_statements(connection: Connection) -> None:
    await connection.execute(
        f"SET statement_timeout = {STATEMENT_MILLISECONDS};"
        f"SET lock_timeout = {STATEMENT_MILLISECONDS};"
        f"SET idle_in_transaction_session_timeout = {2 * STATEMENT_MILLISECONDS}"
    )
    await connection.commit()


async def _read_revision(connection: Connection) -> str | None:
    """The schema's revision, None before the first migration."""
    cursor = await connection.execute("SELECT to_regclass(%s)", [REVISION_TABLE])
    row = await cursor.fetchone()
    if row is None or row[0] is None:
        return None
    cursor = await connection.execute(f"SELECT version_num FROM {REVISION_TABLE}")  # noqa: S608
    row = await cursor.fetchone()
    return str(row[0]) if row else None
