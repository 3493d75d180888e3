"""The venue's own PostgreSQL: started, adopted and stopped by the venue, on a Unix socket alone."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from openoutcry.database.account import ServerAccount, server_account
from openoutcry.database.binaries import Binaries, find_binaries
from openoutcry.database.cluster import DATABASE, ROLE, Cluster
from openoutcry.database.postmaster import (
    Postmaster,
    read_postmaster,
    remove_stale_claim,
    serves,
)
from openoutcry.errors import StartError

# Recovery after a crash takes as long as its write-ahead log is; a server that still works at it
# is left alone, and the next start adopts it.
START_SECONDS = 120
# A fast stop takes a fraction of a second. The immediate one that follows loses nothing either:
# the next start recovers.
FAST_STOP_SECONDS = 4
IMMEDIATE_STOP_SECONDS = 2
# For how long back ends of a killed server may hold on to its memory.
LINGER_SECONDS = 15
_POLL_SECONDS = 0.01

SETTINGS = {
    "listen_addresses": "",
    "port": "5432",  # part of the socket's name only
    "unix_socket_permissions": "0700",
    "max_connections": "40",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Starts, stops and crashes. Errors of statements are told to the venue, which logs its own.
    "log_min_messages": "log",
    "log_checkpoints": "off",
    "logging_collector": "off",
    "log_destination": "stderr",
}


class EmbeddedServer:
    """A PostgreSQL on `DIR/postgres`. Its methods block: call them from a thread.

    The server lives in a session of its own, so that Ctrl-C in the venue's terminal leaves it to
    the venue, and it outlives a venue that is killed: the next one adopts it.
    """

    def __init__(self, directory: Path) -> None:
        """directory: the venue's data directory; created by `start` if absent."""
        self._cluster = Cluster(directory.absolute())
        self._process: subprocess.Popen[bytes] | None = None
        self._pid: int | None = None
        self._socket_folder: Path | None = None
        self._abandoned = threading.Event()

    @property
    def conninfo(self) -> str:
        """The libpq connection string of the running server; it holds no secret."""
        folder = str(self._socket_folder).replace("\\", "\\\\").replace("'", "\\'")
        return f"host='{folder}' port={SETTINGS['port']} user={ROLE} dbname={DATABASE}"

    @property
    def initialised(self) -> bool:
        """Whether there is a cluster already."""
        return self._cluster.data.exists()

    @property
    def serving(self) -> bool:
        """Whether a server runs on the cluster, whoever started it."""
        claim = read_postmaster(self._cluster.data)
        return claim is not None and serves(claim.pid, self._cluster.data)

    def start(self) -> None:
        """Return once the server accepts connections: one found running, else one started now.

        Raises StartError, in one line, when that is not possible here.
        """
        try:
            account = server_account(self._cluster.data)
            self._cluster.prepare(account)
            if not self._adopt_at_once():
                binaries = find_binaries(account, self._cluster.root, self._cluster.major)
                self._cluster.initialise(binaries, account, self._abandoned)
                self._bring_up(binaries, account)
        except OSError as error:
            raise StartError(f"{error.filename or self._cluster.root}: {error.strerror}") from None

    def running(self) -> bool:
        """Whether the server's process lives."""
        if self._process is not None:
            return self._process.poll() is None
        return self._pid is not None and serves(self._pid, self._cluster.data)

    def abandon(self) -> None:
        """Make a `start` that is under way in another thread give up with StartError."""
        self._abandoned.set()

    def stop(self) -> None:
        """Stop the server, also one that an abandoned start has left half up."""
        if self._process is None and self._pid is None:
            return
        for order, patience in (
            (signal.SIGINT, FAST_STOP_SECONDS),
            (signal.SIGQUIT, IMMEDIATE_STOP_SECONDS),
        ):
            if self._signal(order) and self._gone_within(patience):
                break
        self._forget()

    def _adopt_at_once(self) -> bool:
        claim = read_postmaster(self._cluster.data)
        return claim is not None and self._adopt_if_ready(claim)

    def _adopt_if_ready(self, claim: Postmaster) -> bool:
        if claim.status != "ready" or claim.socket_folder is None:
            return False
        if not serves(claim.pid, self._cluster.data):
            return False
        self._pid = claim.pid
        self._socket_folder = claim.socket_folder
        return True

    def _bring_up(self, binaries: Binaries, account: ServerAccount) -> None:
        """Wait for another's server to become ready or to be gone; launch our own if it is."""
        now = time.monotonic()
        deadline, lingering = now + START_SECONDS, now + LINGER_SECONDS
        log_start = 0
        while not self._abandoned.wait(_POLL_SECONDS):
            if time.monotonic() > deadline:
                raise StartError(
                    f"PostgreSQL has not become ready within {START_SECONDS} s:"
                    f" see {self._cluster.log}"
                )
            claim = read_postmaster(self._cluster.data)
            if claim is not None and serves(claim.pid, self._cluster.data):
                if self._adopt_if_ready(claim):
                    return
            elif self._process is None:
                if claim is not None:
                    remove_stale_claim(self._cluster.data, claim)
                log_start = self._launch(binaries, account)
            elif self._process.poll() is not None:
                self._process = None
                words = self._cluster.last_words(log_start)
                if "still in use" not in words or time.monotonic() > lingering:
                    raise StartError(f"PostgreSQL does not start: {words}")
        raise StartError("the start of PostgreSQL was abandoned")

    def _launch(self, binaries: Binaries, account: ServerAccount) -> int:
        """Start the server and return where its words begin in the log."""
        self._socket_folder = self._cluster.socket_folder(account)
        settings = SETTINGS | {
            "unix_socket_directories": str(self._socket_folder),
            "hba_file": str(self._cluster.access),
            "ident_file": str(self._cluster.users),
        }
        command = [binaries.postgres, "-D", str(self._cluster.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self._cluster.open_log() as log:
            start = log.tell()
            self._process = account.popen(command, output=log)
        return start

    def _signal(self, order: signal.Signals) -> bool:
        """Send `order` to the server; False once there is none."""
        if not self.running():
            return False
        pid = self._process.pid if self._process is not None else self._pid
        assert pid is not None
        try:
            os.kill(pid, order)
        except ProcessLookupError:
            return False
        return True

    def _gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.running():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def _forget(self) -> None:
        folder = self._socket_folder
        if folder is not None and folder.parent != self._cluster.root:
            with contextlib.suppress(OSError):
                folder.rmdir()
        self._process = self._pid = self._socket_folder = None
