"""An identity service on a real database that holds nobody yet."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from openoutcry.database import Connection, Database
from openoutcry.identity import VENUE, Identity, Principal
from openoutcry.identity.principal import SCOPES_OF_ROLE
from openoutcry.identity.users import User


async def _empty(connection: Connection) -> None:
    await connection.execute(
        "TRUNCATE identity.users, identity.api_keys, identity.changes RESTART IDENTITY"
    )


@pytest.fixture
async def database(postgres: str, tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(tmp_path, postgres)
    await opened.open()
    await opened.run(_empty)
    yield opened
    await opened.close()


@pytest.fixture
async def identity(database: Database, tmp_path: Path) -> AsyncIterator[Identity]:
    opened = Identity(database, tmp_path)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def alice(identity: Identity) -> User:
    return await identity.users.create(VENUE, "alice", "alice-secret")


@pytest.fixture
def as_alice(alice: User) -> Principal:
    """Alice, logged in with her password."""
    return Principal(alice.user_id, alice.username, alice.role, SCOPES_OF_ROLE[alice.role])
