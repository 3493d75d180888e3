"""The secret that the venue's tokens are signed with: a file that nobody else may read."""

import os
import re
import secrets
import stat
import tempfile
from pathlib import Path

from openoutcry.errors import StartError

_BYTES = 32


def load_signing_key(folder: Path) -> bytes:
    """Return the 32 bytes kept in `folder`/token.key, made on the first start.

    Raises StartError for a file that others can read, that is damaged or cannot be made.
    """
    file = folder / "token.key"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            _create(file)
        with file.open("rb") as opened:
            status = os.fstat(opened.fileno())
            text = opened.read(2 * _BYTES + 2)
    except OSError as error:
        raise StartError(f"{error.filename or file}: {error.strerror}") from None
    if not stat.S_ISREG(status.st_mode) or status.st_uid not in {0, os.geteuid()}:
        raise StartError(f"{file}: expected a file of the user who starts the venue")
    if status.st_mode & 0o077:
        raise StartError(f"{file}: others have access to it; chmod 600 it, or remove it for a new")
    if not re.fullmatch(rb"[0-9a-f]{%d}\n" % (2 * _BYTES), text):
        raise StartError(f"{file}: damaged; remove it, which logs everyone out, for a new one")
    return bytes.fromhex(text.decode())


def _create(file: Path) -> None:
    """Write a new key; whole or not at all, and never over one that appeared meanwhile."""
    descriptor, name = tempfile.mkstemp(prefix="token.key.", dir=file.parent)
    unnamed = Path(name)
    try:
        with os.fdopen(descriptor, "w") as new:
            new.write(secrets.token_hex(_BYTES) + "\n")
            new.flush()
            os.fsync(descriptor)
        file.hardlink_to(unnamed)
    except FileExistsError:
        pass
    finally:
        unnamed.unlink()
