"""API keys: made and revoked by their owner alone, and weaker than a password."""

import asyncio

import pytest

from openoutcry.database import Connection, Database
from openoutcry.errors import Conflict, Forbidden, GrantError, Malformed, NotFound, Unauthenticated
from openoutcry.identity import VENUE, Identity, Principal, Role, Scope, api_keys
from openoutcry.identity.api_keys import NewApiKey


async def token_of(identity: Identity, made: NewApiKey, scope: str = "") -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": made.key.client_id,
        "client_secret": made.client_secret,
        "scope": scope,
    }
    return (await identity.grants.grant(form, address="10.0.0.1")).access_token


async def test_key_opens_its_owners_account_without_the_owners_password(
    identity: Identity, as_alice: Principal
) -> None:
    made = await identity.api_keys.create(as_alice, "bot")
    holder = identity.verify(await token_of(identity, made))
    assert (holder.user_id, holder.username, holder.role) == (1, "alice", Role.TRADER)
    assert holder.scopes == {Scope.READ, Scope.TRADE}
    with pytest.raises(Forbidden):
        await identity.api_keys.create(holder, "successor")


async def test_key_may_be_made_for_reading_alone(identity: Identity, as_alice: Principal) -> None:
    made = await identity.api_keys.create(as_alice, "viewer", ["read"])
    assert identity.verify(await token_of(identity, made)).scopes == {Scope.READ}
    with pytest.raises(GrantError) as refusal:
        await token_of(identity, made, scope="trade")
    assert refusal.value.code == "invalid_scope"


@pytest.mark.parametrize("scopes", [[], ["admin"], ["credentials"], ["read", "nonsense"], [""]])
async def test_key_never_exceeds_its_owner(
    identity: Identity, as_alice: Principal, scopes: list[str]
) -> None:
    with pytest.raises(Malformed) as refusal:
        await identity.api_keys.create(as_alice, "bot", scopes)
    assert refusal.value.code == "INVALID_SCOPE"


@pytest.mark.parametrize("name", ["", "x" * 65, "a\nb", "a\0b", "\ud800"])
async def test_keys_name_is_one_printable_line(
    identity: Identity, as_alice: Principal, name: str
) -> None:
    with pytest.raises(Malformed) as refusal:
        await identity.api_keys.create(as_alice, name)
    assert refusal.value.code == "INVALID_KEY_NAME"


async def test_secret_is_shown_once_and_kept_nowhere(
    identity: Identity, database: Database, as_alice: Principal
) -> None:
    async def everything(connection: Connection) -> str:
        keys = await connection.execute("SELECT api_keys::text FROM identity.api_keys")
        changes = await connection.execute("SELECT changes::text FROM identity.changes")
        return str(await keys.fetchall()) + str(await changes.fetchall())

    made = await identity.api_keys.create(as_alice, "bot")
    assert len(made.client_secret) >= 43  # 256 bits
    assert made.client_secret not in await database.run(everything)
    assert (await identity.api_keys.list(as_alice)).items == [made.key]


async def test_revoked_key_and_its_tokens_end_at_once(
    identity: Identity, as_alice: Principal
) -> None:
    made = await identity.api_keys.create(as_alice, "bot")
    token = await token_of(identity, made)
    revoked = await identity.api_keys.revoke(as_alice, made.key.key_id)
    assert revoked.revoked_at is not None
    with pytest.raises(Unauthenticated):
        identity.verify(token)
    with pytest.raises(GrantError) as refusal:
        await token_of(identity, made)
    assert refusal.value.code == "invalid_client"
    assert await identity.api_keys.revoke(as_alice, made.key.key_id) == revoked


async def test_anothers_key_is_not_found(identity: Identity, as_alice: Principal) -> None:
    bob = await identity.users.create(VENUE, "bob", "bob-secret")
    as_bob = Principal(bob.user_id, "bob", Role.TRADER, as_alice.scopes)
    made = await identity.api_keys.create(as_alice, "bot")
    with pytest.raises(NotFound):
        await identity.api_keys.revoke(as_bob, made.key.key_id)
    with pytest.raises(NotFound):
        await identity.api_keys.revoke(as_alice, 10**30)
    assert (await identity.api_keys.list(as_bob)).items == []
    await token_of(identity, made)


async def test_keys_are_bounded_among_those_made_together(
    identity: Identity, as_alice: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_keys, "MOST_KEYS", 3)
    attempts = [identity.api_keys.create(as_alice, f"bot {n}") for n in range(6)]
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(answer, Conflict) for answer in answers) == 3
    made = (await identity.api_keys.list(as_alice)).items
    await identity.api_keys.revoke(as_alice, made[0].key_id)
    await identity.api_keys.create(as_alice, "in its place")


async def test_keys_are_listed_page_by_page(identity: Identity, as_alice: Principal) -> None:
    for n in range(3):
        await identity.api_keys.create(as_alice, f"bot {n}")
    first = await identity.api_keys.list(as_alice, limit=2)
    assert [key.name for key in first.items] == ["bot 0", "bot 1"]
    last = await identity.api_keys.list(as_alice, limit=2, cursor=first.next)
    assert ([key.name for key in last.items], last.next) == (["bot 2"], None)


async def test_use_of_a_key_is_noted(identity: Identity, as_alice: Principal) -> None:
    made = await identity.api_keys.create(as_alice, "bot")
    assert made.key.last_used_at is None
    await token_of(identity, made)
    (key,) = (await identity.api_keys.list(as_alice)).items
    assert key.last_used_at is not None
    await token_of(identity, made)
    assert (await identity.api_keys.list(as_alice)).items == [key]


async def test_disabled_owner_closes_the_keys(identity: Identity, as_alice: Principal) -> None:
    made = await identity.api_keys.create(as_alice, "bot")
    await identity.users.disable(VENUE, as_alice.user_id)
    with pytest.raises(GrantError):
        await token_of(identity, made)
