"""A demo venue in a process of its own, that a test may kill and start again."""

import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from openoutcry.database.embedded import EmbeddedServer
from openoutcry.database.postmaster import read_postmaster

START_S = 60
STOP_S = 10


def wait_for(condition: Callable[[], bool], what: str, *, within: float = START_S) -> None:
    """Return as soon as the condition holds; fail, saying `what`, when it does not in time."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def free_port() -> int:
    """A port that was free a moment ago: a venue that starts again keeps its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children_of(pid: int) -> list[int]:
    """The ids of the processes that `pid` has started and that live."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the name in brackets: state, parent.
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(status.parent.name))
    return found


class VenueProcess:
    """A venue on one directory and one port, however often it is started."""

    def __init__(self, directory: Path, command: str, *options: str) -> None:
        self.directory = directory
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.fix_port = free_port()
        self._command = command
        self._options = options
        self._log = directory / "venue.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def output(self) -> str:
        """All that it printed, in all its lives."""
        return self._log.read_text()

    def start(self) -> None:
        """Start, and return when it takes orders."""
        address = f"127.0.0.1:{self.port}"
        fix = f"127.0.0.1:{self.fix_port}"
        data = str(self.directory / "data")
        arguments = [self._command, "--data", data, "--http", address, "--fix", fix]
        already = len(self.output) if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "openoutcry", *arguments, *self._options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        # Said once the address is its own: what answers there before may be another's venue.
        said = f" at {self.url}\n"
        wait_for(
            lambda: (
                self._process.poll() is not None
                or (said in self.output[already:] and self._ready())
            ),
            "venue is not ready",
        )
        assert self._process.poll() is None, self.output

    def kill(self) -> None:
        """End it as a power cut would: at once, and without a word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """Wait until it has ended, having been asked to; its exit code."""
        assert self._process is not None
        return self._process.wait(STOP_S)

    def close(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if read_postmaster(self.directory / "data" / "postgres" / "data") is not None:
            server = EmbeddedServer(self.directory / "data")
            server.start()
            server.stop()

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def venue_on_disk(*options: str, command: str = "demo") -> Iterator[VenueProcess]:
    """A venue, not started yet, on a directory that its database's user can reach."""
    with tempfile.TemporaryDirectory(prefix="openoutcry-test-") as name:
        directory = Path(name).resolve()
        directory.chmod(0o711)
        venue = VenueProcess(directory, command, *options)
        try:
            yield venue
        finally:
            venue.close()
