"""Logging in over HTTP, and what users change about themselves."""

import base64

import pytest
from exchange import Caller, Exchange


def ask(exchange: Exchange, **form: str) -> tuple[int, dict[str, object]]:
    answer = exchange.client.post("/oauth2/token", data=form)
    return answer.status_code, answer.json()


def test_password_gets_a_bearer_token(exchange: Exchange) -> None:
    answer = exchange.client.post(
        "/oauth2/token",
        data={"grant_type": "password", "username": "alice", "password": "alice-demo"},
    )
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json()) == {"access_token", "token_type", "expires_in", "scope"}
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] > 0


@pytest.mark.parametrize(
    ("form", "status", "code", "error"),
    [
        (
            {"grant_type": "password", "username": "alice", "password": "wrong one"},
            401,
            "INVALID_GRANT",
            "invalid_grant",
        ),
        (
            {"grant_type": "password", "username": "nobody", "password": "alice-demo"},
            401,
            "INVALID_GRANT",
            "invalid_grant",
        ),
        ({"grant_type": "password", "username": "alice"}, 400, "INVALID_REQUEST", None),
        ({"username": "alice", "password": "alice-demo"}, 400, "INVALID_REQUEST", None),
        ({}, 400, "INVALID_REQUEST", "invalid_request"),
        ({"grant_type": "magic"}, 400, "UNSUPPORTED_GRANT_TYPE", None),
        (
            {"grant_type": "client_credentials", "client_id": "oo_x", "client_secret": "y"},
            401,
            "INVALID_CLIENT",
            "invalid_client",
        ),
        (
            {
                "grant_type": "password",
                "username": "alice",
                "password": "alice-demo",
                "scope": "admin",
            },
            400,
            "INVALID_SCOPE",
            None,
        ),
    ],
)
def test_wrong_login_is_a_problem_with_the_oauth_error_in_it(
    exchange: Exchange, form: dict[str, str], status: int, code: str, error: str | None
) -> None:
    answered, problem = ask(exchange, **form)
    assert (answered, problem["code"]) == (status, code)
    assert problem["error"] == (error or code.lower())
    assert problem["error_description"] == problem["detail"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"grant_type=password&username=alice&username=bob&password=alice-demo", None, 400),
        (b"grant_type=password&username=%ff&password=x", None, 400),
        (b"&".join(b"a%d=1" % n for n in range(100)), None, 400),
        (b"no form at all", None, 400),
        (b"grant_type=password&username=a&password=" + b"x" * 20_000, None, 413),
        (b'{"grant_type":"password"}', "application/json", 415),
    ],
)
def test_form_that_is_none_is_refused(
    exchange: Exchange, body: bytes, content_type: str | None, status: int
) -> None:
    headers = {"content-type": content_type or "application/x-www-form-urlencoded"}
    answer = exchange.client.post("/oauth2/token", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer nonsense",
        "Bearer a.b.c",
        "Basic YWxpY2U6YWxpY2UtZGVtbw==",
        "Bearer " + "x" * 8_000,
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    ],
)
def test_request_without_a_token_that_holds_is_unauthenticated(
    exchange: Exchange, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    for method, path in (
        ("GET", "/me"),
        ("GET", "/orders"),
        ("POST", "/orders"),
        ("GET", "/orders/ORD-0000000001"),
        ("DELETE", "/orders/ORD-0000000001"),
        ("GET", "/accounts"),
        ("POST", "/admin/users"),
        ("POST", "/demo/reset"),
    ):
        answer = exchange.anyone.send(method, path, headers=headers)
        assert answer.status_code == 401, (method, path, answer.text)
        assert answer.json()["code"] in {"UNAUTHENTICATED", "INVALID_TOKEN"}
        assert answer.headers["www-authenticate"] == "Bearer"


def test_caller_is_told_who_the_token_says_it_is(exchange: Exchange) -> None:
    trader = exchange.trader()
    me = trader.get("/me")
    assert (me["username"], me["role"], me["accounts"]) == (
        trader.username,
        "trader",
        [trader.account],
    )


def log_in_with(exchange: Exchange, key: dict[str, str]) -> Caller:
    form = {"grant_type": "client_credentials"}
    basic = base64.b64encode(f"{key['clientId']}:{key['clientSecret']}".encode()).decode()
    headers = {"authorization": f"Basic {basic}"}
    answer = exchange.client.post("/oauth2/token", data=form, headers=headers)
    assert answer.status_code == 200, answer.text
    return Caller(exchange.client, "", answer.json()["access_token"])


def test_api_key_trades_for_its_user_until_it_is_revoked(exchange: Exchange) -> None:
    trader = exchange.trader()
    key = trader.post("/api-keys", {"name": "my bot", "scopes": ["read", "trade"]}, 201)
    bot = log_in_with(exchange, key)
    order = bot.place("AAPL", price=150)
    assert order["accountId"] == trader.account
    (listed,) = trader.get("/api-keys")["items"]
    assert listed["clientId"] == key["clientId"]
    assert "clientSecret" not in listed
    path = f"/api-keys/{key['keyId']}"
    assert trader.send("DELETE", path).json()["revokedAt"]
    assert bot.order("AAPL", price=150).json()["code"] == "TOKEN_REVOKED"
    assert exchange.trader().send("DELETE", path).status_code == 404


def test_api_key_of_reading_alone_cannot_trade(exchange: Exchange) -> None:
    key = exchange.trader().post("/api-keys", {"name": "reader", "scopes": ["read"]}, 201)
    reader = log_in_with(exchange, key)
    reader.get("/orders")
    response = reader.order("AAPL", price=150)
    assert (response.status_code, response.json()["code"]) == (403, "FORBIDDEN")
    assert reader.send("POST", "/api-keys", json={"name": "more"}).status_code == 403


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": "x" * 65}, {"name": "a", "scopes": ["admin"]}, {"name": 1}, []],
)
def test_api_key_that_makes_no_sense_is_refused(exchange: Exchange, body: object) -> None:
    trader = exchange.trader()
    assert trader.send("POST", "/api-keys", json=body).status_code == 400
    assert trader.get("/api-keys")["items"] == []


def test_changed_password_ends_every_token(exchange: Exchange) -> None:
    trader = exchange.trader()
    wrong = {"currentPassword": "wrong one", "newPassword": "battery staple"}
    assert trader.send("POST", "/me/password", json=wrong).json()["code"] == "WRONG_PASSWORD"
    right = {"currentPassword": "correct horse", "newPassword": "battery staple"}
    assert trader.post("/me/password", right) == {"changed": True}
    assert trader.send("GET", "/me").json()["code"] == "TOKEN_REVOKED"
    assert exchange.log_in(trader.username, "battery staple").account == trader.account


def test_guessing_passwords_is_slowed_down(exchange: Exchange) -> None:
    name = exchange.trader().username
    form = {"grant_type": "password", "username": name, "password": "wrong one"}
    for _ in range(12):
        answer = exchange.client.post("/oauth2/token", data=form)
    assert (answer.status_code, answer.json()["code"]) == (429, "RATE_LIMITED")
    assert int(answer.headers["retry-after"]) > 0
