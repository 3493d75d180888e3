"""What the administrative commands share: where the venue is, who asks, how answers are shown."""

import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from openoutcry.errors import SettingsError

if TYPE_CHECKING:
    from openoutcry.client import Client


T = TypeVar("T")

UrlOption = Annotated[
    str,
    typer.Option("--url", metavar="URL", envvar="OPENOUTCRY_URL", help="Where the venue is."),
]
UsernameOption = Annotated[
    str | None,
    typer.Option(
        "--username",
        metavar="NAME",
        envvar="OPENOUTCRY_USERNAME",
        help="An operator; the password is asked for, or comes from OPENOUTCRY_PASSWORD.",
        show_default="asked for",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]
DEFAULT_URL = "http://127.0.0.1:8080"


def act(url: str, username: str | None, work: Callable[["Client"], Awaitable[T]]) -> T:
    """Log in and do `work` at the venue. Raises ClientError and SettingsError."""
    import uvloop

    from openoutcry.client import Client

    username = username or _ask("Username")
    password = os.environ.get("OPENOUTCRY_PASSWORD") or _ask("Password", hidden=True)

    async def run() -> T:
        async with Client(url) as client:
            await client.log_in(username, password)
            return await work(client)

    return uvloop.run(run())


def new_password() -> str:
    """A password for someone else: asked for twice, or OPENOUTCRY_NEW_PASSWORD."""
    return os.environ.get("OPENOUTCRY_NEW_PASSWORD") or _ask(
        "New password", hidden=True, variable="OPENOUTCRY_NEW_PASSWORD", twice=True
    )


def show(
    rows: Iterable[object], columns: Sequence[str], *, json: bool, whole: object = None
) -> None:
    """Print `rows` as a table of their `columns`, or as JSON: the rows, or `whole` instead."""
    import msgspec
    from rich.console import Console
    from rich.table import Table

    rows = list(rows)
    if json:
        encode = msgspec.json.Encoder(decimal_format="number").encode
        print(encode(rows if whole is None else whole).decode())
        return
    table = Table()
    for column in columns:
        table.add_column(column.replace("_", " "))
    for row in rows:
        table.add_row(*(_cell(row, column) for column in columns))
    Console().print(table)


def _cell(row: object, column: str) -> str:
    value = row
    for name in column.split("."):
        value = getattr(value, name)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _ask(
    what: str, *, hidden: bool = False, variable: str | None = None, twice: bool = False
) -> str:
    if not sys.stdin.isatty():
        name = variable or f"OPENOUTCRY_{what.upper()}"
        raise SettingsError(f"{what.lower()} is missing: set {name}")
    answer: str = typer.prompt(what, hide_input=hidden, confirmation_prompt=twice, err=True)
    return answer
