"""Users: who may make them, change them and shut them out."""

import asyncio

import pytest

from openoutcry.database import Connection, Database
from openoutcry.errors import (
    Conflict,
    Forbidden,
    GrantError,
    Malformed,
    NotFound,
    Problem,
    RateLimited,
    Unauthenticated,
)
from openoutcry.identity import VENUE, Identity, Principal, Role, Scope
from openoutcry.identity.users import KycStatus, User


async def log_in(identity: Identity, username: str, password: str) -> str:
    form = {"grant_type": "password", "username": username, "password": password}
    return (await identity.grants.grant(form, address="10.0.0.1")).access_token


async def changes(connection: Connection) -> list[tuple[object, ...]]:
    cursor = await connection.execute(
        "SELECT actor_id, user_id, action, detail FROM identity.changes ORDER BY change_id"
    )
    return await cursor.fetchall()


async def test_first_user_is_number_one(identity: Identity, alice: User) -> None:
    assert (alice.user_id, alice.role, alice.kyc_status) == (1, Role.TRADER, KycStatus.PENDING)
    assert alice == await identity.users.get(1)


@pytest.mark.parametrize("taken", ["alice", "Alice", "ALICE"])
async def test_username_is_taken_in_any_case(identity: Identity, alice: User, taken: str) -> None:
    with pytest.raises(Conflict) as refusal:
        await identity.users.create(VENUE, taken, "another-password")
    assert refusal.value.code == "USERNAME_TAKEN"
    assert alice.user_id == 1


async def test_name_is_given_once_to_those_who_ask_together(identity: Identity) -> None:
    attempts = [identity.users.create(VENUE, "dave", "dave-secret") for _ in range(5)]
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(answer, User) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 4


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "-a", "a" * 33, "älice", "a\0b", "a\n", "'; --", "\ud800"]
)
async def test_username_outside_the_policy_is_refused(identity: Identity, name: str) -> None:
    with pytest.raises(Malformed) as refusal:
        await identity.users.create(VENUE, name, "some-password")
    assert refusal.value.code == "INVALID_USERNAME"


async def test_trader_may_not_run_the_venue(identity: Identity, as_alice: Principal) -> None:
    users = identity.users
    for attempt in (
        users.create(as_alice, "dave", "dave-secret", Role.OPERATOR),
        users.list(as_alice),
        users.disable(as_alice, 1),
        users.enable(as_alice, 1),
        users.reset_password(as_alice, 1, "another-password"),
        users.set_kyc_status(as_alice, 1, KycStatus.APPROVED),
    ):
        with pytest.raises(Forbidden):
            await attempt


async def test_users_are_listed_page_by_page(identity: Identity) -> None:
    for name in ("ann", "ben", "cal"):
        await identity.users.create(VENUE, name, f"{name}-secret")
    first = await identity.users.list(VENUE, limit=2)
    assert [user.username for user in first.items] == ["ann", "ben"]
    assert first.next == 2
    last = await identity.users.list(VENUE, limit=2, cursor=first.next)
    assert ([user.username for user in last.items], last.next) == (["cal"], None)
    assert (await identity.users.list(VENUE, limit=3)).next is None
    assert len((await identity.users.list(VENUE, limit=-5)).items) == 1
    assert (await identity.users.list(VENUE, cursor=10**30)).items == []


async def test_new_password_replaces_the_old_and_ends_every_token(
    identity: Identity, as_alice: Principal
) -> None:
    token = await log_in(identity, "alice", "alice-secret")
    assert identity.verify(token).user_id == 1
    await identity.users.change_password(as_alice, "alice-secret", "a new password")
    with pytest.raises(Unauthenticated) as refusal:
        identity.verify(token)
    assert refusal.value.code == "TOKEN_REVOKED"
    with pytest.raises(GrantError):
        await log_in(identity, "alice", "alice-secret")
    identity.verify(await log_in(identity, "alice", "a new password"))


