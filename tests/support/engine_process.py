"""An engine in a process of its own: `DIRECTORY [--user ID]`, then one number of orders a line.

Each line is answered with `ok FIRST LAST` once so many orders are answered, or with `failed WHY`.
"""

import argparse
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Self

NOBODY = 65534


class EngineProcess:
    """The process, from the side of the test."""

    def __init__(self, *command: str, directory: Path, user: int | None = None) -> None:
        options = [] if user is None else ["--user", str(user)]
        self._process = subprocess.Popen(
            [*command, sys.executable, __file__, str(directory), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ending: object) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def process_id(self) -> int:
        return self._process.pid

    def ask(self, orders: int) -> None:
        """Send so many orders in one batch; they alternate, and each fills the one before."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{orders}\n")
        self._process.stdin.flush()

    def answer(self) -> list[str]:
        """The words of the next line, none when the process has ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n").split(maxsplit=2)

    def end(self) -> tuple[int, str]:
        """Close its input and wait; its exit code and what it printed as errors."""
        _, errors = self._process.communicate(timeout=30)
        return self._process.returncode, errors


def _serve(directory: Path, user: int | None) -> None:
    from engine_venue import BUY, DOLLAR, GTC, LIMIT, SELL, Venue

    from openoutcry import _engine

    if user is not None:
        os.setuid(user)
    try:
        venue = Venue(directory)
        if venue.engine.status().sequence == 0:
            venue.found()
    except (_engine.EngineError, OSError) as error:
        raise SystemExit(str(error)) from None
    print("open", venue.engine.status().sequence, flush=True)
    pair = b"".join(
        _engine.new_order(account, 0, side, LIMIT, GTC, 1, 150 * DOLLAR)
        for account, side in ((2, SELL), (1, BUY))
    )
    for line in sys.stdin:
        print(*_batch(venue.engine, pair * (int(line) // 2), int(line)), flush=True)


def _batch(engine: object, commands: bytes, count: int) -> tuple[object, ...]:
    from openoutcry import _engine

    answers: list[_engine.Answer] = []
    try:
        engine.submit(commands)
        while len(answers) < count:
            select.select([engine.fileno()], [], [], 0.2)
            answers += engine.answers()
            failure = engine.status().failure
            if failure is not None and len(answers) < count:
                return ("failed", len(answers), failure)
    except _engine.EngineError as error:
        return ("failed", len(answers), error)
    return ("ok", answers[0].sequence, answers[-1].sequence)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path)
    parser.add_argument("--user", type=int)
    arguments = parser.parse_args()
    _serve(arguments.directory, arguments.user)
