"""The statement of an account over a month: balances, and every line between them."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TextIO

import psycopg
from psycopg.rows import TupleRow

from openoutcry.errors import OpenOutcryError

_BEFORE = """
SELECT asset, sum(amount) FROM exchange.ledger_entries
WHERE account_id = %s AND posted_at < %s GROUP BY asset"""
_WITHIN = """
SELECT entry_id, posted_at, asset, amount, trade_id, order_id, reference
FROM exchange.ledger_entries
WHERE account_id = %s AND posted_at >= %s AND posted_at < %s ORDER BY entry_id, line"""
_HEADINGS = ("time", "entry", "asset", "amount", "balance", "trade", "order", "reference")


class NoStatement(OpenOutcryError):
    """There is no such account, or no such month."""


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry. balance: of its asset, after it."""

    entry: int
    time: datetime
    asset: str
    amount: Decimal
    balance: Decimal
    trade: int | None
    order: int | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """opening and closing: by asset, USD or a symbol; those that are zero are left out."""

    account: int
    opening: dict[str, Decimal]
    lines: Sequence[Line]
    closing: dict[str, Decimal]

    def write_csv(self, file: TextIO) -> None:
        """Write the opening balances, the lines and the closing balances, under one heading."""
        table = csv.writer(file)
        table.writerow(_HEADINGS)
        for asset, balance in self.opening.items():
            table.writerow(("", "opening", asset, "", balance, "", "", ""))
        for line in self.lines:
            row = (line.asset, line.amount, line.balance, line.trade, line.order)
            table.writerow((line.time.isoformat(), line.entry, *row, _harmless(line.reference)))
        for asset, balance in self.closing.items():
            table.writerow(("", "closing", asset, "", balance, "", "", ""))


def read_statement(connection: psycopg.Connection[TupleRow], account: int, month: str) -> Statement:
    """Return the statement over a month of UTC, such as 2026-11. Raises NoStatement."""
    begin, end = _bounds(month)
    known = "SELECT FROM exchange.accounts WHERE account_id = %s AND account_id > 0"
    if connection.execute(known, [account]).fetchone() is None:
        raise NoStatement(f"there is no account {account}")
    opening = dict(_pair(row) for row in connection.execute(_BEFORE, [account, begin]))
    balances = dict(opening)
    lines = []
    for entry, time, asset, amount, *more in connection.execute(_WITHIN, [account, begin, end]):
        balances[asset] = balances.get(asset, Decimal(0)) + amount
        lines.append(Line(entry, time.astimezone(UTC), asset, amount, balances[asset], *more))
    return Statement(account, _used(opening), lines, _used(balances))


def _pair(row: TupleRow) -> tuple[str, Decimal]:
    return row[0], row[1]


def _used(balances: dict[str, Decimal]) -> dict[str, Decimal]:
    """Leave out what is zero; cash first, then by symbol."""
    order = sorted(balances, key=lambda asset: (asset != "USD", asset))
    return {asset: balances[asset] for asset in order if balances[asset]}


def _bounds(month: str) -> tuple[datetime, datetime]:
    try:
        begin = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        raise NoStatement(f"{month!r} is no month: expected one such as 2026-11") from None
    if begin.year > 9998:
        raise NoStatement(f"{month!r} is too far away")
    return begin, begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)


def _harmless(reference: str | None) -> str | None:
    """Spreadsheets take text that begins like a formula for one, and clients choose references."""
    return f"'{reference}" if reference and reference[0] in "=+-@\t\r" else reference
