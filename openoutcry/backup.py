"""A venue's records in another place, and back: the journal and all that it cannot bring back.

A backup is a directory: `journal/`, `archive/` and `snapshots/` as in a data directory,
`database/` with the tables of users, credentials and settings, `keys/` with the key that tokens are
signed with, `settings.toml` if the venue was given one, and `backup.json`, which is written last.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import msgspec
import psycopg

from openoutcry._engine import Copied, EngineError, Verified, copy_journal, verify
from openoutcry.database import Database
from openoutcry.database.dump import DatabaseNotEmpty, dump_tables, load_tables
from openoutcry.database.embedded import EmbeddedServer
from openoutcry.errors import OpenOutcryError, StartError
from openoutcry.progress import progress_bar

_FORMAT = 1
_ABOUT = "backup.json"

T = TypeVar("T")


class BackupError(OpenOutcryError):
    """No backup could be made, or none be restored; nothing is left of the attempt."""


class About(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a backup holds: commands up to `sequence`, logged at `time_ns`, and `rows` of tables."""

    format: int
    sequence: int
    time_ns: int
    rows: int


def make_backup(directory: Path, url: str | None, config: Path | None, target: Path) -> About:
    """Back up the venue on `directory`, which may be running, into the new directory `target`.

    url: of the firm's own database. config: the venue's settings file. Raises BackupError.
    """
    if not (directory / "journal").is_dir():
        raise BackupError(f"{directory}: there is no venue")
    with _made_whole(target) as unfinished:
        copied = _copy(directory, unfinished, "backup")
        with suppress(FileNotFoundError):
            (unfinished / "lock").unlink()
        tables = unfinished / "database"
        tables.mkdir(mode=0o700)
        rows = _dump(directory, url, tables)
        _copy_secret(directory / "keys" / "token.key", unfinished / "keys" / "token.key")
        if config is not None:
            _copy_secret(config, unfinished / "settings.toml")
        about = About(format=_FORMAT, sequence=copied.sequence, time_ns=copied.time_ns, rows=rows)
        (unfinished / _ABOUT).write_bytes(msgspec.json.encode(about) + b"\n")
    return about


def restore_backup(
    backup: Path,
    directory: Path,
    url: str | None,
    *,
    sequence: int | None = None,
    time_ns: int | None = None,
) -> Verified:
    """Make a data directory of a backup, as the venue was after a command, or else at a time.

    The journal is replayed whole; what that comes to is returned. Users are those of the backup,
    whenever that was. Raises BackupError.
    """
    read_about(backup)
    with _made_whole(directory) as unfinished:
        _copy(backup, unfinished, "restore", sequence, time_ns)
        with progress_bar("verify", 0) as progress:
            verified = _engine(lambda: verify(str(unfinished), progress))
        if verified.discrepancies:
            raise BackupError(f"{backup}: {verified.discrepancies[0]}")
        _copy_secret(backup / "keys" / "token.key", unfinished / "keys" / "token.key")
        asyncio.run(_load(unfinished, url, backup / "database"))
    return verified


def read_about(backup: Path) -> About:
    """What a backup says it holds. Raises BackupError for what is none, or not whole."""
    try:
        about = msgspec.json.decode((backup / _ABOUT).read_bytes(), type=About)
    except FileNotFoundError:
        raise BackupError(f"{backup}: not a whole backup: there is no {_ABOUT}") from None
    except OSError as error:
        raise BackupError(f"{backup}: {error.strerror}") from None
    except msgspec.DecodeError:
        raise BackupError(f"{backup}: not a backup: {_ABOUT} makes no sense") from None
    if about.format != _FORMAT:
        raise BackupError(f"{backup}: a backup of format {about.format}, this reads {_FORMAT}")
    return about


@contextmanager
def _made_whole(target: Path) -> Iterator[Path]:
    """A directory beside `target` that gets its name at the end, or goes away."""
    unfinished = target.with_name(target.name + ".unfinished")
    for path in (target, unfinished):
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise BackupError(f"{path}: exists already")
    try:
        unfinished.mkdir(parents=True, exist_ok=True)
        # The database's user has to pass through, as on a data directory that a venue made.
        unfinished.chmod(0o711)
        try:
            yield unfinished
            if target.exists():
                target.rmdir()
            unfinished.rename(target)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    except OSError as error:
        raise BackupError(f"{error.filename or target}: {error.strerror}") from None


def _copy(
    source: Path,
    target: Path,
    label: str,
    sequence: int | None = None,
    time_ns: int | None = None,
) -> Copied:
    with progress_bar(label, 0) as progress:
        return _engine(lambda: copy_journal(str(source), str(target), sequence, time_ns, progress))


def _engine(work: Callable[[], T]) -> T:
    try:
        return work()
    except EngineError as error:
        raise BackupError(str(error)) from None


def _dump(directory: Path, url: str | None, folder: Path) -> int:
    try:
        if url is not None:
            return dump_tables(url, folder)
        server = EmbeddedServer(directory)
        if not server.initialised:
            raise BackupError(f"{directory}: there is no database")
        with _served(server):
            return dump_tables(server.conninfo, folder)
    except psycopg.Error as error:
        raise BackupError(f"the database cannot be read: {_line(error)}") from None
    except StartError as error:
        raise BackupError(str(error)) from None


@contextmanager
def _served(server: EmbeddedServer) -> Iterator[None]:
    """The embedded server, which a running venue has started, or we do for the while."""
    ours = not server.serving
    server.start()
    try:
        yield
    finally:
        if ours:
            server.stop()


async def _load(directory: Path, url: str | None, folder: Path) -> None:
    database = Database(directory, url)
    try:
        await database.open()
        if not database.available:
            raise BackupError("the database is not available")
        await asyncio.to_thread(load_tables, database.conninfo, folder)
    except DatabaseNotEmpty as error:
        raise BackupError(f"the database is not empty: there are rows in {error}") from None
    except psycopg.Error as error:
        raise BackupError(f"the database does not take the backup: {_line(error)}") from None
    except StartError as error:
        raise BackupError(str(error)) from None
    finally:
        await database.close()


def _line(error: psycopg.Error) -> str:
    return " ".join(str(error).split())


def _copy_secret(source: Path, target: Path) -> None:
    """Copy a file that nobody else may read, if it is there."""
    if not source.exists():
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(source.read_bytes())
        file.flush()
        os.fsync(descriptor)
