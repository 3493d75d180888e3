"""`python -m openoutcry.database.migrations`: applies the revisions that are missing, all or none.

Standard input is one line, the connection string, which may hold a password. Ends with 0; with
NEWER where the database is ahead of this program; with FAILED where the database refuses. Both
say why on standard error.
"""

import signal
import sys
from pathlib import Path

import alembic.command
import alembic.config
import alembic.util
import psycopg
import sqlalchemy
import sqlalchemy.dialects.postgresql.psycopg  # loaded before there is a server to wait for

from openoutcry.database.migrations import FAILED, NEWER


def main() -> int:
    """Wait for the connection string and upgrade; do nothing where it does not come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the venue, which ends us
    conninfo = sys.stdin.readline().rstrip("\n")
    if not conninfo:
        return 0
    try:
        upgrade(conninfo)
    except alembic.util.CommandError as error:
        print(error, file=sys.stderr)
        return NEWER
    except (psycopg.Error, sqlalchemy.exc.DBAPIError) as error:
        print(error, file=sys.stderr)
        return FAILED
    return 0


def upgrade(conninfo: str) -> None:
    """Apply the revisions that are missing."""
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(conninfo, connect_timeout=5),
        poolclass=sqlalchemy.pool.NullPool,
    )
    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")
        connection.commit()


if __name__ == "__main__":
    sys.exit(main())
