"""The demo's users: there from the first start, and their own from then on."""

from pathlib import Path

import pytest

from openoutcry.database import Connection, Database
from openoutcry.errors import GrantError
from openoutcry.identity import Identity, Principal, Role, Scope
from openoutcry.identity.demo import DEMO_USERS, demo_password
from openoutcry.identity.principal import SCOPES_OF_ROLE

TRADERS = [f"maker-{n}" for n in range(5)]
ADDRESS = "127.0.0.1"


def form(username: str) -> dict[str, str]:
    return {
        "grant_type": "password",
        "username": username,
        "password": demo_password(username),
    }


async def test_demo_users_log_in_with_the_passwords_that_are_told(identity: Identity) -> None:
    demo = await identity.ensure_demo_users()
    assert list(demo.user_ids) == ["alice", "bob", "carol", "mona", "operator", "compliance"]
    for username, role in DEMO_USERS.items():
        answer = await identity.grants.grant(form(username), address=ADDRESS)
        principal = identity.verify(answer.access_token)
        assert (principal.user_id, principal.role) == (demo.user_ids[username], role)


async def test_passwords_that_are_told_open_no_venue_but_the_demo(
    identity: Identity, database: Database, tmp_path: Path
) -> None:
    await identity.ensure_demo_users()
    served = Identity(database, tmp_path)
    for username in [*DEMO_USERS, "Alice"]:
        for password in [demo_password(username.lower()), "\uff41lice-demo"]:
            with pytest.raises(GrantError):
                await served.grants.log_in(username, password, address=ADDRESS)
    await served.close()


async def test_ids_are_the_same_in_every_fresh_demo(identity: Identity) -> None:
    demo = await identity.ensure_demo_users(TRADERS)
    assert list(demo.user_ids.values()) == list(range(1, 12))


async def test_simulated_traders_log_in_by_key_alone(identity: Identity) -> None:
    demo = await identity.ensure_demo_users(TRADERS)
    for name in TRADERS:
        given = demo.credentials[name]
        answer = await identity.grants.grant(
            {"grant_type": "client_credentials"},
            address=ADDRESS,
            basic=(given.client_id, given.client_secret),
        )
        principal = identity.verify(answer.access_token)
        assert principal.user_id == demo.user_ids[name]
        assert principal.scopes == {Scope.READ, Scope.TRADE}
        with pytest.raises(GrantError):
            await identity.grants.grant(form(name), address=ADDRESS)


async def test_second_start_changes_nothing_and_hashes_nothing(
    identity: Identity, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def rows(connection: Connection) -> list[tuple[object, ...]]:
        cursor = await connection.execute(
            "SELECT (SELECT count(*) FROM identity.changes), users::text"
            " FROM identity.users ORDER BY user_id"
        )
        return await cursor.fetchall()

    async def hash_nothing(password: str) -> str:
        raise AssertionError(password)

    first = await identity.ensure_demo_users(TRADERS)
    kept = await database.run(rows)
    monkeypatch.setattr(identity._passwords, "hash", hash_nothing)
    assert await identity.ensure_demo_users(TRADERS) == first
    assert await database.run(rows) == kept


async def test_password_that_a_demo_user_changed_stays_changed(identity: Identity) -> None:
    demo = await identity.ensure_demo_users()
    alice = Principal(demo.user_ids["alice"], "alice", Role.TRADER, SCOPES_OF_ROLE[Role.TRADER])
    await identity.users.change_password(alice, "alice-demo", "a new password")
    await identity.ensure_demo_users()
    with pytest.raises(GrantError):
        await identity.grants.grant(form("alice"), address=ADDRESS)


async def test_new_signing_key_brings_the_traders_new_secrets(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await identity.ensure_demo_users(TRADERS)
    monkeypatch.setattr(identity, "_signing_key", bytes(32))
    after = await identity.ensure_demo_users(TRADERS)
    assert after.user_ids == before.user_ids
    for name in TRADERS:
        old, new = before.credentials[name], after.credentials[name]
        assert old.client_id == new.client_id
        assert old.client_secret != new.client_secret
        request = {"grant_type": "client_credentials"}
        await identity.grants.grant(
            request, address=ADDRESS, basic=(new.client_id, new.client_secret)
        )
        with pytest.raises(GrantError):
            await identity.grants.grant(
                request, address=ADDRESS, basic=(old.client_id, old.client_secret)
            )
