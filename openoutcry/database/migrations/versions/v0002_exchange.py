"""What the journal makes of accounts, orders, trades and the ledger."""

from alembic import op
from sqlalchemy import text

from openoutcry.database.migrations.exchange import TIMESCALE_PRESENT, statements

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the schema `exchange`."""
    timescale = bool(op.get_bind().execute(text(TIMESCALE_PRESENT)).scalar())
    # The driver's own connection: SQLAlchemy would take the % of a RAISE for a parameter.
    connection = op.get_bind().connection.driver_connection
    assert connection is not None, "a migration has its connection"
    for statement in statements(timescale=timescale):
        connection.execute(statement)
