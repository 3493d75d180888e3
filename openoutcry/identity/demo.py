"""The users of the demo, whose passwords everybody knows."""

import asyncio
import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from openoutcry.database import Connection, Database
from openoutcry.identity.api_keys import hash_secret, insert_api_key
from openoutcry.identity.passwords import Passwords
from openoutcry.identity.principal import VENUE, Role, Scope
from openoutcry.identity.users import USERNAME, KycStatus, insert_user

DEMO_USERS = {
    "alice": Role.TRADER,
    "bob": Role.TRADER,
    "carol": Role.TRADER,
    "mona": Role.TRADER,
    "operator": Role.OPERATOR,
    "compliance": Role.COMPLIANCE,
}

_KEY_SCOPES = (Scope.READ, Scope.TRADE)


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """What a simulated trader logs in with."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class DemoUsers:
    """user_ids: of every demo user, by name. credentials: of each simulated trader, by name."""

    user_ids: dict[str, int]
    credentials: dict[str, ClientCredentials]


def demo_password(username: str) -> str:
    """Return the password that a demo user begins with."""
    return f"{username}-demo"


def is_demo_password(username: str, password: str) -> bool:
    """Whether this is the password that a demo user begins with, however it is composed."""
    name = username.lower()
    return name in DEMO_USERS and unicodedata.normalize("NFKC", password) == demo_password(name)


async def ensure_demo_users(
    database: Database, passwords: Passwords, signing_key: bytes, traders: Sequence[str]
) -> DemoUsers:
    """Make those of the demo's users that are missing, in a fixed order; leave the others alone.

    traders: names of the simulated ones, who have no password but an API key. Its secret is
    derived from the venue's signing key, so that every start finds the same without keeping it.
    Raises DatabaseUnavailable.
    """
    assert all(map(USERNAME.fullmatch, traders))
    names = [*DEMO_USERS, *traders]
    credentials = {name: _credentials(signing_key, name) for name in traders}
    known = await database.run(_user_ids, names)
    hashes: dict[str, str] = {}
    missing = [name for name in DEMO_USERS if name not in known]
    if missing:
        made = await asyncio.gather(*(passwords.hash(demo_password(name)) for name in missing))
        hashes = dict(zip(missing, made, strict=True))
    user_ids = await database.run(_make_missing, names, hashes, credentials)
    return DemoUsers(user_ids, credentials)


def _credentials(signing_key: bytes, name: str) -> ClientCredentials:
    secret = hmac.digest(signing_key, b"demo trader " + name.encode(), hashlib.sha256).hex()
    return ClientCredentials(f"oo_demo-{name.lower()}", secret)


async def _user_ids(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    cursor = await connection.execute(
        "SELECT lower(username), user_id FROM identity.users WHERE lower(username) = ANY(%s)",
        [[name.lower() for name in names]],
    )
    found: dict[str, int] = dict(await cursor.fetchall())
    return {name: found[name.lower()] for name in names if name.lower() in found}


async def _make_missing(
    connection: Connection,
    names: Sequence[str],
    hashes: dict[str, str],
    credentials: dict[str, ClientCredentials],
) -> dict[str, int]:
    user_ids = await _user_ids(connection, names)
    for name in names:
        if name not in user_ids:
            role = DEMO_USERS.get(name, Role.TRADER)
            user = await insert_user(
                connection, VENUE, name, hashes.get(name), role, KycStatus.APPROVED
            )
            user_ids[name] = user.user_id
    await _keep_keys(connection, user_ids, credentials)
    return user_ids


async def _keep_keys(
    connection: Connection,
    user_ids: dict[str, int],
    credentials: dict[str, ClientCredentials],
) -> None:
    cursor = await connection.execute(
        "SELECT client_id, secret_hash FROM identity.api_keys WHERE client_id = ANY(%s)",
        [[given.client_id for given in credentials.values()]],
    )
    kept: dict[str, bytes] = dict(await cursor.fetchall())
    for name, given in credentials.items():
        secret_hash = hash_secret(given.client_secret)
        if given.client_id not in kept:
            await insert_api_key(
                connection,
                VENUE,
                user_ids[name],
                given.client_id,
                given.client_secret,
                "simulated trader",
                _KEY_SCOPES,
            )
        elif kept[given.client_id] != secret_hash:
            # The signing key is another than when this was made.
            await connection.execute(
                "UPDATE identity.api_keys SET secret_hash = %s WHERE client_id = %s",
                [secret_hash, given.client_id],
            )
