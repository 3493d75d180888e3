"""A stopped venue's tables, brought up to its journal or made anew from it."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from openoutcry.errors import DatabaseUnavailable, StartError
from openoutcry.progress import counting_bar
from openoutcry.projections.projector import Projector
from openoutcry.projections.schema import recreate
from openoutcry.stopped_venue import StoppedVenue, stopped_venue


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was projected, and how long it took."""

    commands: int
    events: int
    seconds: float


async def rebuild(directory: Path, url: str | None) -> Rebuilt:
    """Drop the tables and fill them from the journal.

    Raises StartError where a venue runs on the directory, DatabaseUnavailable, and Trouble.
    """
    if not (directory / "journal").is_dir():
        raise StartError(f"{directory}: there is no journal")
    async with stopped_venue(directory, url) as venue:
        if not venue.database.available:
            raise DatabaseUnavailable
        with psycopg.connect(venue.database.conninfo, autocommit=True) as connection:
            recreate(connection)
        return await asyncio.to_thread(catch_up, directory, venue)


def catch_up(directory: Path, venue: StoppedVenue) -> Rebuilt:
    """Project what is not in the tables yet, with a progress bar. Raises Trouble."""
    conninfo = venue.database.conninfo
    projector = Projector(directory, conninfo=lambda: conninfo, durable=venue.engine.sequence)
    last = venue.engine.sequence()
    began = time.perf_counter()
    with counting_bar("database", last, "commands") as progress:
        projector.run_until(last, lambda sequence, _events: progress(sequence))
    return Rebuilt(last, projector.events, time.perf_counter() - began)
