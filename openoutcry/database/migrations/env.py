"""What alembic runs: the revisions in one transaction, alone among venues on this database."""

from alembic import context
from sqlalchemy import text

from openoutcry.database.migrations import REVISION_TABLE

# Any constant will do that no other program uses for its advisory lock.
_LOCK = 0x4F70656E4F757463

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table=REVISION_TABLE)
with context.begin_transaction():
    connection.execute(text("SET LOCAL lock_timeout = '30s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    context.run_migrations()
