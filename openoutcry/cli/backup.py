"""`openoutcry backup`: everything that a venue cannot do without, in another place."""

from typing import Annotated

import typer

from openoutcry.cli.options import ConfigOption, DatabaseUrlOption, DataOption


def command(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A directory to be made.")],
    data: DataOption = None,
    database_url: DatabaseUrlOption = None,
    config: ConfigOption = None,
) -> None:
    """Back up a venue, running or not: its journal, users, credentials, keys and settings."""
    import os
    from pathlib import Path

    from openoutcry.backup import make_backup
    from openoutcry.settings import Settings, load_settings

    flags = {"data": data, "database_url": database_url}
    settings = load_settings(Settings, flags, config=config)
    file = config or os.environ.get("OPENOUTCRY_CONFIG")
    directory = Path(target).expanduser().absolute()
    about = make_backup(
        settings.data, settings.database_url, Path(file) if file else None, directory
    )
    print(f"{directory}: {about.sequence:,} commands, {about.rows:,} rows of the database")
