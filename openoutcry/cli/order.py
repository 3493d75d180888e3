"""`openoutcry order`: buy, sell, change, cancel, look."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, cast

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
    from openoutcry.client.order import Order, OrderRequest, OrderType, Side, TimeInForce

app = typer.Typer(help="Orders: buy, sell, change, cancel, list.", no_args_is_help=True)

_ORDER = (
    "order_id",
    "status",
    "side",
    "quantity",
    "symbol",
    "type",
    "price",
    "filled_quantity",
    "average_fill_price",
    "reject_reason",
)
_FILL = ("trade_id", "quantity", "price", "liquidity", "time")

SymbolArgument = Annotated[str, typer.Argument(metavar="SYMBOL", help="Such as AAPL.")]
QuantityArgument = Annotated[int, typer.Argument(metavar="SHARES", min=1, help="Whole shares.")]
OrderArgument = Annotated[str, typer.Argument(metavar="ORDER", help="Such as ORD-1A2B.")]
LimitOption = Annotated[
    Decimal | None,
    typer.Option("--limit", metavar="PRICE", parser=dollars, help="No worse than this price."),
]
StopOption = Annotated[
    Decimal | None,
    typer.Option(
        "--stop", metavar="PRICE", parser=dollars, help="Wait for a sale at or through this price."
    ),
]
TimeInForceOption = Annotated[
    str | None,
    typer.Option("--tif", metavar="DAY|GTC|IOC|FOK", help="How long it lives."),
]
AccountOption = Annotated[
    str | None,
    typer.Option("--account", metavar="ACCOUNT", help="Such as ACC-000001.", show_default="yours"),
]


@app.command()
def buy(
    symbol: SymbolArgument,
    shares: QuantityArgument,
    limit: LimitOption = None,
    stop: StopOption = None,
    tif: TimeInForceOption = None,
    account: AccountOption = None,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Buy shares: at the market, or by --limit and --stop."""
    _place(_request("BUY", symbol, shares, limit, stop, tif, account), url, username, json=json)


@app.command()
def sell(
    symbol: SymbolArgument,
    shares: QuantityArgument,
    limit: LimitOption = None,
    stop: StopOption = None,
    tif: TimeInForceOption = None,
    account: AccountOption = None,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Sell shares: at the market, or by --limit and --stop."""
    _place(_request("SELL", symbol, shares, limit, stop, tif, account), url, username, json=json)


@app.command()
def replace(
    order: OrderArgument,
    shares: Annotated[
        int | None, typer.Option("--shares", metavar="N", min=1, help="The new total quantity.")
    ] = None,
    limit: LimitOption = None,
    stop: StopOption = None,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Change an open order's quantity or prices. Less quantity keeps its place in the queue."""
    if shares is None and limit is None and stop is None:
        raise typer.BadParameter("say what is to change", param_hint="--shares, --limit or --stop")

    async def work(client: "Client") -> "Order":
        return await client.orders.replace(order, quantity=shares, price=limit, stop_price=stop)

    changed = act(url, username, work)
    show([changed], _ORDER, json=json, whole=changed)


@app.command()
def cancel(
    order: Annotated[
        str | None, typer.Argument(metavar="[ORDER]", help="Such as ORD-1A2B.")
    ] = None,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every open order of yours.")] = False,
    json: JsonOption = False,
) -> None:
    """Cancel one order, or (--all) every open one."""
    if (order is None) == (not every):
        raise typer.BadParameter("name an order, or say --all", param_hint="ORDER")

    from openoutcry.client.order import AllCancelled

    async def work(client: "Client") -> AllCancelled:
        if order is None:
            return await client.orders.cancel_all()
        return AllCancelled(count=1, order_ids=[(await client.orders.cancel(order)).order_id])

    cancelled = act(url, username, work)
    if json:
        show([cancelled], (), json=True, whole=cancelled)
    else:
        print("\n".join(f"cancelled {name}" for name in cancelled.order_ids) or "no open orders")


@app.command("list")
def list_orders(
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    status: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="NEW, PARTIAL, FILLED, …")
    ] = None,
    symbol: Annotated[
        str | None, typer.Option("--symbol", metavar="SYMBOL", help="Of one symbol.")
    ] = None,
    most: Annotated[int, typer.Option("--most", metavar="N", min=1, help="So many at most.")] = 50,
    *,
    json: JsonOption = False,
) -> None:
    """Show your orders, newest first."""

    async def work(client: "Client") -> "list[Order]":
        orders: list[Order] = []
        async for order in client.orders.all(status=status, symbol=symbol):
            orders.append(order)
            if len(orders) == most:
                break
        return orders

    show(act(url, username, work), _ORDER, json=json)


@app.command("show")
def show_order(
    order: OrderArgument,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Show one order and its fills."""

    async def work(client: "Client") -> "Order":
        return await client.orders.get(order)

    found = act(url, username, work)
    if not json:
        show([found], _ORDER, json=False)
    show(found.fills, _FILL, json=json, whole=found)


def _request(
    side: "Side",
    symbol: str,
    shares: int,
    limit: Decimal | None,
    stop: Decimal | None,
    tif: str | None,
    account: str | None,
) -> "OrderRequest":
    from openoutcry.client.order import OrderRequest

    kinds: dict[tuple[bool, bool], OrderType] = {
        (False, False): "MARKET",
        (True, False): "LIMIT",
        (False, True): "STOP",
        (True, True): "STOP_LIMIT",
    }
    return OrderRequest(
        symbol=symbol.upper(),
        side=side,
        type=kinds[limit is not None, stop is not None],
        quantity=shares,
        price=limit,
        stop_price=stop,
        time_in_force=None if tif is None else cast("TimeInForce", tif.upper()),
        account_id=account,
    )


def _place(request: "OrderRequest", url: str, username: str | None, *, json: bool) -> None:
    async def work(client: "Client") -> "Order":
        return await client.orders.place(request)

    placed = act(url, username, work)
    show([placed], _ORDER, json=json, whole=placed)
