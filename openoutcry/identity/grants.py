"""The token endpoint's service: OAuth 2.0 password and client credentials grants (RFC 6749)."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from psycopg.rows import class_row

from openoutcry.database import Connection, Database
from openoutcry.errors import GrantError
from openoutcry.identity.api_keys import CLIENT_ID, hash_secret
from openoutcry.identity.demo import is_demo_password
from openoutcry.identity.login_throttle import LoginThrottle
from openoutcry.identity.passwords import Passwords
from openoutcry.identity.principal import SCOPES_OF_ROLE, Principal, Role, Scope
from openoutcry.identity.tokens import LIFETIME_SECONDS, Tokens
from openoutcry.identity.users import USERNAME, KycStatus

# The time of last use is for people who tidy up; a write for each login would buy nothing.
_USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TokenResponse:
    """The answer of RFC 6749, section 5.1. `scope` is separated by spaces."""

    access_token: str
    scope: str
    token_type: str = "Bearer"  # noqa: S105
    expires_in: int = LIFETIME_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Login:
    """What the database holds against a login's claim."""

    user_id: int
    username: str
    role: Role
    disabled: bool
    kyc_status: str
    version: int
    password_hash: str | None = None
    secret_hash: bytes | None = None
    key_id: int | None = None
    key_scopes: list[str] | None = None
    last_used_at: datetime | None = None

    def principal(self, scopes: frozenset[Scope]) -> Principal:
        approved = self.kyc_status == KycStatus.APPROVED
        return Principal(self.user_id, self.username, Role(self.role), scopes, approved)


