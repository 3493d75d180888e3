"""`openoutcry report`: what a stopped venue's ledger says."""

import asyncio
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from openoutcry.cli.options import ConfigOption, DatabaseUrlOption, DataOption

if TYPE_CHECKING:
    import psycopg

    from openoutcry._engine import Sequencer

T = TypeVar("T")

app = typer.Typer(help="Statements, trial balance and reconciliation of a stopped venue.")


@app.command("trial-balance")
def trial_balance(
    data: DataOption = None, database_url: DatabaseUrlOption = None, config: ConfigOption = None
) -> int:
    """Print what was debited and credited of each asset; exit code 1 where they differ."""
    from rich.console import Console
    from rich.table import Table

    from openoutcry.projections.reconciliation import TRIAL_BALANCE

    def read(connection: "psycopg.Connection[Any]", _engine: "Sequencer") -> list[Any]:
        return connection.execute(TRIAL_BALANCE).fetchall()

    rows = _read(read, data, database_url, config)
    table = Table("asset", "debits", "credits", "difference")
    for column in table.columns[1:]:
        column.justify = "right"
    for asset, debits, given in rows:
        table.add_row(asset, f"{debits:,}", f"{given:,}", f"{given - debits:,}")
    Console().print(table)
    return 1 if any(debits != given for _, debits, given in rows) else 0


@app.command("reconciliation")
def reconciliation(
    data: DataOption = None, database_url: DatabaseUrlOption = None, config: ConfigOption = None
) -> int:
    """Compare machine, ledger and tables; one line for each difference, and exit code 1."""
    from openoutcry.projections.reconciliation import reconcile

    differences = _read(reconcile, data, database_url, config)
    for line in differences:
        print(line, file=sys.stderr)
    if not differences:
        print("machine, ledger and tables agree")
    return 1 if differences else 0


@app.command("statement")
def statement(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Such as ACC-000001.")],
    month: Annotated[str, typer.Argument(metavar="MONTH", help="Of UTC, such as 2026-11.")],
    data: DataOption = None,
    database_url: DatabaseUrlOption = None,
    config: ConfigOption = None,
) -> None:
    """Print an account's statement over a month as CSV."""
    from openoutcry.codec.identifiers import read_account_id
    from openoutcry.portfolio.statement import read_statement

    number = read_account_id(account)
    if number is None:
        raise typer.BadParameter(f"{account!r} is no account", param_hint="ACCOUNT")
    found = _read(
        lambda connection, _engine: read_statement(connection, number, month),
        data,
        database_url,
        config,
    )
    found.write_csv(sys.stdout)


def _read(
    work: Callable[["psycopg.Connection[Any]", "Sequencer"], T],
    data: str | None,
    database_url: str | None,
    config: str | None,
) -> T:
    """Bring the tables up to the journal, and read them."""
    from openoutcry.rebuild import read_tables
    from openoutcry.settings import Settings, load_settings

    flags = {"data": data, "database_url": database_url}
    settings = load_settings(Settings, flags, config=config)
    return asyncio.run(read_tables(settings.data, settings.database_url, work))
