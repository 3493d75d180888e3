"""The API keys that `openoutcry login` keeps for later commands, one for each venue.

In the user's configuration folder, in a file that its owner alone can read. A key can do what its
scopes say and no more, and is revoked by `openoutcry logout`; passwords are never kept.
"""

import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from openoutcry.errors import SettingsError


@dataclass(frozen=True, slots=True)
class SavedLogin:
    """An API key of `username` at one venue."""

    username: str
    key_id: int
    client_id: str
    client_secret: str


def saved_login(url: str) -> SavedLogin | None:
    """Return the key for the venue at `url`, if any. Raises SettingsError for a broken file."""
    return _read().get(_venue(url))


def save_login(url: str, login: SavedLogin | None) -> None:
    """Keep `login` for the venue at `url`, or forget what was kept. Raises SettingsError."""
    logins = _read()
    if login is None:
        logins.pop(_venue(url), None)
    else:
        logins[_venue(url)] = login
    _write(logins)


def login_file() -> Path:
    """Where the keys are kept."""
    return platformdirs.user_config_path("openoutcry") / "logins.json"


def _venue(url: str) -> str:
    return url.rstrip("/").lower()


def _read() -> dict[str, SavedLogin]:
    import msgspec

    path = login_file()
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, SavedLogin])
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise SettingsError(f"{path}: {error}; delete it and log in again") from None


def _write(logins: dict[str, SavedLogin]) -> None:
    """Replace the file whole: a command that is killed leaves the old one or the new one."""
    import msgspec

    path = login_file()
    text = msgspec.json.format(
        msgspec.json.encode({venue: asdict(login) for venue, login in logins.items()})
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Made with mode 0600 by mkstemp.
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        Path(temporary).replace(path)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
