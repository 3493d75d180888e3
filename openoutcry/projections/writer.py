"""Rows of the journal into the tables: many commands in one transaction, and no command twice."""

import contextlib
import os
from datetime import UTC, datetime

import psycopg

from openoutcry import _engine
from openoutcry.projections.schema import Connection

_LOWEST_PRIORITY = 19
# Bytes handed to the driver at a time: it copies them without letting other threads run.
_PIECE = 64 * 1024

_COLUMNS = {name: ", ".join(columns) for name, columns in _engine.projection_tables()}

# What rows change passes through temporary tables: COPY alone cannot change rows.
_STAGED = ("accounts", "positions", "order_changes", "market_data")

_SETTINGS = """
SET synchronous_commit = off;
SET jit = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_seqscan = off;
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = '60s'"""

_STAGES = """
CREATE TEMP TABLE IF NOT EXISTS new_accounts (LIKE exchange.accounts) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS new_positions (LIKE exchange.positions) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS new_market_data (LIKE exchange.market_data) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS new_order_changes ON COMMIT DELETE ROWS AS
    SELECT order_id, symbol, status, reason, quantity, filled, price, stop_price, value,
           updated_at, version FROM exchange.orders WITH NO DATA"""

_TAKE = """
UPDATE exchange.projection
SET last_sequence = %(last)s, last_time = %(time)s, journal = coalesce(journal, %(journal)s)
WHERE last_sequence = %(first)s - 1 AND coalesce(journal = %(journal)s, true)"""

_ACCOUNTS = """
INSERT INTO exchange.accounts SELECT * FROM new_accounts
ON CONFLICT (account_id) DO UPDATE
SET status = excluded.status, kind = excluded.kind, cash = excluded.cash"""
_POSITIONS = """
INSERT INTO exchange.positions SELECT * FROM new_positions
ON CONFLICT (account_id, symbol) DO UPDATE
SET quantity = excluded.quantity, cost = excluded.cost, realised = excluded.realised,
    fifo_cost = excluded.fifo_cost, fifo_realised = excluded.fifo_realised"""
_ORDERS = """
UPDATE exchange.orders AS o
SET status = c.status, reason = c.reason, quantity = c.quantity, filled = c.filled,
    price = c.price, stop_price = c.stop_price, value = c.value, updated_at = c.updated_at,
    version = c.version
FROM new_order_changes AS c WHERE o.symbol = c.symbol AND o.order_id = c.order_id"""
_MARKET_DATA = "INSERT INTO exchange.market_data SELECT * FROM new_market_data"
_MONTHS = """
SELECT DISTINCT date_trunc('month', minute_at, 'UTC') FROM new_market_data WHERE EXISTS (
    SELECT FROM pg_partitioned_table WHERE partrelid = 'exchange.market_data'::regclass
)"""


class OutOfStep(psycopg.OperationalError):
    """The tables are not where these rows begin: someone else wrote, or they were restored."""


def begin(connection: Connection) -> None:
    """Make a new connection ready for `write`, once."""
    _give_way(connection)
    connection.execute(_SETTINGS)
    connection.execute(_STAGES)
    connection.commit()


def _give_way(connection: Connection) -> None:
    """Let a server process on this machine work only when the venue has nothing to do."""
    if connection.info.host.startswith("/"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, connection.info.backend_pid, _LOWEST_PRIORITY)


def write(connection: Connection, rows: _engine.Projected, journal: bytes) -> None:
    """Write rows and how far they come in one transaction. Raises OutOfStep and psycopg's errors.

    journal: the id of the journal they stem from.
    """
    with connection.transaction():
        moment = datetime.fromtimestamp(rows.time_ns // 1_000_000_000, UTC)
        taken = connection.execute(
            _TAKE,
            {
                "first": rows.first,
                "last": rows.last,
                "time": moment.replace(microsecond=rows.time_ns // 1_000 % 1_000_000),
                "journal": journal,
            },
        )
        if taken.rowcount != 1:
            raise OutOfStep("the tables are not where the projector left them")
        written = {name for name, _, _ in rows.tables}
        for name, _, content in rows.tables:
            target = f"new_{name}" if name in _STAGED else f"exchange.{name}"
            # Table and columns are the engine's own.
            command = f"COPY {target} ({_COLUMNS[name]}) FROM STDIN (FORMAT BINARY)"
            with connection.cursor() as cursor, cursor.copy(command) as copy:
                for start in range(0, len(content), _PIECE):
                    copy.write(content[start : start + _PIECE])
        if "order_changes" in written:
            connection.execute(_ORDERS)
        if "positions" in written:
            connection.execute(_POSITIONS)
        if "accounts" in written:
            connection.execute(_ACCOUNTS)
        if "market_data" in written:
            _write_market_data(connection)


def _write_market_data(connection: Connection) -> None:
    """Make the partition of each month that is new; a hypertable needs none."""
    for (month,) in connection.execute(_MONTHS).fetchall():
        following = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS exchange.market_data_{month:%Y_%m}"
            f" PARTITION OF exchange.market_data"
            f" FOR VALUES FROM ('{month.isoformat()}') TO ('{following.isoformat()}')"
        )
    connection.execute(_MARKET_DATA)
