"""`openoutcry restore`: a venue as it was, in a new directory."""

from typing import Annotated

import typer

from openoutcry.cli.options import ConfigOption, DatabaseUrlOption, DataOption
from openoutcry.errors import SettingsError


def command(
    backup: Annotated[str, typer.Argument(metavar="BACKUP", help="What `backup` has made.")],
    data: DataOption = None,
    database_url: DatabaseUrlOption = None,
    config: ConfigOption = None,
    *,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="SEQUENCE|TIME",
            help="The last command to restore: its number, or the time by which it was logged, "
            "such as 2026-03-02T14:30:00Z.",
            show_default="the last of the backup",
        ),
    ] = None,
) -> None:
    """Make a new data directory of a backup, and print what replaying its journal came to."""
    from pathlib import Path

    from openoutcry.backup import restore_backup
    from openoutcry.settings import Settings, load_settings

    flags = {"data": data, "database_url": database_url}
    settings = load_settings(Settings, flags, config=config)
    verified = restore_backup(
        Path(backup).expanduser().absolute(), settings.data, settings.database_url, **_moment(at)
    )
    print(f"{settings.data}: {verified.commands:,} commands")
    print(f"state hash {verified.state_hash}")


def _moment(text: str | None) -> dict[str, int]:
    from openoutcry.codec.timestamps import read_time

    if text is None:
        return {}
    if text.isascii() and text.isdecimal() and 0 < int(text) < 2**64:
        return {"sequence": int(text)}
    try:
        return {"time_ns": read_time(text)}
    except ValueError:
        raise SettingsError(
            f"--at: expected a command's number or a time such as 2026-03-02T14:30:00Z, "
            f"not {text!r}"
        ) from None
