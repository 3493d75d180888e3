"""The samples of docs/client.md are run as they stand, against a venue of the test's own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from venue_process import VenueProcess, venue_on_disk

PAGE = (Path(__file__).parents[2] / "docs" / "client.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
(COMMANDS,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
ADDRESS = "http://127.0.0.1:8080"


@pytest.fixture(scope="module")
def venue() -> Iterator[VenueProcess]:
    with venue_on_disk("--quiet") as process:
        process.start()
        yield process


def run(arguments: list[str], **variables: str) -> str:
    done = subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | variables,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_program_runs(venue: VenueProcess, program: str, tmp_path: Path) -> None:
    assert ADDRESS in program
    path = tmp_path / "program.py"
    path.write_text(program.replace(ADDRESS, venue.url))
    assert run([sys.executable, str(path)])


def test_commands_run_one_after_the_other(venue: VenueProcess, tmp_path: Path) -> None:
    variables = {
        "OPENOUTCRY_URL": venue.url,
        "OPENOUTCRY_PASSWORD": "alice-demo",
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    lines = [line.partition("#")[0].split() for line in COMMANDS.splitlines()]
    for line in lines:
        assert line[0] == "openoutcry"
        assert run([sys.executable, "-m", *line], **variables)