async def test_wrong_current_password_changes_nothing_and_is_throttled(
    identity: Identity, as_alice: Principal
) -> None:
    for _ in range(10):
        with pytest.raises(Forbidden):
            await identity.users.change_password(as_alice, "not mine", "a new password")
    with pytest.raises(RateLimited):
        await identity.users.change_password(as_alice, "alice-secret", "a new password")
    with pytest.raises(RateLimited):
        await log_in(identity, "alice", "alice-secret")


async def test_weak_new_password_changes_nothing(identity: Identity, as_alice: Principal) -> None:
    token = await log_in(identity, "alice", "alice-secret")
    with pytest.raises(Malformed):
        await identity.users.change_password(as_alice, "alice-secret", "short")
    identity.verify(token)


async def test_api_key_may_not_change_the_password(identity: Identity, as_alice: Principal) -> None:
    program = Principal(1, "alice", Role.TRADER, as_alice.scopes - {Scope.CREDENTIALS})
    with pytest.raises(Forbidden):
        await identity.users.change_password(program, "alice-secret", "a new password")


async def test_disabled_user_is_out_at_once_and_may_be_let_in_again(
    identity: Identity, alice: User
) -> None:
    token = await log_in(identity, "alice", "alice-secret")
    assert (await identity.users.disable(VENUE, alice.user_id)).disabled
    with pytest.raises(Unauthenticated):
        identity.verify(token)
    with pytest.raises(GrantError) as refusal:
        await log_in(identity, "alice", "alice-secret")
    assert refusal.value.code == "invalid_grant"
    assert not (await identity.users.enable(VENUE, alice.user_id)).disabled
    with pytest.raises(Unauthenticated):
        identity.verify(token)
    identity.verify(await log_in(identity, "alice", "alice-secret"))


async def test_operator_gives_a_forgetful_user_another_password(
    identity: Identity, alice: User
) -> None:
    await identity.users.reset_password(VENUE, alice.user_id, "handed over")
    identity.verify(await log_in(identity, "alice", "handed over"))


async def test_kyc_status_changes_without_ending_tokens(identity: Identity, alice: User) -> None:
    token = await log_in(identity, "alice", "alice-secret")
    user = await identity.users.set_kyc_status(VENUE, alice.user_id, KycStatus.APPROVED)
    assert user.kyc_status is KycStatus.APPROVED
    identity.verify(token)


async def test_unknown_user_is_not_found(identity: Identity) -> None:
    for attempt in (
        identity.users.get(99),
        identity.users.disable(VENUE, 10**30),
        identity.users.reset_password(VENUE, -1, "another-password"),
        identity.users.set_kyc_status(VENUE, 0, KycStatus.APPROVED),
    ):
        with pytest.raises(NotFound) as refusal:
            await attempt
        assert refusal.value.code == "UNKNOWN_USER"


async def test_every_change_is_kept_with_who_made_it(
    identity: Identity, database: Database, as_alice: Principal
) -> None:
    boss = await identity.users.create(VENUE, "boss", "boss-secret", Role.OPERATOR)
    operator = Principal(boss.user_id, "boss", Role.OPERATOR, frozenset({Scope.ADMIN}))
    await identity.users.set_kyc_status(operator, 1, KycStatus.APPROVED)
    await identity.users.change_password(as_alice, "alice-secret", "a new password")
    await identity.users.disable(operator, 1)
    with pytest.raises(Problem):
        await identity.users.create(operator, "ALICE", "another-password")
    rows = await database.run(changes)
    assert [row[:3] for row in rows] == [
        (None, 1, "USER_CREATED"),
        (None, 2, "USER_CREATED"),
        (2, 1, "KYC_CHANGED"),
        (1, 1, "PASSWORD_CHANGED"),
        (2, 1, "USER_DISABLED"),
    ]
    assert not any("password" in str(row[3]).lower() or "$argon2" in str(row) for row in rows)


async def test_operator_cannot_shut_himself_out(identity: Identity) -> None:
    made = await identity.users.create(VENUE, "root", "root-password", role=Role.OPERATOR)
    operator = identity.verify(await log_in(identity, "root", "root-password"))
    with pytest.raises(Conflict) as refusal:
        await identity.users.disable(operator, made.user_id)
    assert refusal.value.code == "OWN_USER"
    assert not (await identity.users.get(made.user_id)).disabled
