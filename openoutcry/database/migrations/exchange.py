"""The schema `exchange`: what the journal makes of accounts, orders, trades and the ledger.

All of it follows from the journal. So a new FORMAT of its rows is no migration: whoever projects
the journal drops the schema, makes it anew from these statements and fills it again.
"""

# Raised with every change of the tables or of what their rows say.
FORMAT = 1

ORDER_PARTITIONS = 16

# Money and execution prices have six decimals, order prices four.
_MONEY = "numeric(26, 6)"
_PRICE = "numeric(14, 4)"

_TABLES = f"""
CREATE SCHEMA exchange;

-- One row: how far the journal is projected. It changes in the transaction that writes the rows.
CREATE TABLE exchange.projection (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    format        integer NOT NULL,
    journal       bytea CHECK (length(journal) = 16),
    last_sequence bigint NOT NULL CHECK (last_sequence >= 0),
    last_time     timestamptz
);

CREATE TABLE exchange.symbols (
    symbol           text PRIMARY KEY,
    number           bigint NOT NULL UNIQUE,
    previous_close   {_PRICE} NOT NULL CHECK (previous_close >= 0),
    tick             {_PRICE} NOT NULL CHECK (tick >= 0),
    maximum_quantity bigint NOT NULL,
    listed_at        timestamptz NOT NULL
);

-- Account 0 is the world outside, which may owe without end; a cash account never owes.
CREATE TABLE exchange.accounts (
    account_id bigint PRIMARY KEY CHECK (account_id >= 0),
    owner_id   bigint NOT NULL,
    group_id   bigint NOT NULL,
    kind       text NOT NULL,
    status     text NOT NULL,
    cash       {_MONEY} NOT NULL,
    opened_at  timestamptz NOT NULL,
    CONSTRAINT no_overdraft CHECK (kind <> 'CASH' OR cash >= 0)
) WITH (fillfactor = 50);
CREATE INDEX accounts_owner ON exchange.accounts (owner_id, account_id);

-- cost and realised by average cost; the fifo_ figures give the oldest shares away first.
CREATE TABLE exchange.positions (
    account_id    bigint NOT NULL,
    symbol        text NOT NULL,
    quantity      bigint NOT NULL,
    cost          {_MONEY} NOT NULL,
    realised      {_MONEY} NOT NULL,
    fifo_cost     {_MONEY} NOT NULL,
    fifo_realised {_MONEY} NOT NULL,
    PRIMARY KEY (account_id, symbol)
) WITH (fillfactor = 50);

-- An order that names a symbol which nobody listed was refused, and is kept under '-'.
CREATE TABLE exchange.orders (
    order_id        bigint NOT NULL,
    symbol          text NOT NULL,
    account_id      bigint NOT NULL,
    side            text NOT NULL,
    type            text NOT NULL,
    time_in_force   text NOT NULL,
    status          text NOT NULL,
    reason          text,
    quantity        bigint NOT NULL,
    filled          bigint NOT NULL CHECK (filled >= 0),
    price           {_PRICE},
    stop_price      {_PRICE},
    value           {_MONEY} NOT NULL,
    client_order_id text,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    version         bigint NOT NULL,
    PRIMARY KEY (symbol, order_id)
) PARTITION BY HASH (symbol);

CREATE TABLE exchange.trades (
    trade_id      bigint PRIMARY KEY,
    sequence      bigint NOT NULL,
    executed_at   timestamptz NOT NULL,
    symbol        text NOT NULL,
    price         numeric(20, 6) NOT NULL CHECK (price >= 0),
    quantity      bigint NOT NULL CHECK (quantity > 0),
    taker_side    text NOT NULL,
    maker_order   bigint NOT NULL,
    taker_order   bigint NOT NULL,
    maker_account bigint NOT NULL,
    taker_account bigint NOT NULL
);
CREATE INDEX trades_executed ON exchange.trades USING brin (executed_at);

-- Double entry: line 1 of an entry is what its source gave (negative), line 2 what its target got.
CREATE TABLE exchange.ledger_entries (
    entry_id   bigint NOT NULL,
    line       smallint NOT NULL CHECK (line IN (1, 2)),
    sequence   bigint NOT NULL,
    posted_at  timestamptz NOT NULL,
    account_id bigint NOT NULL,
    asset      text NOT NULL,
    amount     {_MONEY} NOT NULL CHECK (amount <> 0 AND (amount > 0) = (line = 2)),
    trade_id   bigint,
    order_id   bigint,
    reference  text,
    PRIMARY KEY (entry_id, line)
);
CREATE INDEX ledger_entries_account ON exchange.ledger_entries (account_id, entry_id);

-- Minutes with trades; bid and ask as they stood when the minute was over.
CREATE TABLE exchange.market_data (
    symbol    text NOT NULL,
    minute_at timestamptz NOT NULL,
    open      numeric(20, 6) NOT NULL,
    high      numeric(20, 6) NOT NULL,
    low       numeric(20, 6) NOT NULL,
    close     numeric(20, 6) NOT NULL,
    volume    bigint NOT NULL,
    trades    bigint NOT NULL,
    bid       {_PRICE},
    ask       {_PRICE},
    PRIMARY KEY (symbol, minute_at)
)"""

