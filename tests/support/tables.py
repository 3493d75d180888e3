"""Everything that the tables say, for comparing."""

import random
from typing import Any

import psycopg
from engine_venue import BUY, DAY, DOLLAR, GTC, IOC, LIMIT, MARKET, SELL, Venue

from openoutcry import _engine

TABLES = {
    "symbols": "symbol",
    "accounts": "account_id",
    "positions": "account_id, symbol",
    "orders": "order_id",
    "trades": "trade_id",
    "ledger_entries": "entry_id, line",
    "market_data": "symbol, minute_at",
}


def read(conninfo: str, query: str) -> list[Any]:
    with psycopg.connect(conninfo) as connection:
        return connection.execute(query).fetchall()


def content(conninfo: str) -> dict[str, list[Any]]:
    """Every row of every table, in an order that does not depend on how they came there."""
    with psycopg.connect(conninfo) as connection:
        return {
            table: connection.execute(f"SELECT * FROM exchange.{table} ORDER BY {order}").fetchall()
            for table, order in TABLES.items()
        }


def trial_balance(conninfo: str) -> dict[str, int]:
    """What all lines add up to, by asset: zeros."""
    query = "SELECT asset, sum(amount) FROM exchange.ledger_entries GROUP BY asset"
    return dict(read(conninfo, query))


def trade_at_random(venue: Venue, seed: int, commands: int) -> None:
    """Orders, changes, cancels and transfers of accounts 1 and 2, many of which are refused."""
    dice = random.Random(seed)
    print(f"seed {seed}")
    for _ in range(commands // 10):
        venue.run(*(_at_random(dice, venue) for _ in range(10)))


def _at_random(dice: random.Random, venue: Venue) -> bytes:
    account = dice.choice((1, 2, 3))
    known = dice.randint(1, max(venue.engine.status().commands, 1))
    quantity = dice.choice((0, 1, 7, 100, 20_000))
    match dice.randrange(10):
        case 0:
            return _engine.cancel_order(account, known)
        case 1:
            return _engine.replace_order(account, known, quantity=quantity)
        case 2:
            asset = dice.choice((0, 1))
            return _engine.transfer(*dice.choice(((0, 1), (1, 2), (2, 0))), asset, 1 + known)
        case 3:
            return _engine.new_order(account, 9, BUY, LIMIT, DAY, 5, DOLLAR)
        case 4:
            return _engine.new_order(account, 0, SELL, MARKET, IOC, quantity)
        case _:
            name = dice.choice(
                (None, b"n%d" % dice.getrandbits(40), "\0 öffentlich %d".encode() % known)
            )
            price = (150 + dice.randint(-3, 3)) * DOLLAR
            side = dice.choice((BUY, SELL))
            return _engine.new_order(
                account, 0, side, LIMIT, dice.choice((GTC, DAY, IOC)), quantity, price, name=name
            )
