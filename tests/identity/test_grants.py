"""The token endpoint's service: RFC 6749 with the codes it names."""

import asyncio

import pytest
from argon2 import PasswordHasher

from openoutcry.database import Connection, Database
from openoutcry.errors import DatabaseUnavailable, GrantError, RateLimited
from openoutcry.identity import VENUE, Identity, Principal, Role, Scope
from openoutcry.identity.users import User

ADDRESS = "10.0.0.1"


def password(username: str, secret: str, **more: str) -> dict[str, str]:
    return {"grant_type": "password", "username": username, "password": secret, **more}


async def refusal(
    identity: Identity, form: dict[str, str], basic: tuple[str, str] | None = None
) -> tuple[str, int]:
    with pytest.raises(GrantError) as refused:
        await identity.grants.grant(form, address=ADDRESS, basic=basic)
    return refused.value.code, refused.value.status


async def test_password_grant_answers_as_the_standard_says(identity: Identity, alice: User) -> None:
    answer = await identity.grants.grant(password("alice", "alice-secret"), address=ADDRESS)
    assert (answer.token_type, answer.expires_in) == ("Bearer", 28_800)
    assert answer.scope == "credentials read trade"
    assert identity.verify(answer.access_token) == Principal(
        alice.user_id,
        "alice",
        Role.TRADER,
        frozenset({Scope.READ, Scope.TRADE, Scope.CREDENTIALS}),
    )


async def test_username_logs_in_in_any_case(identity: Identity, alice: User) -> None:
    answer = await identity.grants.grant(password("ALICE", "alice-secret"), address=ADDRESS)
    assert identity.verify(answer.access_token).username == alice.username


async def test_operator_gets_an_operators_scopes(identity: Identity) -> None:
    await identity.users.create(VENUE, "boss", "boss-secret", Role.OPERATOR)
    answer = await identity.grants.grant(password("boss", "boss-secret"), address=ADDRESS)
    assert Scope.ADMIN in identity.verify(answer.access_token).scopes
    assert Scope.TRADE not in identity.verify(answer.access_token).scopes


async def test_scope_narrows_the_token(identity: Identity, alice: User) -> None:
    form = password(alice.username, "alice-secret", scope="read")
    answer = await identity.grants.grant(form, address=ADDRESS)
    assert identity.verify(answer.access_token).scopes == {Scope.READ}
    form["scope"] = "read admin"
    assert await refusal(identity, form) == ("invalid_scope", 400)


async def test_unknown_user_and_wrong_password_are_told_alike(
    identity: Identity, alice: User
) -> None:
    details = set()
    for username in (alice.username, "nobody", "not a name", "\ud800", "a\0", "x" * 100_000):
        with pytest.raises(GrantError) as refused:
            await identity.grants.grant(password(username, "wrong-password"), address=ADDRESS)
        details.add((refused.value.code, refused.value.detail, refused.value.status))
    assert details == {("invalid_grant", "The username or password is wrong.", 401)}


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "invalid_request"),
        ({"grant_type": "password", "username": "alice"}, "invalid_request"),
        ({"grant_type": "password", "username": "", "password": "x"}, "invalid_request"),
        ({"grant_type": "client_credentials"}, "invalid_request"),
        ({"grant_type": "client_credentials", "client_id": "oo_1"}, "invalid_request"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
    ],
)
async def test_incomplete_request_is_malformed(
    identity: Identity, form: dict[str, str], code: str
) -> None:
    assert await refusal(identity, form) == (code, 400)


@pytest.mark.parametrize("client_id", ["oo_unknown", "alice", "\ud800", "x" * 100_000, "oo_'"])
async def test_unknown_client_is_refused(identity: Identity, client_id: str) -> None:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "\ud800"}
    assert await refusal(identity, form) == ("invalid_client", 401)


async def test_client_gives_its_credentials_in_one_place(
    identity: Identity, as_alice: Principal
) -> None:
    made = await identity.api_keys.create(as_alice, "bot")
    basic = (made.key.client_id, made.client_secret)
    form = {"grant_type": "client_credentials"}
    answer = await identity.grants.grant(form, address=ADDRESS, basic=basic)
    assert identity.verify(answer.access_token).user_id == as_alice.user_id
    await identity.grants.grant(form | {"client_id": basic[0]}, address=ADDRESS, basic=basic)
    both = form | {"client_id": basic[0], "client_secret": basic[1]}
    assert await refusal(identity, both, basic) == ("invalid_request", 400)
    assert await refusal(identity, form | {"client_id": "oo_x"}, basic) == ("invalid_request", 400)
    assert await refusal(identity, form, (basic[0], "wrong")) == ("invalid_client", 401)


async def test_guessing_is_throttled(identity: Identity, alice: User) -> None:
    guesses = [
        identity.grants.grant(password(alice.username, f"guess-{n}-{n}"), address=f"10.1.0.{n}")
        for n in range(15)
    ]
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(answer, GrantError) for answer in answers) == 10
    throttled = [answer for answer in answers if isinstance(answer, RateLimited)]
    assert [answer.code for answer in throttled] == ["RATE_LIMITED"] * 5
    assert all(answer.retry_after for answer in throttled)


@pytest.mark.parametrize("username", ["alice", "nobody", "not a name"])
async def test_login_costs_one_hashing_whoever_it_names(
    identity: Identity, alice: User, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the time it takes does not tell who exists, nor who is disabled."""
    costs: list[str] = []
    verify = PasswordHasher.verify

    def counted(hasher: PasswordHasher, encoded: str, secret: str) -> bool:
        costs.append(encoded.rsplit("$", 2)[0])
        return verify(hasher, encoded, secret)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    await identity.users.disable(VENUE, alice.user_id)
    await refusal(identity, password(username, "wrong-password"))
    assert costs == ["$argon2id$v=19$m=19456,t=2,p=1"]


async def test_hash_of_other_settings_is_renewed_at_login(
    identity: Identity, database: Database, alice: User
) -> None:
    async def keep(connection: Connection, encoded: str) -> None:
        await connection.execute("UPDATE identity.users SET password_hash = %s", [encoded])

    async def kept(connection: Connection) -> str:
        cursor = await connection.execute("SELECT password_hash FROM identity.users")
        row = await cursor.fetchone()
        assert row is not None
        return str(row[0])

    weaker = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("alice-secret")
    await database.run(keep, weaker)
    for _ in range(2):
        await identity.grants.grant(password(alice.username, "alice-secret"), address=ADDRESS)
    assert (await database.run(kept)).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_protocol_without_tokens_logs_in_by_password(identity: Identity, alice: User) -> None:
    principal = await identity.grants.log_in("alice", "alice-secret", address=ADDRESS)
    assert principal.user_id == alice.user_id
    with pytest.raises(GrantError):
        await identity.grants.log_in("alice", "wrong-password", address=ADDRESS)


async def test_login_waits_for_the_database_but_tokens_do_not(
    identity: Identity, database: Database, alice: User
) -> None:
    form = password(alice.username, "alice-secret")
    token = (await identity.grants.grant(form, address=ADDRESS)).access_token
    await database.close()
    assert identity.verify(token).user_id == alice.user_id
    for _ in range(20):
        with pytest.raises(DatabaseUnavailable):
            await identity.grants.grant(form, address=ADDRESS)
