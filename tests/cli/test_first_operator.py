"""Who runs a venue that has no users yet: made in the directory of a stopped venue."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from venue_process import VenueProcess, venue_on_disk

Run = Callable[..., Any]
PASSWORD = {"OPENOUTCRY_NEW_PASSWORD": "a-long-password"}


@pytest.fixture
def served() -> Iterator[VenueProcess]:
    with venue_on_disk(command="serve") as venue:
        yield venue


def test_first_operator_logs_in_to_a_venue_of_ones_own(
    openoutcry: Run, served: VenueProcess
) -> None:
    data = served.directory / "data"
    create = ("user", "create", "root", "--role", "operator", "--data", data)
    made = openoutcry(*create, **PASSWORD)
    assert (made.returncode, made.stdout) == (0, "operator root made\n"), made.stderr
    again = openoutcry(*create, **PASSWORD)
    assert (again.returncode, again.stderr) == (1, "openoutcry: There is a user root already.\n")

    served.start()
    listed = openoutcry(
        "user",
        "list",
        "--url",
        served.url,
        OPENOUTCRY_USERNAME="root",
        OPENOUTCRY_PASSWORD="a-long-password",
    )
    assert listed.returncode == 0, listed.stderr
    assert "root" in listed.stdout

    running = openoutcry("user", "create", "two", "--role", "operator", "--data", data, **PASSWORD)
    assert running.returncode == 1
    assert "is in use by process" in running.stderr
