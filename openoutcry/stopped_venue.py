"""A venue that does not run, opened by a command that needs its records."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from openoutcry._engine import EngineError, Sequencer
from openoutcry.database import Database
from openoutcry.errors import StartError
from openoutcry.identity import Identity
from openoutcry.nameplate import Nameplate


@dataclass(frozen=True, slots=True)
class StoppedVenue:
    """Its books and accounts, its database, its users."""

    engine: Sequencer
    database: Database
    identity: Identity


@asynccontextmanager
async def stopped_venue(directory: Path, url: str | None) -> AsyncIterator[StoppedVenue]:
    """Hold the directory against any venue, and open what is in it.

    url: of the firm's own database. Raises StartError where a venue runs on the directory, or
    journal or database cannot be opened.
    """
    try:
        known = Nameplate(directory).read()
        engine = await asyncio.to_thread(Sequencer.open, str(directory), None, known)
    except EngineError as error:
        raise StartError(str(error)) from None
    database = Database(directory, url)
    try:
        await database.open()
        yield StoppedVenue(engine, database, Identity(database, directory))
    finally:
        await database.close()
        await asyncio.to_thread(engine.close)
