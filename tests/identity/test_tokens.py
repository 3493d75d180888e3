"""Tokens: whose they are, how long they hold, and what ends them."""

import base64
import json

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from openoutcry.errors import Unauthenticated
from openoutcry.identity import Principal, Role, Scope, tokens
from openoutcry.identity.tokens import LIFETIME_SECONDS, Tokens

KEY = bytes(range(32))
ALICE = Principal(7, "alice", Role.TRADER, frozenset({Scope.READ, Scope.TRADE}))


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def refusal(issuer: Tokens, token: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        issuer.verify(token)
    return refused.value.code


def forged(claims: dict[str, object], *, key: bytes = KEY, algorithm: str = "HS256") -> str:
    return jwt.encode({"alg": algorithm}, claims, OctKey.import_key(key), [algorithm])


def claims_of(token: str) -> dict[str, object]:
    body = token.split(".")[1]
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(body + "=="))
    return claims


def test_token_says_whose_it_is() -> None:
    issuer = Tokens(KEY)
    token = issuer.issue(ALICE, version=1)
    assert issuer.verify(token) == ALICE
    assert issuer.verify(token) is issuer.verify(token)
    claims = claims_of(token)
    assert claims["sub"] == "7"
    assert claims["scope"] == "read trade"
    assert claims["exp"] == int(str(claims["iat"])) + 8 * 3600


def test_every_token_is_another() -> None:
    issuer = Tokens(KEY)
    assert issuer.issue(ALICE, version=1) != issuer.issue(ALICE, version=1)


def test_token_outlives_a_restart_and_no_other_venue_takes_it() -> None:
    token = Tokens(KEY).issue(ALICE, version=1)
    assert Tokens(KEY).verify(token) == ALICE
    assert refusal(Tokens(bytes(32)), token) == "INVALID_TOKEN"


def test_token_ends_after_eight_hours_whether_remembered_or_not() -> None:
    clock = Clock()
    issuer = Tokens(KEY, clock=clock)
    token = issuer.issue(ALICE, version=1)
    clock.now += LIFETIME_SECONDS - 1
    assert issuer.verify(token) == ALICE
    clock.now += 1
    assert refusal(issuer, token) == "TOKEN_EXPIRED"
    assert refusal(Tokens(KEY, clock=clock), token) == "TOKEN_EXPIRED"


@pytest.mark.parametrize("seen_before", [True, False])
def test_newer_version_of_the_user_ends_older_tokens(*, seen_before: bool) -> None:
    issuer = Tokens(KEY)
    old, new = issuer.issue(ALICE, version=1), issuer.issue(ALICE, version=2)
    other = issuer.issue(Principal(8, "bob", Role.TRADER, frozenset()), version=1)
    if seen_before:
        issuer.verify(old)
        issuer.verify(new)
    issuer.end_user(7, 2)
    issuer.end_user(7, 1)  # late news changes nothing
    assert refusal(issuer, old) == "TOKEN_REVOKED"
    assert issuer.verify(new) == ALICE
    assert issuer.verify(other).user_id == 8


@pytest.mark.parametrize("seen_before", [True, False])
def test_revoked_api_key_ends_its_tokens_alone(*, seen_before: bool) -> None:
    issuer = Tokens(KEY)
    by_key = issuer.issue(ALICE, version=1, client_id="oo_1")
    by_other_key = issuer.issue(ALICE, version=1, client_id="oo_2")
    by_password = issuer.issue(ALICE, version=1)
    if seen_before:
        issuer.verify(by_key)
    issuer.end_client("oo_1")
    assert refusal(issuer, by_key) == "TOKEN_REVOKED"
    assert issuer.verify(by_other_key) == issuer.verify(by_password) == ALICE


def test_what_ended_tokens_is_forgotten_with_the_last_of_them() -> None:
    clock = Clock()
    issuer = Tokens(KEY, clock=clock)
    for user_id in range(1, 100):
        issuer.end_user(user_id, 2)
    clock.now += LIFETIME_SECONDS
    issuer.end_user(100, 2)
    assert len(issuer._ends) == 1


def test_remembered_tokens_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "REMEMBERED", 3)
    issuer = Tokens(KEY)
    issued = [issuer.issue(ALICE, version=1) for _ in range(10)]
    assert all(issuer.verify(token) == ALICE for token in issued)
    assert len(issuer._remembered) == 3
    assert all(issuer.verify(token) == ALICE for token in issued)


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "\0",
        "\ud800",
        "é.é.é",
        "x" * 1_000_000,
        "Bearer x",
        "[]",
        "e30.e30.",
    ],
)
def test_what_is_no_token_is_refused_and_not_remembered(hostile: str) -> None:
    issuer = Tokens(KEY)
    assert refusal(issuer, hostile) == "INVALID_TOKEN"
    assert not issuer._remembered


def test_unsigned_and_altered_tokens_are_refused() -> None:
    issuer = Tokens(KEY)
    token = issuer.issue(ALICE, version=1)
    header, body, signature = token.split(".")
    raised = claims_of(token) | {"role": "operator", "scope": "admin"}
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    for attempt in (
        f"{unsigned}.{body}.",
        f"{unsigned}.{body}.{signature}",
        f"{header}.{body}.",
        f"{header}.{base64.urlsafe_b64encode(json.dumps(raised).encode()).decode()}.{signature}",
        forged(raised, key=bytes(32)),
        forged(raised, algorithm="HS512"),
    ):
        assert refusal(issuer, attempt) == "INVALID_TOKEN"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "another"},
        {"sub": "seven"},
        {"sub": None},
        {"role": "king"},
        {"scope": "everything"},
        {"scope": 5},
        {"exp": "never"},
        {"ver": None},
    ],
)
def test_claims_of_another_shape_are_refused_though_signed(change: dict[str, object]) -> None:
    issuer = Tokens(KEY)
    claims = claims_of(issuer.issue(ALICE, version=1))
    assert refusal(issuer, forged(claims | change)) == "INVALID_TOKEN"