# All that is put together here are this file's own constants.
_FIRST_ROW = f"INSERT INTO exchange.projection (format, last_sequence) VALUES ({FORMAT}, 0)"  # noqa: S608

_PARTITIONS = [
    f"CREATE TABLE exchange.orders_{number:02} PARTITION OF exchange.orders"
    f" FOR VALUES WITH (MODULUS {ORDER_PARTITIONS}, REMAINDER {number}) WITH (fillfactor = 70);"
    f"CREATE INDEX orders_{number:02}_account ON exchange.orders_{number:02} (account_id, order_id)"
    for number in range(ORDER_PARTITIONS)
]

# TimescaleDB cuts market_data into chunks by itself; without it there is a partition a month, which
# the projector makes when the first minute of a month comes.
_HYPERTABLE = """
CREATE EXTENSION IF NOT EXISTS timescaledb;
SELECT create_hypertable('exchange.market_data', 'minute_at')"""
_BY_MONTH = " PARTITION BY RANGE (minute_at)"

# Triggers on single rows would cost more than the rows themselves: each statement notes which
# entries it wrote, and at the commit one look at those decides. The note is a row of a table
# because PostgreSQL can defer row triggers alone.
_BALANCED = """
CREATE TABLE exchange.unbalanced (
    note        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    first_entry bigint NOT NULL,
    last_entry  bigint NOT NULL
);

CREATE FUNCTION exchange.note_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO exchange.unbalanced (first_entry, last_entry)
    SELECT min(entry_id), max(entry_id) FROM written HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE FUNCTION exchange.require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT coalesce(trade_id, -entry_id) AS movement, asset, sum(amount) AS rest INTO wrong
    FROM exchange.ledger_entries
    WHERE entry_id BETWEEN NEW.first_entry AND NEW.last_entry
    GROUP BY 1, 2 HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'debits and credits differ by % % in %', wrong.rest, wrong.asset,
            CASE WHEN wrong.movement > 0 THEN 'trade ' || wrong.movement
                 ELSE 'entry ' || -wrong.movement END
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balanced';
    END IF;
    DELETE FROM exchange.unbalanced WHERE note = NEW.note;
    RETURN NULL;
END $$;

CREATE TRIGGER note_entries AFTER INSERT ON exchange.ledger_entries
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION exchange.note_entries();
CREATE CONSTRAINT TRIGGER ledger_balanced AFTER INSERT ON exchange.unbalanced
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION exchange.require_balance()"""

_IMMUTABLE = """
CREATE FUNCTION exchange.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed: what is wrong is put right by new ones',
        TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$"""
_IMMUTABLE_TABLES = ("trades", "ledger_entries")


def statements(*, timescale: bool) -> list[str]:
    """What makes the schema; timescale: whether the extension is there to be used."""
    tables = _TABLES if timescale else _TABLES + _BY_MONTH
    made = [tables, _FIRST_ROW, *_PARTITIONS, _BALANCED, _IMMUTABLE]
    if timescale:
        made.append(_HYPERTABLE)
    for table in _IMMUTABLE_TABLES:
        name = f"exchange.{table}"
        made.append(
            f"CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION exchange.refuse_change();"
            # The owner too: a superuser alone is above grants, and meets the trigger.
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM PUBLIC, CURRENT_USER"
        )
    return made


TIMESCALE_PRESENT = "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')"
