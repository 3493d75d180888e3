"""`openoutcry account`: whose cash and shares, how much of them, and whether they may trade."""

import uuid
from decimal import Decimal
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
from openoutcry.cli.symbol import dollars

if TYPE_CHECKING:
    from openoutcry.client import Client
    from openoutcry.client.account import Account, Portfolio
    from openoutcry.client.administration import AccountStatus, Limits, Transfer


app = typer.Typer(help="Accounts: cash, shares, limits.", no_args_is_help=True)

_CASH = ("cash.total", "cash.held", "cash.available")
_ACCOUNT = ("account_id", "type", "status", *_CASH, "created_at")
_POSITION = ("symbol", "quantity", "held", "available", "average_cost", "market_value")
_TRANSFER = ("transfer_id", "account_id", "kind", "asset", "amount", "reference")
_STATUS = ("account_id", "status", "cancelled_orders")
_LIMITS = ("account_id", "maximum_open_orders", "maximum_order_value")

AccountArgument = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="Such as ACC-000001.", show_default=False)
]
AmountArgument = Annotated[
    Decimal, typer.Argument(metavar="AMOUNT", parser=dollars, help="Dollars, or shares.")
]
AssetOption = Annotated[str, typer.Option("--asset", help="USD, or the symbol of shares.")]
ReferenceOption = Annotated[
    str | None,
    typer.Option(
        "--reference",
        help="Moves nothing twice, however often it is given.",
        show_default="a new one",
    ),
]


@app.command("list")
def list_accounts(
    url: UrlOption = DEFAULT_URL, username: UsernameOption = None, *, json: JsonOption = False
) -> None:
    """Show the accounts that the user may see: an operator sees all."""

    async def work(client: "Client") -> "list[Account]":
        return await client.accounts.all()

    show(act(url, username, work), _ACCOUNT, json=json)


@app.command("show")
def show_account(
    account: AccountArgument,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Show one account's cash and positions."""

    async def work(client: "Client") -> "Portfolio":
        return await client.accounts.portfolio(account)

    portfolio = act(url, username, work)
    if not json:
        show([portfolio], ("account_id", *_CASH, "market_value", "equity"), json=False)
    show(portfolio.positions, _POSITION, json=json, whole=portfolio)


@app.command()
def deposit(
    account: AccountArgument,
    amount: AmountArgument,
    asset: AssetOption = "USD",
    reference: ReferenceOption = None,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Bring dollars or shares in."""

    async def work(client: "Client") -> "Transfer":
        return await client.administration.deposit(
            account, amount, asset=asset, reference=reference or uuid.uuid4().hex
        )

    moved = act(url, username, work)
    show([moved], _TRANSFER, json=json, whole=moved)


@app.command()
def withdraw(
    account: AccountArgument,
    amount: AmountArgument,
    asset: AssetOption = "USD",
    reference: ReferenceOption = None,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Send dollars or shares outside."""

    async def work(client: "Client") -> "Transfer":
        return await client.administration.withdraw(
            account, amount, asset=asset, reference=reference or uuid.uuid4().hex
        )

    moved = act(url, username, work)
    show([moved], _TRANSFER, json=json, whole=moved)


@app.command()
def suspend(
    account: AccountArgument,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Cancel all of an account's orders, and refuse new ones until it is activated."""
    _set_status(url, username, account, "SUSPENDED", json=json)


@app.command()
def activate(
    account: AccountArgument,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Let a suspended account trade again."""
    _set_status(url, username, account, "ACTIVE", json=json)


@app.command()
def limits(
    account: AccountArgument,
    orders: Annotated[
        int, typer.Option("--orders", min=0, help="Open orders at most; 0: the venue's default.")
    ] = 0,
    value: Annotated[
        Decimal | None,
        typer.Option(
            "--value",
            metavar="DOLLARS",
            parser=dollars,
            help="Of one order at most.",
            show_default="the venue's default",
        ),
    ] = None,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Set both limits of an account."""

    async def work(client: "Client") -> "Limits":
        return await client.administration.set_limits(
            account, maximum_open_orders=orders, maximum_order_value=value or Decimal(0)
        )

    set_now = act(url, username, work)
    show([set_now], _LIMITS, json=json, whole=set_now)


def _set_status(url: str, username: str | None, account: str, status: str, *, json: bool) -> None:
    async def work(client: "Client") -> "AccountStatus":
        return await client.administration.set_account_status(account, status)

    set_now = act(url, username, work)
    show([set_now], _STATUS, json=json, whole=set_now)
