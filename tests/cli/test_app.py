"""The command's manners: quick help, one line of error, exit codes 0, 1 and 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from openoutcry.cli import app
from openoutcry.errors import OpenOutcryError


def openoutcry(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "openoutcry", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--version"]])
def test_asking_for_help_succeeds(arguments: list[str]) -> None:
    result = openoutcry(*arguments)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout


@pytest.mark.parametrize("name", list(app.COMMANDS))
def test_every_command_is_in_the_table_of_help_and_has_its_own(name: str) -> None:
    assert name in openoutcry("--help").stdout
    result = openoutcry(name, "--help")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [["trade"], ["--nope"], ["serve", "--nope"], ["serve", "extra"], ["serve", "--http", "x"]],
)
def test_bad_usage_is_one_line_and_exit_2(arguments: list[str]) -> None:
    result = openoutcry(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("openoutcry: ")
    assert result.stderr.count("\n") == 1


def test_help_loads_neither_engine_nor_servers() -> None:
    heavy = ["openoutcry._engine", "fastapi", "uvicorn", "psycopg", "sqlalchemy", "alembic"]
    program = (
        "import sys; from openoutcry.cli.app import run; run(['--help']);"
        f"sys.exit(' '.join(name for name in {heavy} if name in sys.modules) or 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("error", "exit_code", "line"),
    [
        (OpenOutcryError("the journal\nis damaged"), 1, "openoutcry: the journal is damaged\n"),
        (KeyError("price"), 1, "openoutcry: internal error: KeyError: 'price'\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_failure_is_one_line_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    exit_code: int,
    line: str,
) -> None:
    def build(_: list[str]) -> None:
        raise error

    monkeypatch.setattr(app, "build", build)
    assert app.run([]) == exit_code
    assert capsys.readouterr().err == line


def test_ctrl_c_while_the_command_is_being_imported_ends_it_quietly(tmp_path: Path) -> None:
    # In place of the first library that the command imports: the key is pressed at that moment.
    (tmp_path / "typer.py").write_text("import signal; signal.raise_signal(signal.SIGINT)\n")
    result = subprocess.run(
        [sys.executable, "-m", "openoutcry", "--help"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")
