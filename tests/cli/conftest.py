"""The command as a person runs it, and a venue for it to talk to."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from itch_day import Writer
from venue_process import VenueProcess, venue_on_disk

from openoutcry.cli import app


@dataclass(frozen=True, slots=True)
class Result:
    """What the command left behind."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Result]


@pytest.fixture
def openoutcry(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command, with variables as keywords and none of the developer's own."""

    def run(*arguments: object, **variables: str) -> Result:
        with monkeypatch.context() as patch:
            for name in [key for key in os.environ if key.startswith("OPENOUTCRY_")]:
                patch.delenv(name)
            for name, value in variables.items():
                patch.setenv(name, value)
            capsys.readouterr()
            returncode = app.run([str(argument) for argument in arguments])
        return Result(returncode, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def venue() -> Iterator[VenueProcess]:
    """A quiet demo venue."""
    with venue_on_disk("--quiet") as process:
        process.start()
        yield process


@pytest.fixture
def operate(openoutcry: Run, venue: VenueProcess) -> Run:
    """Run the command as the operator of that venue."""

    def run(*arguments: object, **variables: str) -> Result:
        account = {"OPENOUTCRY_USERNAME": "operator", "OPENOUTCRY_PASSWORD": "operator-demo"}
        return openoutcry(*arguments, OPENOUTCRY_URL=venue.url, **(account | variables))

    return run


@pytest.fixture
def write_itch(tmp_path: Path) -> Callable[..., Path]:
    """Write a day of so many ITCH messages to a file of the test's own."""

    def write(name: str = "day.itch50", *, messages: int = 5_000, seed: int = 1) -> Path:
        path = tmp_path / name
        path.write_bytes(Writer(seed, ["AAPL", "MSFT"]).day(messages))
        return path

    return write
