"""The door to PostgreSQL: bounded in time, and open again by itself."""

import asyncio
import gc
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from venue_process import children_of

from openoutcry.database import Connection, Database, database
from openoutcry.database.embedded import EmbeddedServer
from openoutcry.database.migration import Migration, MigrationFailed
from openoutcry.database.migrations import HEAD, REVISION_TABLE
from openoutcry.database.postmaster import read_postmaster
from openoutcry.errors import DatabaseUnavailable, StartError

REPOSITORY = Path(__file__).parents[2]


class Wait(Protocol):
    async def met(self, condition: object) -> None: ...


@pytest.fixture(autouse=True)
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """The watcher looks more often than in life, so that nobody waits for it."""
    monkeypatch.setattr(database, "WATCH_SECONDS", 0.1)


@asynccontextmanager
async def opened(directory: Path, url: str | None = None) -> AsyncIterator[Database]:
    door = Database(directory, url)
    try:
        await door.open()
        yield door
    finally:
        await door.close()


@contextmanager
def firm(directory: Path) -> Iterator[EmbeddedServer]:
    """A server that is not the venue's to start."""
    server = EmbeddedServer(directory)
    server.start()
    try:
        yield server
    finally:
        server.stop()


async def one(connection: Connection) -> int:
    cursor = await connection.execute("SELECT 1")
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def revision(connection: Connection) -> str:
    cursor = await connection.execute(f"SELECT version_num FROM {REVISION_TABLE}")
    row = await cursor.fetchone()
    assert row is not None
    return str(row[0])


def new_database(conninfo: str, name: str) -> str:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return re.sub(r"dbname=\S+", f"dbname={name}", conninfo)


async def test_first_start_migrates_and_the_second_has_nothing_to_do(
    venue_directory: Path,
) -> None:
    async with opened(venue_directory) as door:
        assert await door.run(revision) == HEAD
    loads = """
import asyncio, sys
from pathlib import Path
from openoutcry.database import Database
async def main():
    door = Database(Path(sys.argv[1]))
    await door.open()
    assert door.available
    await door.close()
asyncio.run(main())
sys.exit(any(name in sys.modules for name in ("alembic", "sqlalchemy")))
"""
    start = await asyncio.create_subprocess_exec(
        sys.executable, "-c", loads, str(venue_directory), cwd=REPOSITORY
    )
    assert await start.wait() == 0


def test_head_is_the_newest_revision() -> None:
    files = sorted((REPOSITORY / "openoutcry/database/migrations/versions").glob("v*.py"))
    revisions = [re.search(r'^revision = "(\w+)"', f.read_text(), re.MULTILINE) for f in files]
    assert [found[1] for found in revisions if found][-1] == HEAD
    assert all(revisions)


async def test_venues_that_start_together_migrate_once(postgres: str) -> None:
    url = new_database(postgres, "together")
    migrations = [await Migration.launch() for _ in range(3)]
    await asyncio.gather(*(migration.run(url) for migration in migrations))
    with psycopg.connect(url) as connection:
        rows = connection.execute(f"SELECT version_num FROM {REVISION_TABLE}").fetchall()
    assert rows == [(HEAD,)]


async def test_database_of_a_newer_program_is_refused(postgres: str, tmp_path: Path) -> None:
    url = new_database(postgres, "newer")
    async with opened(tmp_path, url):
        pass
    with psycopg.connect(url) as connection:
        connection.execute(f"UPDATE {REVISION_TABLE} SET version_num = '9999'")
    with pytest.raises(StartError, match="newer"):
        async with opened(tmp_path, url):
            pass


async def test_password_of_a_broken_url_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(StartError) as refusal:
        async with opened(tmp_path, "postgresql://me:secret@[here"):
            pass
    assert "secret" not in str(refusal.value)


async def test_operation_that_raises_changes_nothing(postgres: str, tmp_path: Path) -> None:
    async def make(connection: Connection, *, fail: bool) -> None:
        await connection.execute("CREATE TABLE half_made ()")
        if fail:
            raise KeyError("half")

    async with opened(tmp_path, postgres) as door:
        with pytest.raises(KeyError):
            await door.run(make, fail=True)
        await door.run(make, fail=False)


async def test_constraint_is_the_callers_business(postgres: str, tmp_path: Path) -> None:
    async def contradict(connection: Connection) -> None:
        await connection.execute("CREATE TEMP TABLE single (one int PRIMARY KEY)")
        await connection.execute("INSERT INTO single VALUES (1), (1)")

    async with opened(tmp_path, postgres) as door:
        with pytest.raises(psycopg.errors.UniqueViolation):
            await door.run(contradict)
        assert door.available


