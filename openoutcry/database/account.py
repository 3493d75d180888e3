"""The operating-system user that PostgreSQL runs as: it refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from openoutcry.errors import StartError

# Tried in this order when the venue runs as root and no cluster says otherwise.
UNPRIVILEGED = ("postgres", "nobody")

# Nothing of the venue's environment reaches the server: PGDATA, PGPORT and their kin would change
# what it does, and messages must be in English to be recognised.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

# Prints the first directory of the list that cannot be entered.
_FIRST_CLOSED = 'for d do cd -- "$d" 2>/dev/null || { printf %s "$d"; exit 1; }; done'


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """The user that owns the cluster; `differs` when the venue has to change to it, as root."""

    uid: int
    gid: int
    name: str
    differs: bool

    def popen(
        self, command: Sequence[str], *, output: int | IO[bytes] = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """Start `command` as this user, in a session of its own, out of reach of Ctrl-C.

        output: where standard output and standard error go together.
        Raises OSError when the program cannot be executed, StartError when the user cannot change.
        """
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=ENVIRONMENT,
                umask=0o077,
                start_new_session=True,
                user=self.uid if self.differs else None,
                group=self.gid if self.differs else None,
                extra_groups=[] if self.differs else None,
            )
        except PermissionError as error:
            if error.errno == 1:  # EPERM is setuid's; a program out of reach is EACCES
                raise StartError(
                    f"PostgreSQL cannot run as root and this process may not change to user"
                    f" {self.name}: start the venue as an ordinary user"
                ) from None
            raise

    def first_closed(self, directory: Path) -> Path | None:
        """Return the first folder on the way to `directory` that this user cannot enter, if any."""
        way = [str(folder) for folder in (*reversed(directory.parents), directory)]
        with self.popen(
            ["/bin/sh", "-c", _FIRST_CLOSED, "sh", *way], output=subprocess.PIPE
        ) as process:
            output, _ = process.communicate()
        return Path(os.fsdecode(output)) if process.returncode else None

    def own(self, path: Path) -> None:
        """Give a file or folder that the venue has just made to this user."""
        if self.differs:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_account(cluster: Path) -> ServerAccount:
    """Choose the user for a cluster: the one that owns it, else the venue's own, unless root.

    Raises StartError for a cluster of a user that this process cannot become, and on a machine
    without an unprivileged user.
    """
    own = os.geteuid()
    owner = cluster.stat().st_uid if cluster.exists() else own
    if owner == own != 0:
        return ServerAccount(own, os.getegid(), _name(own), differs=False)
    if own != 0:
        raise StartError(f"{cluster} belongs to user {_name(owner)}: start the venue as that user")
    if owner != 0:
        try:
            entry = pwd.getpwuid(owner)
        except KeyError:
            raise StartError(f"{cluster} belongs to user {owner}, who is unknown here") from None
        return ServerAccount(owner, entry.pw_gid, entry.pw_name, differs=True)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerAccount(entry.pw_uid, entry.pw_gid, name, differs=True)
    raise StartError(
        "PostgreSQL cannot run as root and there is no user postgres or nobody to run it as"
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
