"""Whether a venue's records agree with one another: the journal with itself, and with the database.

What the journal promises: every frame's checksum, the chain of digests over all frames, and that
its replay keeps every invariant. What the database adds: each account's owner is a user.
"""

from pathlib import Path

from openoutcry._engine import EngineError, Verified, verify
from openoutcry.database import Connection
from openoutcry.database.embedded import EmbeddedServer
from openoutcry.errors import StartError
from openoutcry.progress import progress_bar
from openoutcry.stopped_venue import stopped_venue


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
    """One line for each account whose owner is no user; the venue must be stopped.

    Raises StartError when the directory is in use or its database cannot be started, and
    DatabaseUnavailable.
    """
    if url is None and not EmbeddedServer(directory).initialised:
        raise StartError(f"{directory}: there is no database; --journal-only leaves it out")
    async with stopped_venue(directory, url) as venue:
        users = await venue.database.run(_user_ids)
        count = venue.engine.status().accounts
        accounts = [venue.engine.account(number) for number in range(1, count + 1)]
    return [
        f"account {row.account}: its owner {row.owner} is no user of the database"
        for row in accounts
        if row is not None and row.owner not in users
    ]


async def _user_ids(connection: Connection) -> set[int]:
    cursor = await connection.execute("SELECT user_id FROM identity.users")
    return {int(row[0]) for row in await cursor.fetchall()}