async def test_statement_that_takes_too_long_is_given_up(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dawdle(connection: Connection) -> None:
        await connection.execute("SELECT pg_sleep(600)")

    monkeypatch.setattr(database, "STATEMENT_MILLISECONDS", 50)
    async with opened(tmp_path, postgres) as door:
        with pytest.raises(DatabaseUnavailable):
            await door.run(dawdle)


async def test_frozen_database_holds_nobody(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, eventually: Wait
) -> None:
    frozen: list[int] = []

    async def freeze(connection: Connection) -> int:
        frozen.append(connection.info.backend_pid)
        os.kill(frozen[0], signal.SIGSTOP)
        return await one(connection)

    monkeypatch.setattr(database, "OPERATION_SECONDS", 0.5)
    async with opened(tmp_path, postgres) as door:
        try:
            with pytest.raises(DatabaseUnavailable):
                await door.run(freeze)
            await eventually.met(lambda: door.available)
            assert await door.run(one) == 1
        finally:
            os.kill(frozen[0], signal.SIGCONT)


async def test_caller_that_goes_away_leaves_the_pool_whole(postgres: str, tmp_path: Path) -> None:
    async def dawdle(connection: Connection) -> None:
        await connection.execute("SELECT pg_sleep(1)")

    async with opened(tmp_path, postgres) as door:
        callers = [asyncio.create_task(door.run(dawdle)) for _ in range(database.CONNECTIONS)]
        await asyncio.sleep(0)
        for caller in callers:
            caller.cancel()
        await asyncio.wait(callers)
        assert all(caller.cancelled() for caller in callers)
        assert await door.run(one) == 1


async def test_embedded_server_that_dies_is_started_again(
    venue_directory: Path, eventually: Wait
) -> None:
    async with opened(venue_directory) as door:
        claim = read_postmaster(venue_directory / "postgres" / "data")
        assert claim is not None
        os.kill(claim.pid, signal.SIGKILL)
        await eventually.met(lambda: not door.available)
        with pytest.raises(DatabaseUnavailable):
            await door.run(one)
        await eventually.met(lambda: door.available)
        assert await door.run(one) == 1


async def test_firms_database_may_go_and_come_back(venue_directory: Path, eventually: Wait) -> None:
    with firm(venue_directory) as server:
        async with opened(venue_directory, server.conninfo) as door:
            # Several connections, each of which is dead when the server is back.
            await asyncio.gather(*(door.run(one) for _ in range(database.CONNECTIONS)))
            await asyncio.to_thread(server.stop)
            with pytest.raises(DatabaseUnavailable):
                await door.run(one)
            await asyncio.to_thread(server.start)
            await eventually.met(lambda: door.available)
            assert await door.run(one) == 1


async def test_venue_starts_while_the_firms_database_is_away(
    venue_directory: Path, eventually: Wait
) -> None:
    with firm(venue_directory) as server:
        url = server.conninfo
        server.stop()
        async with opened(venue_directory, url) as door:
            assert not door.available
            with pytest.raises(DatabaseUnavailable):
                await door.run(one)
            await asyncio.to_thread(server.start)
            await eventually.met(lambda: door.available)
            assert await door.run(revision) == HEAD


async def test_start_that_is_cancelled_leaves_no_server(venue_directory: Path) -> None:
    door = Database(venue_directory)
    start = asyncio.create_task(door.open())
    await asyncio.sleep(0.05)
    start.cancel()
    await asyncio.wait({start})
    await door.close()
    assert read_postmaster(venue_directory / "postgres" / "data") is None
    assert not (venue_directory / "postgres" / "socket" / ".s.PGSQL.5432").exists()


async def test_start_that_is_given_up_leaves_no_process_and_no_complaint(
    venue_directory: Path, eventually: Wait
) -> None:
    def migrations() -> list[int]:
        return [
            child
            for child in children_of(os.getpid())
            if b"openoutcry.database.migrations" in Path(f"/proc/{child}/cmdline").read_bytes()
        ]

    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, said: complaints.append(said))
    door = Database(venue_directory)
    start = asyncio.create_task(door.open())
    await eventually.met(lambda: bool(migrations()))
    start.cancel()
    await asyncio.wait({start})
    await door.close()
    assert migrations() == []
    del door, start
    gc.collect()
    assert complaints == []


async def test_migration_that_fails_says_why_and_the_venue_waits(postgres: str) -> None:
    migration = await Migration.launch()
    with pytest.raises(MigrationFailed, match="does not exist"):
        await migration.run(new_database(postgres, "gone") + "-nowhere")
