"""What a replay came to, for people and for programs."""

from decimal import Decimal

import msgspec
from rich.console import Console
from rich.table import Table

from openoutcry._engine import Depth, Level
from openoutcry.replay.run import Outcome


def print_json(outcome: Outcome) -> None:
    """Print one line of JSON on standard output; prices in dollars."""
    replayed = outcome.replayed
    summary = {
        "messages": replayed.messages,
        "messages_per_second": _rate(replayed.messages, replayed.seconds),
        "trades": replayed.trades,
        "state_hash": replayed.state_hash,
        "commands": replayed.commands,
        "orders": replayed.orders,
        "unknown": replayed.unknown,
        "volume": replayed.volume,
        "engine_seconds": round(replayed.seconds, 6),
        "elapsed_seconds": round(outcome.elapsed, 6),
        "depth": {
            ticker: {"bids": _levels(depth.bids), "asks": _levels(depth.asks)}
            for ticker, depth in outcome.books.items()
        },
    }
    print(msgspec.json.Encoder(decimal_format="number").encode(summary).decode())


def print_table(outcome: Outcome) -> None:
    """Print the figures and the final books on standard output."""
    console = Console()
    replayed = outcome.replayed
    figures = Table.grid(padding=(0, 2))
    figures.add_column(style="dim")
    figures.add_column(justify="right")
    for name, value in (
        ("messages", f"{replayed.messages:,}"),
        ("commands", f"{replayed.commands:,}"),
        ("messages a second, engine", f"{_rate(replayed.messages, replayed.seconds):,}"),
        ("messages a second, with reading", f"{_rate(replayed.messages, outcome.elapsed):,}"),
        ("unknown references, skipped", f"{replayed.unknown:,}"),
        ("orders", f"{replayed.orders:,}"),
        ("trades", f"{replayed.trades:,}"),
        ("shares traded", f"{replayed.volume:,}"),
    ):
        figures.add_row(name, value)
    console.print(figures)
    for ticker, depth in outcome.books.items():
        console.print(_book(ticker, depth))
    console.print(f"state hash {replayed.state_hash}", soft_wrap=True, highlight=False)


def _book(ticker: str, depth: Depth) -> Table:
    table = Table(title=ticker, title_justify="left")
    for name in ("bid orders", "quantity", "bid", "ask", "quantity", "ask orders"):
        table.add_column(name, justify="right")
    nothing = Level(0, 0, 0)
    for row in range(max(len(depth.bids), len(depth.asks))):
        bid = depth.bids[row] if row < len(depth.bids) else nothing
        ask = depth.asks[row] if row < len(depth.asks) else nothing
        cells = (
            f"{bid.orders or ''}",
            f"{bid.quantity or ''}",
            _dollars(bid.price) if bid.orders else "",
            _dollars(ask.price) if ask.orders else "",
            f"{ask.quantity or ''}",
            f"{ask.orders or ''}",
        )
        table.add_row(*cells)
    return table


def _levels(levels: list[Level]) -> list[dict[str, Decimal | int]]:
    return [
        {"price": Decimal(_dollars(one.price)), "quantity": one.quantity, "orders": one.orders}
        for one in levels
    ]


def _dollars(price: int) -> str:
    whole, part = divmod(price, 10_000)
    return f"{whole}.{part:04d}" if part % 100 else f"{whole}.{part // 100:02d}"


def _rate(count: int, seconds: float) -> int:
    return round(count / seconds) if seconds > 0 else 0
