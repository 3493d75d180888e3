"""What a venue can be told before it starts.

Each setting comes from the command's flag, else from the variable `OPENOUTCRY_` + its name, else
from the TOML file under its name, else from its default.
"""

import ipaddress
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints

import platformdirs

from openoutcry.address import Address
from openoutcry.errors import SettingsError
from openoutcry.hours import Hours

LEVELS = ("debug", "info", "warning", "error")
VARIABLE_PREFIX = "OPENOUTCRY_"


def _directory(text: str) -> Path:
    if not text or "\0" in text:
        raise ValueError("expected a directory")
    return Path(text).expanduser().absolute()


def default_data(name: str) -> Path:
    """Return the directory of a venue that is given none.

    It is the user's data folder; for root, whose own is closed to the user that PostgreSQL has to
    run as, the machine's.
    """
    if os.geteuid() == 0:
        return platformdirs.site_state_path("openoutcry") / name
    return platformdirs.user_data_path("openoutcry") / name


def _database_url(text: str) -> str:
    if not text.startswith(("postgresql://", "postgres://")):
        # The value may hold a password: it is never repeated.
        raise ValueError("expected a URL that starts with postgresql://")
    return text


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 20):
            raise ValueError(f"expected a whole number from {least} to {most}")
        number = int(text)
        if not least <= number <= most:
            raise ValueError(f"expected a whole number from {least} to {most}")
        return number

    return parse


def _address_or_off(text: str) -> Address | None:
    return None if text.lower() == "off" else Address.parse(text)


def _file(text: str) -> Path:
    if not text or "\0" in text:
        raise ValueError("expected a file")
    return Path(text).expanduser().absolute()


def _interface(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise ValueError("expected the IPv4 address of an interface") from None


def _switch(text: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
    except KeyError:
        raise ValueError("expected true or false") from None


def _log_level(text: str) -> str:
    if text.lower() not in LEVELS:
        raise ValueError(f"expected one of {', '.join(LEVELS)}")
    return text.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of `openoutcry serve`. Each names the parser of its text beside its type.

    data: directory of the journal, the snapshots and the embedded database; absolute.
    http: where the HTTP and WebSocket gateways listen.
    fix: where the FIX gateway listens, None where it does not.
    fix_certificate: PEM file with the certificate and its chain; FIX then speaks TLS.
    fix_key: PEM file with the certificate's key, where the certificate's file lacks it.
    fix_schedule: `HH:MM-HH:MM` UTC, in which FIX sessions may log on, their numbers starting
        with 1 each day; None: always, and numbers go on until a client resets them.
    fix_cancel_on_disconnect: whether a FIX session's open orders end with its connection.
    ouch: where OUCH sessions log in, None where they cannot.
    ouch_cancel_on_disconnect: whether an OUCH session's open orders end with its connection.
    itch: where market data in ITCH 5.0 is had over SoupBinTCP, None where it is not.
    glimpse: where snapshots of it are had. rerequest: where packets are asked for again.
    multicast: the group that its packets are sent to; multicast_interface: by which interface.
    database_url: the firm's own PostgreSQL; None starts the embedded one under `data`.
    order_rate: orders a second that one user may send before an answer is RATE_LIMITED.
    log_level: which lines the log leaves out: those below debug, info, warning or error.
    """

    data: Annotated[Path, _directory] = field(default_factory=lambda: default_data("venue"))
    http: Annotated[Address, Address.parse] = Address("127.0.0.1", 8080)
    fix: Annotated[Address | None, _address_or_off] = Address("127.0.0.1", 9878)
    fix_certificate: Annotated[Path | None, _file] = None
    fix_key: Annotated[Path | None, _file] = None
    fix_schedule: Annotated[Hours | None, Hours.parse] = None
    fix_cancel_on_disconnect: Annotated[bool, _switch] = False
    ouch: Annotated[Address | None, _address_or_off] = Address("127.0.0.1", 9879)
    ouch_cancel_on_disconnect: Annotated[bool, _switch] = True
    itch: Annotated[Address | None, _address_or_off] = Address("127.0.0.1", 9881)
    glimpse: Annotated[Address | None, _address_or_off] = Address("127.0.0.1", 9882)
    rerequest: Annotated[Address | None, _address_or_off] = Address("127.0.0.1", 30002)
    multicast: Annotated[Address | None, _address_or_off] = Address("239.192.0.1", 30001)
    multicast_interface: Annotated[str, _interface] = "127.0.0.1"
    database_url: Annotated[str | None, _database_url] = None
    order_rate: Annotated[int, _whole_number(1, 1_000_000)] = 1_000
    log_level: Annotated[str, _log_level] = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSettings(Settings):
    """The settings of `openoutcry demo`, whose users must never meet a real venue's directory.

    quiet: leave the simulated traders out.
    seed: makes the simulated traders' behaviour repeatable; None takes a new one each time.
    """

    data: Annotated[Path, _directory] = field(default_factory=lambda: default_data("demo"))
    quiet: Annotated[bool, _switch] = False
    seed: Annotated[int | None, _whole_number(0, 2**63 - 1)] = None


SettingsT = TypeVar("SettingsT", bound=Settings)


def load_settings(
    kind: type[SettingsT],
    flags: Mapping[str, str | None],
    *,
    config: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> SettingsT:
    """Read every setting of `kind` from where it is given first.

    flags: by setting, the text of the flag or None where the command line leaves it out.
    config: the TOML file; without it the variable OPENOUTCRY_CONFIG, else no file.
    Raises SettingsError, in one line that names the source, for the first that cannot be used.
    """
    path = config or environment.get(VARIABLE_PREFIX + "CONFIG")
    entries = _read_file(Path(path)) if path else {}
    values: dict[str, Any] = {}
    for name, parse in _parsers(kind).items():
        variable = VARIABLE_PREFIX + name.upper()
        sources = (
            ("--" + name.replace("_", "-"), flags.get(name)),
            (variable, environment.get(variable)),
            (f"{path}: {name}", entries.get(name)),
        )
        for source, text in sources:
            if text is None:
                continue
            try:
                values[name] = parse(text)
            except ValueError as error:
                raise SettingsError(f"{source}: {error}") from None
            break
    return kind(**values)


def _parsers(kind: type[Settings]) -> dict[str, Callable[[str], Any]]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


def _read_file(path: Path) -> dict[str, str]:
    """Return the entries as the text that a flag would give, so that one parser serves all."""
    try:
        with path.open("rb") as file:
            entries = tomllib.load(file)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
    known = _parsers(DemoSettings)
    for name, value in entries.items():
        if name not in known:
            raise SettingsError(f"{path}: {name!r}: unknown setting")
        if not isinstance(value, str | int):
            raise SettingsError(f"{path}: {name}: expected a string, a whole number or a boolean")
    return {name: str(value) for name, value in entries.items()}
