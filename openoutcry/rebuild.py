"""A stopped venue's tables, brought up to its journal or made anew from it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psycopg
from psycopg.rows import TupleRow

from openoutcry._engine import Sequencer
from openoutcry.errors import DatabaseUnavailable, StartError
from openoutcry.progress import counting_bar
from openoutcry.projections.projector import Projector
from openoutcry.projections.schema import recreate
from openoutcry.stopped_venue import StoppedVenue, stopped_venue

T = TypeVar("T")


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


async def read_tables(
    directory: Path,
    url: str | None,
    work: Callable[[psycopg.Connection[TupleRow], Sequencer], T],
) -> T:
    """Do `work` on a stopped venue's tables, brought up to its journal.

    Raises StartError, DatabaseUnavailable, and Trouble.
    """
    if not (directory / "journal").is_dir():
        raise StartError(f"{directory}: there is no journal")
    async with stopped_venue(directory, url) as venue:
        if not venue.database.available:
            raise DatabaseUnavailable
        return await asyncio.to_thread(_read, directory, venue, work)


def _read(
    directory: Path,
    venue: StoppedVenue,
    work: Callable[[psycopg.Connection[TupleRow], Sequencer], T],
) -> T:
    catch_up(directory, venue)
    try:
        with psycopg.connect(venue.database.conninfo) as connection:
            return work(connection, venue.engine)
    except psycopg.Error as error:
        raise DatabaseUnavailable from error


def catch_up(directory: Path, venue: StoppedVenue) -> Rebuilt:
    """Project what is not in the tables yet, with a progress bar. Raises Trouble."""
    conninfo = venue.database.conninfo
    projector = Projector(directory, conninfo=lambda: conninfo, durable=venue.engine.sequence)
    last = venue.engine.sequence()
    began = time.perf_counter()
    with counting_bar("database", last, "commands") as progress:
        projector.run_until(last, lambda sequence, _events: progress(sequence))
    return Rebuilt(last, projector.events, time.perf_counter() - began)
