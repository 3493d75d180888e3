"""The files of the embedded server: one directory, laid out so that a killed start leaves no trap.

DIR/postgres/            the venue's, closed to other users but the server's
├── data/                the cluster, the server's; appears whole, by a rename
├── socket/              the server's Unix socket, unless the path is too long for one
├── access.conf          who may connect: over the socket, as the venue's user, and nobody else
├── users.conf           which operating-system user that is
├── server.log           what the server says, with the last start's as server.log.1
└── server-18.4/         a copy of its programs, where it cannot reach the wheel's
"""

import os
import pwd
import shutil
import signal
import stat
import tempfile
import threading
from pathlib import Path
from typing import IO

from openoutcry.database.account import ServerAccount
from openoutcry.database.binaries import Binaries
from openoutcry.errors import StartError

# The database's superuser and the database itself. It is not a login of the machine.
ROLE = "openoutcry"
DATABASE = "postgres"

# A Unix socket's path must fit sockaddr_un with its NUL: 108 bytes on Linux, 104 on macOS.
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.5432"

_POLL_SECONDS = 0.01
_LOG_BYTES_KEPT = 1 << 20


class Cluster:
    """The embedded server's directory and its parts."""

    def __init__(self, directory: Path) -> None:
        """directory: the venue's data directory, absolute."""
        self.root = directory / "postgres"
        self.data = self.root / "data"
        self.log = self.root / "server.log"
        self.access = self.root / "access.conf"
        self.users = self.root / "users.conf"

    @property
    def major(self) -> int | None:
        """The version of PostgreSQL that made the cluster, None before there is one."""
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None
        except ValueError:
            raise StartError(f"{self.data / 'PG_VERSION'} is damaged") from None

    def prepare(self, account: ServerAccount) -> None:
        """Make the directory and write who may connect. Raises StartError if it cannot be used."""
        for folder in (*reversed(self.root.parents), self.root):
            if not folder.exists():
                folder.mkdir()
                # Whatever the umask: the server's user has to pass, and others see no names.
                folder.chmod(0o711 if account.differs else 0o700)
        closed = account.first_closed(self.root)
        if closed is not None:
            raise StartError(
                f"the database's user {account.name} cannot reach {self.root}: {closed} is closed"
                " to it; choose another directory or open that one with chmod o+x"
            )
        self._write(self.access, f"local all {ROLE} peer map=venue\n")
        self._write(self.users, f"venue {_own_name()} {ROLE}\n")

    def initialise(
        self, binaries: Binaries, account: ServerAccount, abandoned: threading.Event
    ) -> None:
        """Make the cluster unless it stands. What a killed attempt left behind is removed.

        Raises StartError when initdb fails or once `abandoned` is set.
        """
        for unfinished in self.root.glob("initdb.*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        if self.data.exists():
            return
        workshop = Path(tempfile.mkdtemp(prefix="initdb.", dir=self.root))
        account.own(workshop)
        made = workshop / "data"
        command = [binaries.initdb, "-D", str(made), "-U", ROLE, "--auth=peer"]
        command += ["--encoding=UTF8", "--locale=C"]
        with self.open_log() as log, account.popen(command, output=log) as process:
            start = log.tell()
            while process.poll() is None:
                if abandoned.wait(_POLL_SECONDS):
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode:
            raise StartError(f"PostgreSQL's initdb failed: {self.last_words(start)}")
        made.rename(self.data)
        _sync_folder(self.root)
        workshop.rmdir()

    def _write(self, file: Path, text: str) -> None:
        """Replace a file that the server reads, whatever stands in its place."""
        descriptor, name = tempfile.mkstemp(prefix=file.name, dir=self.root)
        with os.fdopen(descriptor, "w") as new:
            new.write(text)
            os.fchmod(descriptor, 0o644)
        Path(name).replace(file)

    def socket_folder(self, account: ServerAccount) -> Path:
        """Return an empty folder of the server's whose path leaves room for the socket's name."""
        folder = self.root / "socket"
        if len(os.fsencode(folder / SOCKET_NAME)) > LONGEST_SOCKET_PATH:
            # Not the temporary folder of the environment, which may be long or closed itself.
            folder = Path(tempfile.mkdtemp(prefix="openoutcry-", dir="/tmp"))
        else:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
        account.own(folder)
        return folder

    def open_log(self) -> IO[bytes]:
        """Open the server's log to append; one that has grown is set aside first."""
        try:
            status = self.log.lstat()
        except FileNotFoundError:
            pass
        else:
            if status.st_size > _LOG_BYTES_KEPT or not stat.S_ISREG(status.st_mode):
                self.log.replace(self.log.with_name("server.log.1"))
        descriptor = os.open(
            self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600
        )
        log = os.fdopen(descriptor, "wb")
        log.seek(0, os.SEEK_END)
        return log

    def last_words(self, start: int) -> str:
        """Return the line of the log since byte `start` that says why the server gave up."""
        with self.log.open("rb") as log:
            log.seek(start)
            lines = log.read(_LOG_BYTES_KEPT).decode(errors="replace").splitlines()
        for line in reversed(lines):
            for mark in ("FATAL:", "PANIC:", "error:"):
                if mark in line:
                    return line.partition(mark)[2].strip()
        return f"see {self.log}"


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise StartError(
            f"user {os.geteuid()} has no name on this machine, which PostgreSQL requires"
        ) from None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
