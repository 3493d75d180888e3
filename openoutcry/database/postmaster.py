"""The running server, told from what it writes into `postmaster.pid`."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from openoutcry.database.account import ENVIRONMENT

# Lines of postmaster.pid, counted from 0 (PostgreSQL, src/include/utils/pidfile.h).
_PID, _SOCKET_FOLDER, _STATUS = 0, 4, 7


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A server's claim on a cluster; `status` is "starting", "ready", "stopping" or "standby"."""

    pid: int
    socket_folder: Path | None
    status: str


def read_postmaster(cluster: Path) -> Postmaster | None:
    """Return what `postmaster.pid` says, None where there is none or it is not written yet."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        pid = int(lines[_PID])
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
        return None
    folder = lines[_SOCKET_FOLDER] if len(lines) > _SOCKET_FOLDER else ""
    status = lines[_STATUS].strip() if len(lines) > _STATUS else "starting"
    return Postmaster(pid, Path(folder) if folder else None, status)


def serves(pid: int, cluster: Path) -> bool:
    """Whether process `pid` is a postgres on this cluster, and not a stranger with its number."""
    process = Path("/proc") / str(pid)
    if not Path("/proc/self").exists():
        return _ps_names(pid, cluster)
    try:
        if (process / "comm").read_text().strip() != "postgres":
            return False
        return process.joinpath("cwd").samefile(cluster)
    except PermissionError:
        # Root in a container may not follow another user's links, but reads its command line.
        return _is_named(process, cluster)
    except OSError:
        return False


def _is_named(process: Path, cluster: Path) -> bool:
    try:
        arguments = (process / "cmdline").read_bytes().split(b"\0")
        return Path(os.fsdecode(arguments[arguments.index(b"-D") + 1])).samefile(cluster)
    except (OSError, ValueError, IndexError):
        return False


def _ps_names(pid: int, cluster: Path) -> bool:
    answer = subprocess.run(
        ["/bin/ps", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        check=False,
        env=ENVIRONMENT,
    ).stdout
    return b"postgres" in answer and os.fsencode(cluster) in answer


def remove_stale_claim(cluster: Path, claim: Postmaster) -> None:
    """Remove a claim whose process number now belongs to a stranger.

    PostgreSQL removes the claim of a dead process by itself but respects that of any live one of
    its own user. Back ends that outlived their server are found by their shared memory, which it
    looks up by the cluster and not by this file.
    """
    try:
        os.kill(claim.pid, 0)
    except ProcessLookupError:
        return
    except PermissionError:
        pass
    (cluster / "postmaster.pid").unlink(missing_ok=True)