class Grants:
    """Turns credentials into tokens."""

    def __init__(
        self, database: Database, passwords: Passwords, tokens: Tokens, throttle: LoginThrottle
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._tokens = tokens
        self._throttle = throttle
        # Everybody knows the passwords that the demo's users begin with: a venue that goes on from
        # a demo's directory, and may listen anywhere, opens to none of them.
        self._takes_demo_passwords = False

    def take_demo_passwords(self) -> None:
        """Let the demo's users log in with the passwords they begin with."""
        self._takes_demo_passwords = True

    async def grant(
        self,
        form: Mapping[str, str],
        *,
        address: str,
        basic: tuple[str, str] | None = None,
    ) -> TokenResponse:
        """Answer a token request.

        form: its fields, each given once. address: the client's, for the throttle.
        basic: user and password of HTTP Basic, decoded, as another way to give the client's.
        Raises GrantError (invalid_request, unsupported_grant_type, invalid_grant, invalid_client,
        invalid_scope), RateLimited, Unavailable (LOGIN_BUSY), DatabaseUnavailable.
        """
        match form.get("grant_type"):
            case "password":
                return await self._by_password(form, address)
            case "client_credentials":
                return await self._by_client(form, address, basic)
            case None | "":
                raise _invalid_request("grant_type is missing.")
            case _:
                raise GrantError(
                    "unsupported_grant_type",
                    "grant_type is password or client_credentials.",
                    status=400,
                )

    async def log_in(self, username: str, password: str, *, address: str) -> Principal:
        """Return whose password this is, for protocols that log in without a token.

        Raises as `grant` does.
        """
        login = await self._check_password(username, password, address)
        return login.principal(SCOPES_OF_ROLE[login.role])

    async def _by_password(self, form: Mapping[str, str], address: str) -> TokenResponse:
        username, password = form.get("username"), form.get("password")
        if not username or not password:
            raise _invalid_request("username and password are required.")
        login = await self._check_password(username, password, address)
        scopes = _narrowed(SCOPES_OF_ROLE[login.role], form.get("scope"))
        return self._issue(login.principal(scopes), login.version)

    async def _check_password(self, username: str, password: str, address: str) -> _Login:
        known = USERNAME.fullmatch(username) is not None
        # What cannot be a username shares one bucket, so that the throttle keeps no hostile text.
        with self._throttle.attempt(username if known else "", address):
            login = await self._database.run(_find_user, username) if known else None
            encoded = login.password_hash if login is not None else None
            # First the password, whatever else is wrong: the time it takes tells nothing.
            right = await self._passwords.verify(password, encoded)
            known_to_all = is_demo_password(username, password) and not self._takes_demo_passwords
            if login is None or not right or login.disabled or known_to_all:
                raise GrantError("invalid_grant", "The username or password is wrong.")
        if encoded is not None and self._passwords.outdated(encoded):
            renewed = await self._passwords.hash(password)
            await self._database.run(_renew_hash, login.user_id, encoded, renewed)
        return login

    async def _by_client(
        self, form: Mapping[str, str], address: str, basic: tuple[str, str] | None
    ) -> TokenResponse:
        client_id, secret = _client_credentials(form, basic)
        known = CLIENT_ID.fullmatch(client_id) is not None
        with self._throttle.attempt(client_id if known else "", address):
            login = await self._database.run(_find_client, client_id) if known else None
            kept = login.secret_hash if login is not None else None
            right = hmac.compare_digest(kept or bytes(32), hash_secret(secret))
            if login is None or not right or login.disabled:
                raise GrantError("invalid_client", "The client id or secret is wrong.")
        assert login.key_scopes is not None
        # What the role has lost since the key was made, the key has lost as well.
        allowed = SCOPES_OF_ROLE[login.role] & frozenset(map(Scope, login.key_scopes))
        scopes = _narrowed(allowed, form.get("scope"))
        used = login.last_used_at
        if used is None or datetime.now(UTC) - used > _USE_NOTED_EVERY:
            await self._database.run(_note_use, login.key_id)
        return self._issue(login.principal(scopes), login.version, client_id)

    def _issue(
        self, principal: Principal, version: int, client_id: str | None = None
    ) -> TokenResponse:
        token = self._tokens.issue(principal, version, client_id)
        return TokenResponse(token, " ".join(sorted(principal.scopes)))


def _client_credentials(form: Mapping[str, str], basic: tuple[str, str] | None) -> tuple[str, str]:
    """Take the client's credentials from the one place that RFC 6749, section 2.3, allows."""
    client_id, secret = form.get("client_id"), form.get("client_secret")
    if basic is None:
        if not client_id or not secret:
            raise _invalid_request("client_id and client_secret are required.")
        return client_id, secret
    if secret is not None or (client_id is not None and client_id != basic[0]):
        raise _invalid_request("Give the client's credentials once.")
    return basic


def _narrowed(allowed: frozenset[Scope], asked: str | None) -> frozenset[Scope]:
    """Return the scopes that are asked for, all that are allowed when none is named."""
    if not asked or not asked.strip():
        return allowed
    names = frozenset(asked.split())
    if not names <= allowed:
        raise GrantError(
            "invalid_scope", f"scope is one or more of: {' '.join(sorted(allowed))}", status=400
        )
    return frozenset(map(Scope, names))


def _invalid_request(detail: str) -> GrantError:
    return GrantError("invalid_request", detail, status=400)


async def _find_user(connection: Connection, username: str) -> _Login | None:
    async with connection.cursor(row_factory=class_row(_Login)) as cursor:
        await cursor.execute(
            "SELECT user_id, username, role, disabled, kyc_status, version, password_hash"
            " FROM identity.users WHERE lower(username) = lower(%s)",
            [username],
        )
        return await cursor.fetchone()


async def _find_client(connection: Connection, client_id: str) -> _Login | None:
    async with connection.cursor(row_factory=class_row(_Login)) as cursor:
        await cursor.execute(
            "SELECT user_id, username, role, disabled, kyc_status, version, secret_hash, key_id,"
            " scopes AS key_scopes, last_used_at"
            " FROM identity.api_keys JOIN identity.users USING (user_id)"
            " WHERE client_id = %s AND revoked_at IS NULL",
            [client_id],
        )
        return await cursor.fetchone()


async def _renew_hash(connection: Connection, user_id: int, old: str, new: str) -> None:
    """Keep the same password under today's settings, unless it was changed meanwhile."""
    await connection.execute(
        "UPDATE identity.users SET password_hash = %s WHERE user_id = %s AND password_hash = %s",
        [new, user_id, old],
    )


async def _note_use(connection: Connection, key_id: int | None) -> None:
    await connection.execute(
        "UPDATE identity.api_keys SET last_used_at = now() WHERE key_id = %s", [key_id]
    )
