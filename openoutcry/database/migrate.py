"""Bring the database's schema to the revision of this program."""

import threading
from importlib import import_module
from pathlib import Path

import psycopg

from openoutcry.errors import StartError

_MIGRATIONS = Path(__file__).parent / "migrations"

# Alembic keeps what it works on in its modules.
_one_at_a_time = threading.Lock()


def preload() -> None:
    """Load alembic and SQLAlchemy, which takes a third of a second, while initdb works."""
    for module in ("alembic.command", "sqlalchemy.dialects.postgresql.psycopg"):
        import_module(module)


def upgrade(conninfo: str) -> None:
    """Apply the revisions that are missing, all or none. Blocks: call it from a thread.

    Raises StartError when the database is ahead of this program, psycopg.Error or SQLAlchemy's
    DBAPIError when it fails.
    """
    import alembic.command
    import alembic.config
    import alembic.util
    import sqlalchemy

    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(conninfo, connect_timeout=5),
        poolclass=sqlalchemy.pool.NullPool,
    )
    config = alembic.config.Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        with _one_at_a_time, engine.connect() as connection:
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")
            connection.commit()
    except alembic.util.CommandError as error:
        raise StartError(
            f"the database was made by a newer Open Outcry than this one: {error}"
        ) from None
    except sqlalchemy.exc.DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise error.orig from None
        raise
