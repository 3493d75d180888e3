"""`openoutcry rebuild`: the database's tables anew from the journal."""

import typer

from openoutcry.cli.options import ConfigOption, DatabaseUrlOption, DataOption


def command(
    data: DataOption = None,
    database_url: DatabaseUrlOption = None,
    config: ConfigOption = None,
) -> None:
    """Drop what the journal makes of a stopped venue's database, and make it anew.

    Accounts, positions, orders, trades, ledger and market data; users and credentials stay. A
    running venue does the same by itself when it finds the tables gone.
    """
    import asyncio

    from openoutcry.rebuild import rebuild
    from openoutcry.settings import Settings, load_settings

    flags = {"data": data, "database_url": database_url}
    settings = load_settings(Settings, flags, config=config)
    rebuilt = asyncio.run(rebuild(settings.data, settings.database_url))
    rate = rebuilt.events / rebuilt.seconds if rebuilt.seconds else 0
    typer.echo(
        f"{rebuilt.commands:,} commands, {rebuilt.events:,} events in {rebuilt.seconds:.1f} s: "
        f"{rate:,.0f} events a second"
    )
