"""A database of its own for each test, migrated, on the server that the whole run shares."""

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from engine_venue import Venue

from openoutcry.database.migrations.__main__ import upgrade
from openoutcry.projections import Projector

_NUMBERS = itertools.count()


def _named(conninfo: str, database: str) -> str:
    return re.sub(r"dbname=\S+", f"dbname={database}", conninfo)


@pytest.fixture(scope="session")
def template(postgres: str) -> str:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE projection_template")
    upgrade(_named(postgres, "projection_template"))
    return "projection_template"


@pytest.fixture
def database(postgres: str, template: str) -> str:
    """The connection string of an empty, migrated database."""
    name = f"projection_{next(_NUMBERS)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return _named(postgres, name)


@pytest.fixture
def venue(venue_directory: Path) -> Iterator[Venue]:
    venue = Venue(venue_directory).found()
    yield venue
    venue.engine.close()


Project = Callable[[], Projector]


@pytest.fixture
def project(venue: Venue, database: str) -> Project:
    """Bring the tables up to the venue."""

    def bring_up() -> Projector:
        projector = projector_of(venue, database)
        projector.run_until(venue.engine.sequence(), lambda _sequence, _events: None)
        return projector

    return bring_up


def projector_of(venue: Venue, database: str) -> Projector:
    return Projector(venue.directory, conninfo=lambda: database, durable=venue.engine.sequence)


@pytest.fixture
def running(venue: Venue, database: str) -> Iterator[Projector]:
    projector = projector_of(venue, database)
    projector.start()
    yield projector
    projector.close()
