"""`openoutcry verify`: is the journal what it was, and does the database agree with it?"""

import sys
from typing import Annotated

import typer

from openoutcry.cli.options import ConfigOption, DatabaseUrlOption, DataOption


def command(
    data: DataOption = None,
    database_url: DatabaseUrlOption = None,
    config: ConfigOption = None,
    *,
    journal_only: Annotated[
        bool, typer.Option("--journal-only", help="Leave the database out.")
    ] = False,
) -> int:
    """Re-read and replay a stopped venue's journal; one line per discrepancy, and exit code 1."""
    import asyncio

    from rich.console import Console
    from rich.table import Table

    from openoutcry.settings import Settings, load_settings
    from openoutcry.verification import verify_database, verify_journal

    flags = {"data": data, "database_url": database_url}
    settings = load_settings(Settings, flags, config=config)
    verified = verify_journal(settings.data)
    discrepancies = list(verified.discrepancies)
    if not journal_only and not discrepancies:
        discrepancies += asyncio.run(verify_database(settings.data, settings.database_url))
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(justify="right")
    rate = verified.commands / verified.seconds if verified.seconds else 0
    for name, value in (
        ("segments", f"{verified.segments:,}"),
        ("bytes", f"{verified.bytes:,}"),
        ("frames", f"{verified.frames:,}"),
        ("commands", f"{verified.commands:,}"),
        ("snapshots compared", f"{verified.snapshots:,}"),
        ("commands a second", f"{rate:,.0f}"),
        ("discrepancies", f"{len(discrepancies):,}"),
    ):
        table.add_row(name, value)
    console = Console()
    console.print(table)
    console.print(f"chain      {verified.chain}", soft_wrap=True, highlight=False)
    console.print(f"state hash {verified.state_hash}", soft_wrap=True, highlight=False)
    for line in discrepancies:
        print(line, file=sys.stderr)
    return 1 if discrepancies else 0
