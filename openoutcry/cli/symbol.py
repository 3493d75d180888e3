"""`openoutcry symbol`: what is traded."""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from openoutcry.cli.operator import (
    DEFAULT_URL,
    JsonOption,
    UrlOption,
    UsernameOption,
    act,
    show,
)

if TYPE_CHECKING:
    from openoutcry.client import Client
    from openoutcry.client.marketdata import Symbol


app = typer.Typer(help="List symbols.", no_args_is_help=True)

_COLUMNS = ("symbol", "name", "status", "tick_size", "previous_close", "last")


def dollars(text: str) -> Decimal:
    """Read an amount. Raises BadParameter."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise typer.BadParameter(f"{text!r} is no number")
    return amount


@app.command("list")
def list_symbols(url: UrlOption = DEFAULT_URL, *, json: JsonOption = False) -> None:
    """Show all symbols; needs no log-in."""
    import uvloop

    from openoutcry.client import Client

    async def work() -> "list[Symbol]":
        async with Client(url) as client:
            return await client.market.symbols()

    show(uvloop.run(work()), _COLUMNS, json=json)


@app.command()
def add(
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL")],
    previous_close: Annotated[
        Decimal, typer.Argument(metavar="CLOSE", parser=dollars, help="Dollars.")
    ],
    tick: Annotated[
        Decimal | None,
        typer.Option(
            "--tick",
            metavar="DOLLARS",
            parser=dollars,
            help="Tick size.",
            show_default="by the venue's table",
        ),
    ] = None,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """List a symbol; its book is open at once."""

    async def work(client: "Client") -> "Symbol":
        return await client.administration.list_symbol(symbol, previous_close, tick_size=tick)

    listed = act(url, username, work)
    show([listed], _COLUMNS, json=json, whole=listed)
