"""The embedded PostgreSQL: where it runs, who reaches it, and what a killed venue leaves behind."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from openoutcry.database import embedded
from openoutcry.database.account import ServerAccount, server_account
from openoutcry.database.binaries import WHEEL_PACKAGE, find_binaries
from openoutcry.database.embedded import EmbeddedServer
from openoutcry.database.postmaster import read_postmaster, serves
from openoutcry.errors import StartError

AS_ROOT = os.geteuid() == 0
REPOSITORY = Path(__file__).parents[2]
Wait = Callable[[Callable[[], bool]], None]

STARTER = """
import sys, time
from pathlib import Path
from openoutcry.database.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.start()
print("ready", flush=True)
time.sleep(600)
"""


def cluster(directory: Path) -> Path:
    return directory / "postgres" / "data"


def postmaster_pid(directory: Path) -> int:
    claim = read_postmaster(cluster(directory))
    assert claim is not None
    return claim.pid


def status(directory: Path) -> str | None:
    claim = read_postmaster(cluster(directory))
    return claim.status if claim else None


def ask(server: EmbeddedServer, question: str) -> object:
    with psycopg.connect(server.conninfo) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    """A directory with a cluster that these tests share, because making one takes a second.

    Each leaves it as it found it: sound, and with no server on it.
    """
    with tempfile.TemporaryDirectory(prefix="openoutcry-test-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o711)
        with started(folder):
            pass
        yield folder


@contextlib.contextmanager
def moved(directory: Path, to: Path) -> Iterator[None]:
    """Let the cluster's files be those of the venue on another directory."""
    to.mkdir(parents=True)
    (directory / "postgres").rename(to / "postgres")
    try:
        yield
    finally:
        (to / "postgres").rename(directory / "postgres")


