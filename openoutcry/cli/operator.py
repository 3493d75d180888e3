"""What the commands share that talk to a venue: where it is, who asks, how answers are shown."""

import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from decimal import Decimal
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
        help="Who asks; the password is asked for, or comes from OPENOUTCRY_PASSWORD.",
        show_default="who logged in by `openoutcry login`, else asked for",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]
DEFAULT_URL = "http://127.0.0.1:8080"

_WIDE = 250


def act(url: str, username: str | None, work: Callable[["Client"], Awaitable[T]]) -> T:
    """Do `work` at the venue: as `username`, else as who is logged in, else as who says so now.

    Raises ClientError and SettingsError.
    """
    from openoutcry.cli.saved_login import saved_login

    login = saved_login(url) if username is None else None
    if login is None:
        return act_by_password(url, username, work)

    async def enter(client: "Client") -> None:
        await client.log_in_with_key(login.client_id, login.client_secret)

    return _act(url, enter, work)


def act_by_password(url: str, username: str | None, work: Callable[["Client"], Awaitable[T]]) -> T:
    """Log in with name and password, and do `work`. Raises ClientError and SettingsError."""
    username = username or _ask("Username")
    password = os.environ.get("OPENOUTCRY_PASSWORD") or _ask("Password", hidden=True)

    async def enter(client: "Client") -> None:
        await client.log_in(username, password)

    return _act(url, enter, work)


def _act(
    url: str,
    enter: Callable[["Client"], Awaitable[None]],
    work: Callable[["Client"], Awaitable[T]],
) -> T:
    import uvloop

    from openoutcry.client import Client

    async def run() -> T:
        async with Client(url) as client:
            await enter(client)
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
    """Print `rows` as a table of their `columns`, or as JSON: the rows, or `whole` instead.

    Columns in which no row has anything are left out.
    """
    import msgspec
    from rich import box
    from rich.console import Console
    from rich.table import Table

    rows = list(rows)
    if json:
        encode = msgspec.json.Encoder(decimal_format="number").encode
        print(encode(rows if whole is None else whole).decode())
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    shown = []
    for column in columns:
        cells = [_value(row, column) for row in rows]
        if rows and all(cell is None for cell in cells):
            continue
        numbers = all(cell is None or isinstance(cell, int | Decimal) for cell in cells)
        title = column.replace("_", " ").replace(".", " ")
        table.add_column(title, justify="right" if numbers else "left", overflow="fold")
        shown.append(map(_text, cells))
    for row in zip(*shown, strict=True):
        table.add_row(*row)
    # A file or a pipe has no width: nothing is to be folded there.
    Console(width=None if sys.stdout.isatty() else _WIDE).print(table)


def _value(row: object, column: str) -> object:
    value = row
    for name in column.split("."):
        value = getattr(value, name)
    return value


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else f"{value:,}" if isinstance(value, Decimal) else str(value)


def _ask(
    what: str, *, hidden: bool = False, variable: str | None = None, twice: bool = False
) -> str:
    if not sys.stdin.isatty():
        name = variable or f"OPENOUTCRY_{what.upper()}"
        raise SettingsError(f"{what.lower()} is missing: set {name}")
    answer: str = typer.prompt(what, hide_input=hidden, confirmation_prompt=twice, err=True)
    return answer
