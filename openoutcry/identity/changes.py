"""Who changed what about whom: rows that are only ever added."""

from collections.abc import Mapping

from psycopg.types.json import Jsonb

from openoutcry.database import Connection
from openoutcry.identity.principal import Principal


async def record_change(
    connection: Connection,
    actor: Principal,
    user_id: int,
    action: str,
    detail: Mapping[str, object],
) -> None:
    """Add a row in the transaction of the change itself. `detail` holds no secret."""
    await connection.execute(
        "INSERT INTO identity.changes (actor_id, user_id, action, detail) VALUES (%s, %s, %s, %s)",
        [actor.user_id or None, user_id, action, Jsonb(dict(detail))],
    )
