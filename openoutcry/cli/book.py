"""`openoutcry book`: the order book of a symbol, once or as it lives."""

from typing import TYPE_CHECKING, Annotated

import typer

from openoutcry.cli.operator import DEFAULT_URL, JsonOption, UrlOption, show

if TYPE_CHECKING:
    from decimal import Decimal

    from rich.table import Table

    from openoutcry.client.marketdata import Book, Level

DepthOption = Annotated[
    int, typer.Option("--depth", metavar="N", min=1, max=100, help="Price levels of each side.")
]
WatchOption = Annotated[bool, typer.Option("--watch", help="Follow it until Ctrl-C.")]


def command(
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL", help="Such as AAPL.")],
    depth: DepthOption = 10,
    url: UrlOption = DEFAULT_URL,
    *,
    watch: WatchOption = False,
    json: JsonOption = False,
) -> None:
    """Show the order book of a symbol; needs no log-in."""
    import uvloop

    if watch and json:
        raise typer.BadParameter("shows a picture, not JSON", param_hint="--watch")
    work = _follow(url, symbol.upper(), depth) if watch else _once(url, symbol.upper(), depth, json)
    uvloop.run(work)


async def _once(url: str, symbol: str, depth: int, json: bool) -> None:
    from rich.console import Console

    from openoutcry.client import Client

    async with Client(url) as client:
        book: Book = await client.market.book(symbol, depth=depth)
    if json:
        show([book], (), json=True, whole=book)
    else:
        Console().print(_ladder(symbol, book.bids, book.asks, depth))


async def _follow(url: str, symbol: str, depth: int) -> None:
    from rich.live import Live

    from openoutcry.client import Client, LiveBook, Subscription
    from openoutcry.client.errors import Refused
    from openoutcry.client.messages import BookSnapshot, Connected, Failed

    book = LiveBook(symbol)
    async with Client(url) as client:
        await client.market.quote(symbol)  # says at once what is wrong with the address or symbol
        with Live(auto_refresh=False, transient=False) as screen:
            stream = client.stream(Subscription("book", (symbol,), depth=depth))
            async for message in stream.messages():
                if isinstance(message, Failed):
                    raise Refused(400, message.code, message.detail)
                if not isinstance(message, Connected):
                    assert isinstance(message, BookSnapshot)
                    book.apply(message)
                    screen.update(_ladder(symbol, book.bids, book.asks, depth), refresh=True)


def _ladder(symbol: str, bids: "list[Level]", asks: "list[Level]", depth: int) -> "Table":
    """A ladder of prices: asks above, the best in the middle, each level with a bar of its size."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=symbol, title_style="bold", caption=_spread(bids, asks), box=None)
    for header in ("orders", "bid", "price", "ask", "orders"):
        table.add_column(header, justify="center" if header == "price" else "right")
    asks, bids = asks[:depth], bids[:depth]
    largest = max((level.quantity for level in [*asks, *bids]), default=1)
    for level in reversed(asks):
        bar = Text(f"{_bar(level.quantity, largest):<12} {level.quantity:>9,}", style="red")
        table.add_row("", "", _price(level.price), bar, str(level.orders))
    for level in bids:
        bar = Text(f"{level.quantity:>9,} {_bar(level.quantity, largest):>12}", style="green")
        table.add_row(str(level.orders), bar, _price(level.price), "", "")
    return table


def _price(price: "Decimal") -> str:
    """Two decimals, or the four that prices below a dollar have."""
    text = f"{price:,.4f}"
    return text.removesuffix("00")


def _bar(quantity: int, largest: int) -> str:
    return "█" * max(1, round(12 * quantity / largest))


def _spread(bids: "list[Level]", asks: "list[Level]") -> str:
    if not bids or not asks:
        return "one side is empty" if bids or asks else "the book is empty"
    return f"spread {_price(asks[0].price - bids[0].price)}"
