"""API keys: client credentials that a user makes for programs."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row
from psycopg.sql import SQL

from openoutcry.database import Connection, Database
from openoutcry.errors import Conflict, Malformed, NotFound
from openoutcry.identity.changes import record_change
from openoutcry.identity.principal import SCOPES_OF_ROLE, Principal, Scope
from openoutcry.identity.tokens import Tokens
from openoutcry.identity.users import LONGEST_PAGE, Page

CLIENT_ID = re.compile(r"oo_[A-Za-z0-9._-]{1,64}")
LONGEST_NAME = 64
# Of one user, revoked ones left out.
MOST_KEYS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key as kept; its secret is not."""

    key_id: int
    client_id: str
    user_id: int
    name: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key with its secret, which nobody can show again."""

    key: ApiKey
    client_secret: str


_COLUMNS = SQL("key_id, client_id, user_id, name, scopes, created_at, last_used_at, revoked_at")


class ApiKeys:
    """What users may do with their own keys. Every change leaves a row in identity.changes."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens

    async def create(
        self, principal: Principal, name: str, scopes: Iterable[str] | None = None
    ) -> NewApiKey:
        """Make a key for the caller, who needs the scope credentials.

        scopes: of the caller's own, without credentials; all of them by default.
        Raises Malformed (INVALID_KEY_NAME, INVALID_SCOPE), Conflict (TOO_MANY_KEYS), Forbidden.
        """
        principal.require(Scope.CREDENTIALS)
        if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            raise Malformed(
                "INVALID_KEY_NAME", f"A key's name has up to {LONGEST_NAME} printable characters."
            )
        grantable = grantable_scopes(principal)
        granted = grantable if scopes is None else frozenset(scopes)
        if not granted or not granted <= grantable:
            known = ", ".join(sorted(grantable))
            raise Malformed("INVALID_SCOPE", f"A key's scopes are one or more of: {known}.")
        client_id = "oo_" + secrets.token_hex(12)
        secret = secrets.token_urlsafe(32)
        key = await self._database.run(
            insert_api_key, principal, principal.user_id, client_id, secret, name, granted
        )
        return NewApiKey(key, secret)

    async def list(
        self, principal: Principal, limit: int = 100, cursor: int | None = None
    ) -> Page[ApiKey]:
        """Return the caller's own keys in the order of their ids, after `cursor`.

        limit: from 1 to LONGEST_PAGE; anything else is brought within.
        """
        limit = min(max(limit, 1), LONGEST_PAGE)
        keys = await self._database.run(_select_keys, principal.user_id, limit + 1, cursor or 0)
        more = len(keys) > limit
        return Page(keys[:limit], keys[limit - 1].key_id if more else None)

    async def revoke(self, principal: Principal, key_id: int) -> ApiKey:
        """End one of the caller's own keys and the tokens got with it; again changes nothing.

        Raises NotFound (UNKNOWN_API_KEY).
        """
        key = await self._database.run(_revoke_key, principal, key_id)
        self._tokens.end_client(key.client_id)
        return key


def grantable_scopes(principal: Principal) -> frozenset[str]:
    """What the caller may hand on to a key."""
    return (principal.scopes & SCOPES_OF_ROLE[principal.role]) - {Scope.CREDENTIALS}


def hash_secret(secret: str) -> bytes:
    """Return what is kept of a client secret."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


async def insert_api_key(
    connection: Connection,
    actor: Principal,
    user_id: int,
    client_id: str,
    secret: str,
    name: str,
    scopes: Iterable[str],
) -> ApiKey:
    """Insert a key and the record of it. Raises Conflict (TOO_MANY_KEYS)."""
    # Locking the user's row makes the count below hold among callers in parallel.
    await connection.execute(
        "SELECT FROM identity.users WHERE user_id = %s FOR NO KEY UPDATE", [user_id]
    )
    counted = await connection.execute(
        "SELECT count(*) FROM identity.api_keys WHERE user_id = %s AND revoked_at IS NULL",
        [user_id],
    )
    row = await counted.fetchone()
    assert row is not None
    if row[0] >= MOST_KEYS:
        raise Conflict("TOO_MANY_KEYS", f"A user has up to {MOST_KEYS} keys: revoke one first.")
    async with connection.cursor(row_factory=class_row(ApiKey)) as cursor:
        await cursor.execute(
            SQL(
                "INSERT INTO identity.api_keys (client_id, secret_hash, user_id, name, scopes)"
                " VALUES (%s, %s, %s, %s, %s) RETURNING {}"
            ).format(_COLUMNS),
            [client_id, hash_secret(secret), user_id, name, sorted(scopes)],
        )
        key = await cursor.fetchone()
    assert key is not None
    detail = {"client_id": client_id, "scopes": key.scopes}
    await record_change(connection, actor, user_id, "API_KEY_CREATED", detail)
    return key


async def _select_keys(
    connection: Connection, user_id: int, limit: int, after: int
) -> list[ApiKey]:
    async with connection.cursor(row_factory=class_row(ApiKey)) as cursor:
        await cursor.execute(
            SQL(
                "SELECT {} FROM identity.api_keys WHERE user_id = %s AND key_id > %s"
                " ORDER BY key_id LIMIT %s"
            ).format(_COLUMNS),
            [user_id, after, limit],
        )
        return await cursor.fetchall()


async def _revoke_key(connection: Connection, principal: Principal, key_id: int) -> ApiKey:
    async with connection.cursor(row_factory=class_row(ApiKey)) as cursor:
        await cursor.execute(
            SQL(
                "SELECT {} FROM identity.api_keys WHERE key_id = %s AND user_id = %s FOR UPDATE"
            ).format(_COLUMNS),
            [key_id, principal.user_id],
        )
        key = await cursor.fetchone()
        if key is None:
            raise NotFound("UNKNOWN_API_KEY", "There is no such API key.")
        if key.revoked_at is not None:
            return key
        await cursor.execute(
            SQL(
                "UPDATE identity.api_keys SET revoked_at = now() WHERE key_id = %s RETURNING {}"
            ).format(_COLUMNS),
            [key_id],
        )
        key = await cursor.fetchone()
    assert key is not None
    detail = {"client_id": key.client_id}
    await record_change(connection, principal, principal.user_id, "API_KEY_REVOKED", detail)
    return key
