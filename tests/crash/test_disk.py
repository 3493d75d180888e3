"""A disk that fills up, permissions that go, and what the kernel was really asked to sync."""

import contextlib
import os
import re
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_process import NOBODY, EngineProcess

BATCH = 4_000
SMALL_DISK = "2m"
# Beyond the room that a journal reserves when it is made.
FILE_LIMIT = 72 << 20


@pytest.fixture
def data(venue_directory: Path) -> Path:
    return venue_directory / "data"


@contextlib.contextmanager
def small_disk(journal: Path) -> Iterator[bool]:
    """A tmpfs in the place of the journal's folder; false where none may be mounted."""
    journal.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(journal)]
    mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(journal)], check=True)


def limit_files(process_id: int) -> None:
    """Where nothing can be mounted, a bound on the size of a file fills up just as well."""
    resource.prlimit(process_id, resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))


def test_a_full_disk_stops_the_venue_and_room_starts_it_again(data: Path) -> None:
    """All that was answered is there, nothing more is taken, and one line says why."""
    journal = data / "journal"
    with small_disk(journal) as mounted:
        batch = BATCH if mounted else 20 * BATCH
        with EngineProcess(directory=data) as engine:
            if not mounted:
                limit_files(engine.process_id)
            assert engine.answer()[0] == "open"
            last = 0
            while True:
                engine.ask(batch)
                word, first, rest = engine.answer()
                if word == "failed":
                    break
                assert int(first) == last + 1 or last == 0
                last = int(rest)
            assert last > 0
            assert "journal" in rest
            engine.ask(2)
            assert engine.answer()[0] == "failed", "room alone does not mend a journal"
        if mounted:
            subprocess.run(["mount", "-o", "remount,size=64m", "tmpfs", str(journal)], check=True)
        with EngineProcess(directory=data) as engine:
            opened, sequence = engine.answer()
            assert opened == "open"
            assert int(sequence) >= last
            engine.ask(2)
            assert engine.answer()[:2] == ["ok", str(int(sequence) + 1)]


def test_a_directory_without_permission_is_refused_and_left_alone(data: Path) -> None:
    user = NOBODY if os.geteuid() == 0 else None
    with EngineProcess(directory=data) as engine:
        assert engine.answer()[0] == "open"
        engine.ask(10)
        assert engine.answer()[0] == "ok"
    journal = data / "journal"
    before = {path.name: path.read_bytes() for path in journal.iterdir()}
    if user is not None:
        for path in [data, *data.rglob("*")]:
            os.chown(path, user, user)
    journal.chmod(0)
    refused = EngineProcess(directory=data, user=user)
    code, errors = refused.end()
    journal.chmod(0o755)
    assert code == 1
    assert errors.count("\n") == 1, errors
    assert "Permission denied" in errors
    assert {path.name: path.read_bytes() for path in journal.iterdir()} == before
    with EngineProcess(directory=data, user=user) as engine:
        assert engine.answer()[0] == "open"


def test_permissions_that_go_under_a_running_venue_cost_nothing(data: Path) -> None:
    with EngineProcess(directory=data) as engine:
        assert engine.answer()[0] == "open"
        (data / "journal").chmod(0)
        engine.ask(BATCH)
        last = engine.answer()
        assert last[0] == "ok"
    (data / "journal").chmod(0o755)
    with EngineProcess(directory=data) as engine:
        assert engine.answer()[:2] == ["open", last[2]]


CALL = re.compile(r"^\d+ +(?P<call>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)")
BEGUN = re.compile(r"^(?P<thread>\d+) +(?P<call>\w+)\((?P<arguments>.*) <unfinished")
ENDED = re.compile(r"^(?P<thread>\d+) +<\.\.\. (?P<call>\w+) resumed>.* = (?P<result>-?\d+)")


def calls(trace: str) -> Iterator[tuple[str, str, str]]:
    """Each call as it ends, and before that each write as it begins: name, arguments, stage."""
    pending: dict[tuple[str, str], str] = {}
    for line in trace.splitlines():
        if whole := CALL.match(line):
            yield whole["call"], whole["arguments"], "begins"
            yield whole["call"], whole["arguments"], "ends"
        elif begun := BEGUN.match(line):
            pending[begun["thread"], begun["call"]] = begun["arguments"]
            yield begun["call"], begun["arguments"], "begins"
        elif ended := ENDED.match(line):
            arguments = pending.pop((ended["thread"], ended["call"]), "")
            yield ended["call"], arguments, "ends"


def answers_after_their_sync(trace: str) -> list[bool]:
    """For each answer that was printed, whether all that was written before it was synced."""
    unsynced, syncing, answers = 0, 0, []
    for call, arguments, stage in calls(trace):
        if call == "pwrite64" and ".log>" in arguments and stage == "begins":
            unsynced += 1
        elif call == "fdatasync" and ".log>" in arguments and stage == "begins":
            syncing = unsynced
        elif call == "fdatasync" and ".log>" in arguments:
            # What was written while the sync ran is not covered by it.
            unsynced -= syncing
        elif call == "write" and '"ok"' in arguments and stage == "begins":
            answers.append(unsynced == 0)
    return answers


def test_every_acknowledgement_follows_the_sync_that_covers_it(data: Path, tmp_path: Path) -> None:
    """As the kernel saw it: a frame's write ends, a sync begins and ends, an answer is printed."""
    strace = shutil.which("strace")
    assert strace is not None, "strace is missing: run scripts/strace"
    log = tmp_path / "calls"
    watched = "trace=pwrite64,fdatasync,write"
    watch = [strace, "-f", "-y", "-s", "16", "-e", watched, "-o", str(log)]
    rounds = 50
    with EngineProcess(*watch, directory=data) as engine:
        assert engine.answer()[0] == "open"
        for _ in range(rounds):
            engine.ask(2)
            assert engine.answer()[0] == "ok"
        engine.end()
    assert answers_after_their_sync(log.read_text()) == [True] * rounds


def test_an_answer_before_its_sync_would_be_seen() -> None:
    write, sync = "1 pwrite64(6</j/1.log>, 1, 1) = 1", "1 fdatasync(6</j/1.log>) = 0"
    begins, ends = "2 fdatasync(6</j/1.log> <unfinished ...>", "2 <... fdatasync resumed>) = 0"
    answer = '1 write(1</out>, "ok", 2) = 2'
    for good in (
        [write, sync, answer],
        [write, begins, ends, answer],
        [write, write, sync, answer],
    ):
        assert answers_after_their_sync("\n".join(good)) == [True]
    for bad in (
        [write, answer, sync],
        [write, begins, answer, ends],
        [begins, write, ends, answer],
    ):
        assert answers_after_their_sync("\n".join(bad)) == [False]