@contextlib.contextmanager
def started(directory: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(directory)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def starter(directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another venue that starts the server; it ends by being killed."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, str(directory)], stdout=subprocess.PIPE, cwd=REPOSITORY
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_server_listens_on_its_socket_alone_and_syncs(venue_directory: Path) -> None:
    with started(venue_directory) as server:
        assert ask(server, "SHOW listen_addresses") == ""
        assert ask(server, "SHOW fsync") == "on"
        assert ask(server, "SHOW server_encoding") == "UTF8"
        assert ask(server, "SELECT count(*) FROM pg_hba_file_rules") == 1


def test_server_never_runs_as_root(directory: Path) -> None:
    with started(directory):
        uid = Path(f"/proc/{postmaster_pid(directory)}").stat().st_uid
    assert uid == cluster(directory).stat().st_uid
    assert uid != 0


def test_cluster_is_closed_to_other_users(directory: Path) -> None:
    with started(directory):
        assert cluster(directory).stat().st_mode & 0o077 == 0
        assert (directory / "postgres" / "socket").stat().st_mode & 0o077 == 0
        assert (directory / "postgres").stat().st_mode & 0o066 == 0


def test_second_start_finds_what_the_first_kept(directory: Path) -> None:
    with started(directory) as server, psycopg.connect(server.conninfo) as connection:
        connection.execute("CREATE TABLE stopped AS SELECT 1 AS one")
    with started(directory) as server:
        assert ask(server, "SELECT one FROM stopped") == 1


def test_stop_is_clean_and_leaves_no_process(directory: Path) -> None:
    with started(directory) as server:
        pid = postmaster_pid(directory)
    assert not server.running()
    assert not serves(pid, cluster(directory))
    assert "database system is shut down" in (directory / "postgres/server.log").read_text()


def test_stop_does_not_wait_for_those_still_connected(directory: Path) -> None:
    with started(directory) as server:
        connection = psycopg.connect(server.conninfo)
    assert not server.running()
    connection.close()


def test_server_is_out_of_reach_of_the_terminals_interrupt(directory: Path) -> None:
    with started(directory):
        assert os.getsid(postmaster_pid(directory)) != os.getsid(0)


def test_next_start_adopts_the_server_of_a_killed_venue(directory: Path) -> None:
    with starter(directory) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        other.kill()
        other.wait()
        pid = postmaster_pid(directory)
        with started(directory) as server:
            assert postmaster_pid(directory) == pid
            assert ask(server, "SELECT 1") == 1
        assert not serves(pid, cluster(directory))


def test_adoption_needs_no_right_to_follow_another_users_links(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with started(directory):
        pid = postmaster_pid(directory)
        same = Path.samefile

        def forbidden(path: Path, other: Path) -> bool:
            if path.name == "cwd":
                raise PermissionError
            return same(path, other)

        monkeypatch.setattr(Path, "samefile", forbidden)
        assert serves(pid, cluster(directory))
        assert not serves(pid, directory)


def test_start_waits_for_a_server_that_is_stopping(directory: Path, eventually: Wait) -> None:
    with started(directory) as server:
        pid = postmaster_pid(directory)
        connection = psycopg.connect(server.conninfo)
        os.kill(pid, signal.SIGTERM)  # a smart stop: it waits for the connection
        eventually(lambda: status(directory) == "stopping")
        with subprocess.Popen(
            [sys.executable, "-c", STARTER, str(directory)],
            stdout=subprocess.PIPE,
            cwd=REPOSITORY,
        ) as next_venue:
            assert serves(pid, cluster(directory))
            connection.close()
            assert next_venue.stdout is not None
            assert next_venue.stdout.readline() == b"ready\n"
            assert postmaster_pid(directory) != pid
            next_venue.kill()
    with started(directory):
        pass


def test_start_after_a_power_cut_recovers(directory: Path, eventually: Wait) -> None:
    with started(directory) as server:
        with psycopg.connect(server.conninfo) as connection:
            connection.execute("CREATE TABLE cut_off AS SELECT 1 AS one")
        os.kill(postmaster_pid(directory), signal.SIGKILL)
        eventually(lambda: not server.running())
    assert (cluster(directory) / "postmaster.pid").exists()
    with started(directory) as server:
        assert ask(server, "SELECT one FROM cut_off") == 1


def test_claim_of_a_stranger_with_the_same_number_is_stale(directory: Path) -> None:
    with started(directory):
        claim = (cluster(directory) / "postmaster.pid").read_text()
    account = server_account(cluster(directory))
    with account.popen(["/bin/sleep", "600"]) as stranger:
        lines = claim.splitlines()
        lines[0] = str(stranger.pid)
        file = cluster(directory) / "postmaster.pid"
        file.write_text("\n".join(lines) + "\n")
        account.own(file)
        with started(directory) as server:
            assert ask(server, "SELECT 1") == 1
        stranger.kill()


def test_cluster_that_was_never_finished_is_made_anew(
    venue_directory: Path, eventually: Wait
) -> None:
    root = venue_directory / "postgres"
    with starter(venue_directory) as other:
        eventually(lambda: any(root.glob("initdb.*/data/base")))
        other.kill()
        other.wait()
    assert not cluster(venue_directory).exists()
    with started(venue_directory) as server:
        assert ask(server, "SELECT 1") == 1
    with started(venue_directory):
        assert list(root.glob("initdb.*")) == []


def test_start_that_is_abandoned_gives_up(venue_directory: Path) -> None:
    server = EmbeddedServer(venue_directory)
    server.abandon()
    with pytest.raises(StartError):
        server.start()
    server.stop()
    assert not server.running()


def test_socket_moves_where_its_path_is_too_long(directory: Path) -> None:
    far = directory / ("a" * 60) / ("b" * 60)
    with moved(directory, far), started(far) as server:
        assert ask(server, "SELECT 1") == 1
        folder = Path(str(ask(server, "SHOW unix_socket_directories")))
        assert len(str(folder)) < 60
    assert not folder.exists()


def test_directory_name_may_hold_anything(directory: Path) -> None:
    odd = directory / "o'brien's \\ 100% venue"
    with moved(directory, odd), started(odd) as server:
        assert ask(server, "SELECT 1") == 1


def test_log_does_not_grow_without_end(directory: Path) -> None:
    log = directory / "postgres/server.log"
    with log.open("ab") as file:
        file.write(b"x" * (2 << 20))
    with started(directory):
        pass
    assert log.stat().st_size < 1 << 20
    assert (directory / "postgres/server.log.1").stat().st_size > 1 << 20


def test_directory_out_of_the_databases_users_reach_is_one_clear_line(
    venue_directory: Path,
) -> None:
    closed = venue_directory / "closed"
    closed.mkdir(mode=0o700 if AS_ROOT else 0o500)
    with pytest.raises(StartError) as refusal:
        EmbeddedServer(closed / "venue").start()
    assert str(closed) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_file_in_the_directorys_place_is_one_clear_line(venue_directory: Path) -> None:
    (venue_directory / "file").touch()
    with pytest.raises(StartError, match="file"):
        EmbeddedServer(venue_directory / "file").start()


def test_cluster_of_another_version_is_named(directory: Path) -> None:
    file = cluster(directory) / "PG_VERSION"
    version = file.read_text()
    file.write_text("9\n")
    with pytest.raises(StartError, match="no PostgreSQL version 9"):
        EmbeddedServer(directory).start()
    file.write_text(version)


def test_open_cluster_is_refused_in_the_servers_words(directory: Path) -> None:
    cluster(directory).chmod(0o755)
    with pytest.raises(StartError, match="invalid permissions"):
        EmbeddedServer(directory).start()
    cluster(directory).chmod(0o700)


def test_programs_out_of_the_servers_reach_are_copied(
    venue_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.find_spec(WHEEL_PACKAGE)
    assert spec is not None
    package = Path((spec.submodule_search_locations or [""])[0])
    closed = venue_directory / "closed"
    closed.mkdir(mode=0o700)
    for name in (package.name, package.name + ".libs"):
        if package.with_name(name).exists():
            (closed / name).symlink_to(package.with_name(name))
    location = SimpleNamespace(submodule_search_locations=[str(closed / package.name)])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: location)
    for _ in range(2):
        with started(venue_directory / "venue") as server:
            assert ask(server, "SELECT 1") == 1
    copies = list((venue_directory / "venue/postgres").glob("server-*"))
    assert len(copies) == (1 if AS_ROOT else 0)


def test_system_postgresql_serves_where_there_is_no_wheel(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = server_account(directory / "none")
    wheel = find_binaries(account, directory, None).folder
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: str(wheel / "postgres"))
    with started(directory) as server:
        assert ask(server, "SELECT 1") == 1


def test_machine_without_postgresql_is_one_clear_line(
    venue_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr("openoutcry.database.binaries.SYSTEM_FOLDERS", ())
    with pytest.raises(StartError, match="install"):
        EmbeddedServer(venue_directory).start()


def test_root_without_the_right_to_change_users_is_one_clear_line() -> None:
    account = ServerAccount(54_321, 54_321, "stranger", differs=True)

    def attempt() -> None:
        with pytest.raises(StartError, match="ordinary user"):
            account.popen(["/bin/true"])

    as_ordinary_user(attempt)


def test_ordinary_user_runs_the_server_alone(
    venue_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As root, with the programs copied to where that user reaches them, wherever the tests are.
    account = server_account(venue_directory / "none")
    binaries = find_binaries(account, venue_directory, None)
    monkeypatch.setattr(embedded, "find_binaries", lambda *_: binaries)
    home = venue_directory / "home"
    home.mkdir()
    account.own(home)

    def attempt() -> None:
        for _ in range(2):
            with started(home / "venue") as server:
                assert ask(server, "SELECT 1") == 1
        assert cluster(home / "venue").stat().st_uid == os.geteuid()

    as_ordinary_user(attempt)
    if AS_ROOT:
        # Root then runs it as the user that owns it.
        with started(home / "venue") as server:
            assert ask(server, "SELECT 1") == 1


def as_ordinary_user(attempt: Callable[[], None]) -> None:
    """Run `attempt` in a process without root's rights; its failure is the test's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # forking beside threads, which the child does not need
        child = os.fork()
    if child == 0:
        failed = 1
        try:
            if AS_ROOT:
                account = server_account(Path("/nonexistent"))
                os.setgroups([])
                os.setgid(account.gid)
                os.setuid(account.uid)
            attempt()
            failed = 0
        except BaseException as error:  # noqa: BLE001 - told to the parent
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(failed)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
