"""`openoutcry halt`: stop trading."""

from enum import StrEnum
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
    from openoutcry.client.administration import TradingStatus


class Reason(StrEnum):
    """Why trading stops, as everyone is told."""

    OPERATOR = "OPERATOR"
    NEWS = "NEWS"
    REGULATORY = "REGULATORY"
    VOLATILITY = "VOLATILITY"
    TECHNICAL = "TECHNICAL"


SymbolArgument = Annotated[
    str | None, typer.Argument(metavar="[SYMBOL]", help="One symbol.", show_default="all of them")
]


def command(
    symbol: SymbolArgument = None,
    reason: Annotated[Reason, typer.Option("--reason")] = Reason.OPERATOR,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Stop trading in a symbol, or in all; open orders stay and may be cancelled."""

    async def work(client: "Client") -> "TradingStatus":
        return await client.administration.halt(symbol, reason=reason)

    show_status(act(url, username, work), json=json)


def show_status(status: "TradingStatus", *, json: bool) -> None:
    """Print which symbols trade now, or do not."""
    show([status], ("status", "symbols"), json=json, whole=status)
