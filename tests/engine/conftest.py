"""Venues on the engine alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engine_venue import Venue


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Venue]:
    venue = Venue(tmp_path / "data").found()
    yield venue
    venue.engine.close()


@pytest.fixture
def open_venue(tmp_path: Path) -> Iterator[Callable[[], Venue]]:
    """Opens the venue on one directory again and again."""
    opened: list[Venue] = []

    def open_() -> Venue:
        opened.append(Venue(tmp_path / "data"))
        return opened[-1]

    yield open_
    for venue in opened:
        venue.engine.close()
