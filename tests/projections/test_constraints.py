"""What the database itself refuses, whoever writes to it."""

import psycopg
import pytest
from engine_venue import BUY, SELL, Venue

ENTRY = (
    "INSERT INTO exchange.ledger_entries"
    " (entry_id, line, sequence, posted_at, account_id, asset, amount, trade_id)"
    " VALUES ({}, {}, 1, now(), 1, '{}', {}, {})"
)


@pytest.fixture
def connection(venue: Venue, project: object, database: str) -> object:
    venue.order(1, BUY, 10, 150)
    venue.order(2, SELL, 10, 150)
    project()
    with psycopg.connect(database) as connection:
        yield connection
        connection.rollback()


def test_cash_account_is_never_overdrawn(connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="no_overdraft"):
        connection.execute("UPDATE exchange.accounts SET cash = -0.000001 WHERE account_id = 1")


def test_world_outside_may_owe(connection: psycopg.Connection) -> None:
    (cash,) = connection.execute(
        "SELECT cash FROM exchange.accounts WHERE account_id = 0"
    ).fetchone()
    assert cash == -2_000_000


def test_debits_equal_credits_at_the_commit(connection: psycopg.Connection) -> None:
    connection.execute(ENTRY.format(1_000, 1, "USD", -5, 900))
    connection.execute(ENTRY.format(1_000, 2, "USD", 5, 900))
    connection.commit()
    connection.execute(ENTRY.format(1_002, 1, "USD", -5, 901))
    connection.execute(ENTRY.format(1_002, 2, "USD", "4.999999", 901))
    with pytest.raises(psycopg.errors.CheckViolation, match=r"-0\.000001 USD in trade 901"):
        connection.commit()


def test_shares_balance_as_cash_does(connection: psycopg.Connection) -> None:
    connection.execute(ENTRY.format(1_000, 1, "AAPL", -5, 900))
    connection.execute(ENTRY.format(1_000, 2, "USD", 5, 900))
    with pytest.raises(psycopg.errors.CheckViolation, match="in trade 900"):
        connection.commit()


@pytest.mark.parametrize("table", ["trades", "ledger_entries"])
@pytest.mark.parametrize(
    "change",
    ["UPDATE exchange.{} SET sequence = 1", "DELETE FROM exchange.{}", "TRUNCATE exchange.{}"],
)
def test_history_is_never_edited(connection: psycopg.Connection, table: str, change: str) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changed"):
        connection.execute(change.format(table))


def test_owner_has_no_right_to_edit_history(connection: psycopg.Connection) -> None:
    """A superuser is above rights; a firm's own database has an owner who is none."""
    rights = connection.execute(
        "SELECT DISTINCT privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema = 'exchange' AND table_name IN ('trades', 'ledger_entries')"
    ).fetchall()
    assert {right for (right,) in rights}.isdisjoint({"UPDATE", "DELETE", "TRUNCATE"})


def test_orders_are_partitioned_by_their_symbol(connection: psycopg.Connection) -> None:
    partitions = connection.execute(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'exchange.orders'::regclass"
    ).fetchone()
    assert partitions == (16,)
    (definition,) = connection.execute(
        "SELECT pg_get_partkeydef('exchange.orders'::regclass)"
    ).fetchone()
    assert definition == "HASH (symbol)"


def test_times_and_money_have_exact_types(connection: psycopg.Connection) -> None:
    types = dict(
        connection.execute(
            "SELECT table_name || '.' || column_name,"
            " data_type || coalesce(' ' || numeric_scale, '')"
            " FROM information_schema.columns WHERE table_schema = 'exchange'"
        ).fetchall()
    )
    assert types["trades.price"] == "numeric 6"
    assert types["orders.price"] == types["orders.stop_price"] == "numeric 4"
    assert types["accounts.cash"] == types["ledger_entries.amount"] == "numeric 6"
    assert types["trades.executed_at"] == "timestamp with time zone"
