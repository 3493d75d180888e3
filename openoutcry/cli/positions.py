"""`openoutcry positions`: what one has, and what it is worth."""

from typing import TYPE_CHECKING

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
    from openoutcry.client.account import Portfolio

_ACCOUNT = (
    "account_id",
    "cash.total",
    "cash.held",
    "cash.available",
    "market_value",
    "equity",
    "unrealised_profit",
    "realised_profit",
)
_POSITION = (
    "symbol",
    "quantity",
    "held",
    "average_cost",
    "market_price",
    "market_value",
    "unrealised_profit",
)


def command(
    url: UrlOption = DEFAULT_URL, username: UsernameOption = None, *, json: JsonOption = False
) -> None:
    """Show your cash and shares, with what they are worth now."""

    async def work(client: "Client") -> "list[Portfolio]":
        accounts = await client.accounts.all()
        return [await client.accounts.portfolio(one.account_id) for one in accounts]

    portfolios = act(url, username, work)
    if json:
        show(portfolios, (), json=True)
        return
    for portfolio in portfolios:
        show([portfolio], _ACCOUNT, json=False)
        show(portfolio.positions, _POSITION, json=False)
