"""Identity as a whole: what one process changes, another one follows."""

from pathlib import Path
from typing import Protocol

import pytest

from openoutcry.database import Database
from openoutcry.errors import Unauthenticated
from openoutcry.identity import VENUE, Identity, Principal
from openoutcry.identity import identity as module
from openoutcry.identity.users import User


class Wait(Protocol):
    async def met(self, condition: object) -> None: ...


def holds(identity: Identity, token: str) -> bool:
    try:
        identity.verify(token)
    except Unauthenticated:
        return False
    return True


async def log_in(identity: Identity) -> str:
    form = {"grant_type": "password", "username": "alice", "password": "alice-secret"}
    return (await identity.grants.grant(form, address="10.0.0.1")).access_token


async def test_tokens_end_that_another_process_ended(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, eventually: Wait
) -> None:
    monkeypatch.setattr(module, "FOLLOW_SECONDS", 0.02)
    gateway, office = Identity(database, tmp_path), Identity(database, tmp_path)
    await gateway.open()
    alice = await office.users.create(VENUE, "alice", "alice-secret")
    token = await log_in(gateway)
    assert holds(gateway, token)
    await office.users.disable(VENUE, alice.user_id)
    await eventually.met(lambda: not holds(gateway, token))
    await gateway.close()
    await office.close()


async def test_api_key_ends_that_another_process_revoked(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    eventually: Wait,
    as_alice: Principal,
) -> None:
    monkeypatch.setattr(module, "FOLLOW_SECONDS", 0.02)
    gateway, office = Identity(database, tmp_path), Identity(database, tmp_path)
    await gateway.open()
    made = await office.api_keys.create(as_alice, "bot")
    form = {"grant_type": "client_credentials"}
    basic = (made.key.client_id, made.client_secret)
    answer = await gateway.grants.grant(form, address="10.0.0.1", basic=basic)
    assert holds(gateway, answer.access_token)
    await office.api_keys.revoke(as_alice, made.key.key_id)
    await eventually.met(lambda: not holds(gateway, answer.access_token))
    await gateway.close()
    await office.close()


async def test_restarted_venue_knows_which_tokens_were_ended(
    database: Database, identity: Identity, tmp_path: Path, alice: User
) -> None:
    token = await log_in(identity)
    await identity.users.disable(VENUE, alice.user_id)
    restarted = Identity(database, tmp_path)
    assert holds(restarted, token)  # it does not know yet: open() is for that
    await restarted.open()
    assert not holds(restarted, token)
    await restarted.close()


async def test_venue_restarted_without_its_database_takes_the_tokens_it_issued(
    database: Database, identity: Identity, tmp_path: Path, alice: User
) -> None:
    token = await log_in(identity)
    await database.close()
    restarted = Identity(database, tmp_path)
    await restarted.open()
    assert restarted.verify(token).user_id == alice.user_id
    await restarted.close()
