"""The command as a person runs it, and a venue for it to talk to."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from venue_process import VenueProcess, venue_on_disk

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def openoutcry() -> Run:
    """Run the command; further variables as keywords."""

    def run(*arguments: object, **variables: str) -> "subprocess.CompletedProcess[str]":
        kept = {key: value for key, value in os.environ.items() if "OPENOUTCRY" not in key}
        return subprocess.run(
            [sys.executable, "-m", "openoutcry", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=kept | variables,
        )

    return run


@pytest.fixture(scope="session")
def venue() -> Iterator[VenueProcess]:
    """A quiet demo venue."""
    with venue_on_disk("--quiet") as process:
        process.start()
        yield process


@pytest.fixture(scope="session")
def operate(openoutcry: Run, venue: VenueProcess) -> Run:
    """Run the command as the operator of that venue."""

    def run(*arguments: object, **variables: str) -> "subprocess.CompletedProcess[str]":
        account = {"OPENOUTCRY_USERNAME": "operator", "OPENOUTCRY_PASSWORD": "operator-demo"}
        return openoutcry(*arguments, OPENOUTCRY_URL=venue.url, **(account | variables))

    return run
