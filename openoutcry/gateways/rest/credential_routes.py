"""Logging in, and what users change about themselves: passwords and API keys."""

import base64
import binascii
from typing import Annotated
from urllib.parse import parse_qsl, unquote

import msgspec
from fastapi import APIRouter, Request, Response
from msgspec import UNSET, Meta, UnsetType

from openoutcry.codec.identifiers import account_id
from openoutcry.codec.shape import AccountId, Page, Shape, Time
from openoutcry.codec.timestamps import write_moment
from openoutcry.errors import GrantError
from openoutcry.gateways.rest.body import RequestBody, read_json, read_request
from openoutcry.gateways.rest.caller import request_caller
from openoutcry.gateways.rest.openapi import Documents
from openoutcry.gateways.rest.pages import Cursor, Limit, json_response, page, read_cursor
from openoutcry.gateways.services import Services
from openoutcry.identity import Principal, Scope
from openoutcry.identity.api_keys import ApiKey

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 16


class Token(msgspec.Struct):
    """An access token (RFC 6749, section 5.1)."""

    access_token: str
    token_type: str
    expires_in: Annotated[int, Meta(description="Seconds.")]
    scope: str


class TokenRequest(msgspec.Struct):
    """A log-in: with username and password, or with an API key's id and secret."""

    grant_type: Annotated[
        str, Meta(description="password or client_credentials", examples=["password"])
    ]
    username: Annotated[str, Meta(examples=["alice"])] | UnsetType = UNSET
    password: Annotated[str, Meta(examples=["alice-demo"])] | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    client_secret: str | UnsetType = UNSET
    scope: str | UnsetType = UNSET


class Me(Shape):
    """The caller."""

    user_id: int
    username: str
    role: str
    scopes: list[str]
    accounts: list[AccountId]


class PasswordRequest(RequestBody):
    """A change of one's own password; it ends all of one's tokens."""

    current_password: Annotated[str, Meta(max_length=1024)]
    new_password: Annotated[
        str, Meta(max_length=1024, extra_json_schema={"minLength": 8, "maxLength": 128})
    ]


class Changed(Shape):
    """A change that leaves nothing to show."""

    changed: bool


class ApiKeyRequest(RequestBody):
    """A new API key. Scopes: of the caller's own; all of them where left out."""

    name: Annotated[str, Meta(min_length=1, max_length=64, examples=["my bot"])]
    scopes: list[str] | UnsetType = UNSET


class Key(Shape):
    """An API key; its secret was shown once."""

    key_id: int
    client_id: str
    name: str
    scopes: list[str]
    created_at: Time
    last_used_at: Time | None
    revoked_at: Time | None


class NewKey(Shape):
    """An API key with its secret, shown this once."""

    key_id: int
    client_id: str
    client_secret: str
    name: str
    scopes: list[str]
    created_at: Time


_PASSWORD_REQUEST = msgspec.json.Decoder(PasswordRequest)
_API_KEY_REQUEST = msgspec.json.Decoder(ApiKeyRequest)


