"""The schema that is projected into: is it there, is it this program's, whose journal is it?"""

from dataclasses import dataclass

import psycopg
from psycopg.rows import TupleRow

from openoutcry.database.migrations import HEAD, REVISION_TABLE
from openoutcry.database.migrations.exchange import FORMAT, TIMESCALE_PRESENT, statements

Connection = psycopg.Connection[TupleRow]


class NotMigrated(psycopg.OperationalError):
    """The database has not got its schema yet, or has got another program's."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far the tables are. journal: the id of the journal they were made from."""

    last_sequence: int
    journal: bytes | None


def prepare(connection: Connection) -> Position:
    """Say how far the tables are; where they are gone or of another format, make them anew.

    Raises NotMigrated before the venue's migrations have run.
    """
    _require_revision(connection)
    row = _read(connection)
    if row is None or row[0] != FORMAT:
        recreate(connection)
        row = _read(connection)
    assert row is not None
    return Position(row[1], row[2])


def recreate(connection: Connection) -> None:
    """Drop the tables and make them anew, empty, in one transaction."""
    with connection.transaction():
        connection.execute("SET LOCAL client_min_messages = warning")
        connection.execute("DROP SCHEMA IF EXISTS exchange CASCADE")
        found = connection.execute(TIMESCALE_PRESENT).fetchone()
        for statement in statements(timescale=bool(found and found[0])):
            connection.execute(statement)


def _require_revision(connection: Connection) -> None:
    known = connection.execute("SELECT to_regclass(%s)", [REVISION_TABLE]).fetchone()
    revision = None
    if known is not None and known[0] is not None:
        row = connection.execute(f"SELECT version_num FROM {REVISION_TABLE}").fetchone()  # noqa: S608
        revision = row and row[0]
    if revision != HEAD:
        raise NotMigrated(f"the database's schema is at revision {revision}, not at {HEAD}")


def _read(connection: Connection) -> tuple[int, int, bytes | None] | None:
    found = connection.execute("SELECT to_regclass('exchange.projection')").fetchone()
    if found is None or found[0] is None:
        return None
    query = "SELECT format, last_sequence, journal FROM exchange.projection"
    return connection.execute(query).fetchone()


async def journal_of(connection: "psycopg.AsyncConnection[TupleRow]") -> bytes | None:
    """Return the id of the journal that the tables were made from; None before the first of it."""
    found = await connection.execute("SELECT to_regclass('exchange.projection')")
    row = await found.fetchone()
    if row is None or row[0] is None:
        return None
    found = await connection.execute("SELECT journal FROM exchange.projection")
    row = await found.fetchone()
    return None if row is None else row[0]
