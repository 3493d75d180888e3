"""Whether machine, ledger and tables agree: to the share and the millionth of a dollar."""

from collections.abc import Iterator
from decimal import Decimal

import psycopg
from psycopg.rows import TupleRow

from openoutcry._engine import Sequencer

# What each account's lines add up to, beside what the tables say that it has.
_LEDGER_AGAINST_ACCOUNTS = """
SELECT account_id, 'USD', coalesce(a.cash, 0), coalesce(l.amount, 0)
FROM exchange.accounts AS a
FULL JOIN (
    SELECT account_id, sum(amount) AS amount FROM exchange.ledger_entries
    WHERE asset = 'USD' GROUP BY 1
) AS l USING (account_id)
WHERE coalesce(a.cash, 0) <> coalesce(l.amount, 0)
UNION ALL
SELECT account_id, symbol, coalesce(p.quantity, 0), coalesce(l.amount, 0)
FROM exchange.positions AS p
FULL JOIN (
    SELECT account_id, asset AS symbol, sum(amount) AS amount FROM exchange.ledger_entries
    WHERE asset <> 'USD' GROUP BY 1, 2
) AS l USING (account_id, symbol)
WHERE coalesce(p.quantity, 0) <> coalesce(l.amount, 0)
ORDER BY 1, 2"""

TRIAL_BALANCE = """
SELECT asset, -sum(amount) FILTER (WHERE amount < 0), sum(amount) FILTER (WHERE amount > 0)
FROM exchange.ledger_entries GROUP BY asset ORDER BY asset <> 'USD', asset"""


def reconcile(connection: psycopg.Connection[TupleRow], engine: Sequencer) -> list[str]:
    """Return one line for each figure that differs; the tables must be up to the engine."""
    return [
        *_trial_balance(connection),
        *_lines_against_tables(connection),
        *_tables_against_machine(connection, engine),
    ]


def _trial_balance(connection: psycopg.Connection[TupleRow]) -> Iterator[str]:
    for asset, given, got in connection.execute(TRIAL_BALANCE):
        if given != got:
            yield f"ledger: debits of {asset} are {given}, credits {got}"


def _lines_against_tables(connection: psycopg.Connection[TupleRow]) -> Iterator[str]:
    for account, asset, shown, added in connection.execute(_LEDGER_AGAINST_ACCOUNTS):
        yield f"account {account}: the tables show {shown} {asset}, its ledger adds up to {added}"


def _tables_against_machine(
    connection: psycopg.Connection[TupleRow], engine: Sequencer
) -> Iterator[str]:
    count = engine.status().accounts
    query = "SELECT account_id, cash FROM exchange.accounts"
    cash = {row[0]: row[1] for row in connection.execute(query)}
    query = "SELECT account_id, symbol, quantity FROM exchange.positions"
    shares = {(row[0], row[1]): row[2] for row in connection.execute(query)}
    tickers = [row.ticker for row in engine.symbols()]
    for number in range(1, count + 1):
        account = engine.account(number)
        assert account is not None, "accounts are numbered without gaps"
        has = Decimal(account.cash).scaleb(-6)
        if cash.get(number) != has:
            yield f"account {number}: the tables show {cash.get(number)} USD, the machine {has}"
        for position in engine.positions(number):
            ticker = tickers[position.symbol]
            shown = shares.get((number, ticker), 0)
            if shown != position.shares:
                yield (
                    f"account {number}: the tables show {shown} {ticker}, "
                    f"the machine {position.shares}"
                )
