"""What of the database no journal can bring back, as files: users, credentials, settings.

A file for each table, `SCHEMA.TABLE.copy`: a line with the columns' names, then the rows in
PostgreSQL's own text format of COPY.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
from psycopg import sql

# All else is made again from the journal.
SCHEMAS = ("identity",)
_SUFFIX = ".copy"
_PIECE = 1 << 16


def dump_tables(conninfo: str, folder: Path) -> int:
    """Write every table as of one moment; the number of rows. Raises psycopg.Error."""
    rows = 0
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for schema, table in _tables(connection):
            columns = _columns(connection, schema, table)
            with (folder / f"{schema}.{table}{_SUFFIX}").open("wb") as file:
                file.write("\t".join(columns).encode() + b"\n")
                with connection.cursor() as cursor:
                    with cursor.copy(
                        _copy("COPY {} ({}) TO STDOUT", schema, table, columns)
                    ) as out:
                        for piece in out:
                            file.write(piece)
                    rows += cursor.rowcount
    return rows


def load_tables(conninfo: str, folder: Path) -> int:
    """Fill a database of the present schema, all or nothing; the number of rows.

    Raises psycopg.Error, and DatabaseNotEmpty where there are rows already.
    """
    rows = 0
    with psycopg.connect(conninfo) as connection:
        for schema, table in _tables(connection):
            if connection.execute(_select("SELECT 1 FROM {} LIMIT 1", schema, table)).fetchone():
                raise DatabaseNotEmpty(f"{schema}.{table}")
            file = folder / f"{schema}.{table}{_SUFFIX}"
            if file.exists():  # a table younger than the backup stays empty
                rows += _load(connection, schema, table, file)
                _go_on_counting(connection, schema, table)
    return rows


class DatabaseNotEmpty(Exception):
    """The table that has rows already."""


def _load(
    connection: psycopg.Connection[psycopg.rows.TupleRow], schema: str, table: str, file: Path
) -> int:
    with file.open("rb") as opened, connection.cursor() as cursor:
        columns = opened.readline().decode().rstrip("\n").split("\t")
        with cursor.copy(_copy("COPY {} ({}) FROM STDIN", schema, table, columns)) as into:
            while piece := opened.read(_PIECE):
                into.write(piece)
        return cursor.rowcount


def _tables(
    connection: psycopg.Connection[psycopg.rows.TupleRow],
) -> Iterator[tuple[str, str]]:
    """In the order in which they were made: what refers to others comes after them."""
    yield from connection.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'r' AND n.nspname = ANY(%s) ORDER BY c.oid",
        [list(SCHEMAS)],
    ).fetchall()


def _columns(
    connection: psycopg.Connection[psycopg.rows.TupleRow], schema: str, table: str
) -> list[str]:
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s"
        " AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [schema, table],
    )
    return [row[0] for row in rows]


def _go_on_counting(
    connection: psycopg.Connection[psycopg.rows.TupleRow], schema: str, table: str
) -> None:
    """Let columns that number their rows go on behind the highest number."""
    for (column,) in connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s"
        " AND table_name = %s AND (is_identity = 'YES' OR column_default LIKE 'nextval(%%')",
        [schema, table],
    ).fetchall():
        connection.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({name}, {column}), coalesce(max({field}), 1),"
                " max({field}) IS NOT NULL) FROM {table}"
            ).format(
                name=f"{schema}.{table}",
                column=column,
                field=sql.Identifier(column),
                table=sql.Identifier(schema, table),
            )
        )


def _copy(text: str, schema: str, table: str, columns: Sequence[str]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(text).format(sql.Identifier(schema, table), names)


def _select(text: str, schema: str, table: str) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(schema, table))
