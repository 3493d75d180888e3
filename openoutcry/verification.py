"""Whether a venue's records agree with one another: the journal with itself, and with the database.

What the journal promises: every frame's checksum, the chain of digests over all frames, and that
its replay keeps every invariant. What the database adds: each account's owner is a user, and the
tables show the machine's cash and shares, as do the lines of their ledger added up.
"""

import asyncio
from pathlib import Path

import psycopg

from openoutcry._engine import EngineError, Verified, verify
from openoutcry.database import Connection
from openoutcry.database.embedded import EmbeddedServer
from openoutcry.errors import DatabaseUnavailable, StartError
from openoutcry.progress import progress_bar
from openoutcry.projections.reconciliation import reconcile
from openoutcry.rebuild import catch_up
from openoutcry.stopped_venue import StoppedVenue, stopped_venue


def verify_journal(directory: Path) -> Verified:
    """Re-read and replay the whole journal under `directory`. Raises StartError without one."""
    if not directory.is_dir():
        raise StartError(f"{directory}: no such directory")
    with progress_bar("journal", 0) as progress:
        try:
            return verify(str(directory), progress)
        except EngineError as error:
            raise StartError(str(error)) from None


async def verify_database(directory: Path, url: str | None) -> list[str]:
    """One line for each figure that differs, and each account whose owner is no user.

    The venue must be stopped. What its database does not show yet is projected first, as the next
    start would. Raises StartError when the directory is in use or its database cannot be started,
    DatabaseUnavailable, and Trouble.
    """
    if url is None and not EmbeddedServer(directory).initialised:
        raise StartError(f"{directory}: there is no database; --journal-only leaves it out")
    async with stopped_venue(directory, url) as venue:
        users = await venue.database.run(_user_ids)
        count = venue.engine.status().accounts
        accounts = [venue.engine.account(number) for number in range(1, count + 1)]
        differing = await asyncio.to_thread(_compare, directory, venue)
    return differing + [
        f"account {row.account}: its owner {row.owner} is no user of the database"
        for row in accounts
        if row is not None and row.owner not in users
    ]


def _compare(directory: Path, venue: StoppedVenue) -> list[str]:
    catch_up(directory, venue)
    try:
        with psycopg.connect(venue.database.conninfo) as connection:
            return reconcile(connection, venue.engine)
    except psycopg.Error as error:
        raise DatabaseUnavailable from error


async def _user_ids(connection: Connection) -> set[int]:
    cursor = await connection.execute("SELECT user_id FROM identity.users")
    return {int(row[0]) for row in await cursor.fetchall()}