class CredentialRoutes:
    """POST /oauth2/token; /me; /api-keys."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def router(self, documents: Documents) -> APIRouter:
        """Return the routes with their documentation."""
        router = APIRouter(tags=["users"])
        token = documents.route(Token, 400, 401, 408, 413, 415, 429)
        token["openapi_extra"]["requestBody"] = {
            "required": True,
            "content": {_FORM: {"schema": documents.schemas.ref(TokenRequest)}},
        }
        router.add_api_route("/oauth2/token", self.token, methods=["POST"], **token)
        own, write = (Scope.READ,), (Scope.CREDENTIALS,)
        keys = "/api/v1/api-keys"
        for method, path, endpoint, words in (
            ("GET", "/api/v1/me", self.me, documents.route(Me, scopes=tuple(Scope))),
            (
                "POST",
                "/api/v1/me/password",
                self.change_password,
                documents.route(Changed, 429, takes=PasswordRequest, scopes=write),
            ),
            ("GET", keys, self.api_keys, documents.route(Page[Key], 400, scopes=own)),
            (
                "POST",
                keys,
                self.create_api_key,
                documents.route(NewKey, 409, status=201, takes=ApiKeyRequest, scopes=write),
            ),
            (
                "DELETE",
                keys + "/{key_id}",
                self.revoke_api_key,
                documents.route(Key, 400, 404, scopes=write),
            ),
        ):
            router.add_api_route(path, endpoint, methods=[method], **words)
        return router

    async def token(self, request: Request) -> Response:
        """Log in: an access token for a password or an API key."""
        form = await _read_form(request)
        address = request.client.host if request.client else ""
        granted = await self._services.identity.grants.grant(
            form, address=address, basic=_read_basic(request.headers.get("authorization"))
        )
        response = json_response(
            Token(granted.access_token, granted.token_type, granted.expires_in, granted.scope)
        )
        response.headers["cache-control"] = "no-store"
        return response

    async def me(self, request: Request) -> Response:
        """Who the token says is asking, with the accounts."""
        principal = self._caller(request, *Scope)
        accounts = self._services.floor.own_accounts(principal)
        return json_response(
            Me(
                principal.user_id,
                principal.username,
                principal.role.value,
                sorted(principal.scopes),
                [account_id(number) for number in accounts],
            )
        )

    async def change_password(self, request: Request) -> Response:
        """Change one's own password. All tokens end: log in again."""
        principal = self._caller(request, Scope.CREDENTIALS)
        wanted = await read_json(request, _PASSWORD_REQUEST)
        await self._services.identity.users.change_password(
            principal, wanted.current_password, wanted.new_password
        )
        return json_response(Changed(changed=True))

    async def api_keys(
        self, request: Request, limit: Limit = 100, cursor: Cursor = None
    ) -> Response:
        """The caller's API keys, oldest first."""
        principal = self._caller(request, Scope.READ)
        keys = await self._services.identity.api_keys.list(principal, limit, read_cursor(cursor))
        return page([_key(key) for key in keys.items], keys.next)

    async def create_api_key(self, request: Request) -> Response:
        """Make client credentials for a program. The secret is shown this once."""
        principal = self._caller(request, Scope.CREDENTIALS)
        wanted = await read_json(request, _API_KEY_REQUEST)
        made = await self._services.identity.api_keys.create(
            principal, wanted.name, None if wanted.scopes is UNSET else wanted.scopes
        )
        key = made.key
        created = write_moment(key.created_at)
        shape = NewKey(key.key_id, key.client_id, made.client_secret, key.name, key.scopes, created)
        return json_response(shape, 201)

    async def revoke_api_key(self, request: Request, key_id: int) -> Response:
        """End an API key and all tokens that it got."""
        principal = self._caller(request, Scope.CREDENTIALS)
        return json_response(_key(await self._services.identity.api_keys.revoke(principal, key_id)))

    def _caller(self, request: Request, *scopes: Scope) -> Principal:
        return request_caller(self._services.identity, request, *scopes)


def _key(key: ApiKey) -> Key:
    return Key(
        key.key_id,
        key.client_id,
        key.name,
        key.scopes,
        write_moment(key.created_at),
        None if key.last_used_at is None else write_moment(key.last_used_at),
        None if key.revoked_at is None else write_moment(key.revoked_at),
    )


async def _read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form, each given once (RFC 6749, section 3.2)."""
    body = await read_request(request, _FORM.encode())
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise GrantError("invalid_request", "The form is malformed.", status=400) from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise GrantError("invalid_request", "A field is given twice.", status=400)
    return form


def _read_basic(header: str | None) -> tuple[str, str] | None:
    """Return the client's credentials of HTTP Basic (RFC 6749, section 2.3.1)."""
    if header is None or header[:6].lower() != "basic ":
        return None
    try:
        text = base64.b64decode(header[6:].strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise GrantError("invalid_client", "Authorization is malformed.") from None
    name, colon, secret = text.partition(":")
    if not colon:
        raise GrantError("invalid_client", "Authorization is malformed.")
    return unquote(name), unquote(secret)
