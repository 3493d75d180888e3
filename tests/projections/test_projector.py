"""The tables say what the journal says: each command once, however the writing goes."""

from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from engine_venue import BUY, SELL, Venue
from tables import content, read, trade_at_random, trial_balance

from openoutcry import _engine
from openoutcry.errors import Unavailable
from openoutcry.projections import Projector, Trouble, projector
from openoutcry.projections.reconciliation import reconcile
from openoutcry.projections.schema import recreate

SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_order_stands_as_the_engine_shows_it(
    venue: Venue, project: object, database: str, seed: int
) -> None:
    trade_at_random(venue, seed, 1_000)
    project()
    words = {number: word for word, number in _engine.terms()["side"].items()}
    shown = read(
        database,
        "SELECT order_id, account_id, side, status, quantity, filled, price, value, version"
        " FROM exchange.orders ORDER BY order_id",
    )
    assert len(shown) > 500
    for number, account, side, status, quantity, filled, price, value, version in shown:
        order = venue.engine.order(number)
        assert (account, side, status) == (order.account, words.get(order.side, "-"), order.status)
        assert (quantity, filled, version) == (order.quantity, order.filled, order.version)
        assert (price or 0) * 10_000 == order.price
        assert value * 1_000_000 == order.value
    assert read(database, "SELECT max(order_id) FROM exchange.orders") == [(len(shown),)]


@pytest.mark.parametrize("seed", SEEDS)
def test_machine_ledger_and_tables_agree(
    venue: Venue, project: object, database: str, seed: int
) -> None:
    trade_at_random(venue, seed, 1_000)
    project()
    with psycopg.connect(database) as connection:
        assert reconcile(connection, venue.engine) == []
    assert set(trial_balance(database).values()) == {Decimal(0)}
    for account in (1, 2):
        (position,) = venue.engine.positions(account)
        ((quantity, cost, realised),) = read(
            database,
            f"SELECT quantity, cost, realised FROM exchange.positions WHERE account_id = {account}",
        )
        assert (quantity, int(cost * 10**6), int(realised * 10**6)) == (
            position.shares,
            position.cost,
            position.realised,
        )


def test_rows_are_the_same_however_they_were_cut(
    venue: Venue, project: object, database: str
) -> None:
    for seed in range(20):
        trade_at_random(venue, seed, 50)
        project()
    piecemeal = content(database)
    with psycopg.connect(database, autocommit=True) as connection:
        recreate(connection)
    project()
    assert content(database) == piecemeal


def test_tables_that_are_dropped_come_back_by_themselves(
    venue: Venue, running: Projector, database: str, eventually: object
) -> None:
    trade_at_random(venue, 1, 300)
    eventually(lambda: running.lag == 0)
    before = content(database)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA exchange CASCADE")
    venue.order(1, BUY, 1, 140)
    eventually(lambda: running.lag == 0 and running.trouble is None)
    after = content(database)
    assert after["trades"] == before["trades"]
    assert after["orders"][: len(before["orders"])] == before["orders"]
    assert len(after["orders"]) == len(before["orders"]) + 1


def test_connections_killed_while_writing_cost_nothing_and_double_nothing(
    venue: Venue, running: Projector, database: str, postgres: str, eventually: object
) -> None:
    kill = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = (%s)"
    )
    name = database.partition("dbname=")[2].split()[0]
    with psycopg.connect(postgres, autocommit=True) as connection:
        for seed in range(30):
            trade_at_random(venue, seed, 50)
            connection.execute(kill, [name])
    eventually(lambda: running.lag == 0 and running.trouble is None)
    kept = content(database)
    with psycopg.connect(database, autocommit=True) as connection:
        assert reconcile(connection, venue.engine) == []
    running.close()
    with psycopg.connect(database, autocommit=True) as connection:
        recreate(connection)
    again = Projector(venue.directory, conninfo=lambda: database, durable=venue.engine.sequence)
    again.run_until(venue.engine.sequence(), lambda _sequence, _events: None)
    assert content(database) == kept


async def test_reader_waits_for_a_sequence(venue: Venue, running: Projector, database: str) -> None:
    answer = venue.order(1, BUY, 1, 150)
    await running.wait_for(answer.sequence, 30)
    assert read(database, "SELECT count(*) FROM exchange.orders") == [(1,)]
    with pytest.raises(Unavailable, match="The database shows commands up to"):
        await running.wait_for(answer.sequence + 1, 0.05)


def test_orders_go_on_while_the_database_is_away(
    venue: Venue, database: str, eventually: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, object]] = []
    monkeypatch.setattr(projector.log, "error", lambda words, **more: told.append((words, more)))
    where = ["host=/nonexistent dbname=x"]
    away = Projector(venue.directory, conninfo=lambda: where[0], durable=venue.engine.sequence)
    away.start()
    try:
        eventually(lambda: away.trouble is not None)
        trade_at_random(venue, 5, 200)
        assert away.lag == venue.engine.sequence()
        where[0] = database
        eventually(lambda: away.lag == 0 and away.trouble is None)
    finally:
        away.close()
    assert [words for words, _ in told] == ["the database falls behind the journal"]


def test_database_of_another_journal_is_left_alone(
    venue: Venue, project: object, database: str, tmp_path: Path
) -> None:
    venue.order(1, SELL, 1, 150)
    project()
    other = Venue(tmp_path)
    try:
        other.found()
        for _ in range(3):
            other.order(1, SELL, 1, 150)
        stranger = Projector(tmp_path, conninfo=lambda: database, durable=other.engine.sequence)
        with pytest.raises(Trouble, match="another journal"):
            stranger.run_until(other.engine.sequence(), lambda _sequence, _events: None)
    finally:
        other.engine.close()


def test_database_that_is_ahead_of_the_journal_is_left_alone(
    venue: Venue, project: object, database: str, tmp_path: Path
) -> None:
    project()
    other = Venue(tmp_path)
    try:
        other.run(_engine.list_symbol("MSFT", 1))
        younger = Projector(tmp_path, conninfo=lambda: database, durable=other.engine.sequence)
        with pytest.raises(Trouble, match="they do not belong together"):
            younger.run_until(other.engine.sequence(), lambda _sequence, _events: None)
    finally:
        other.engine.close()
