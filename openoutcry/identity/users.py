"""Users: who they are to the venue, and what operators and they themselves may change."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from psycopg.errors import UniqueViolation
from psycopg.rows import class_row
from psycopg.sql import SQL

from openoutcry.database import Connection, Database
from openoutcry.errors import Conflict, Forbidden, Malformed, NotFound
from openoutcry.identity.changes import record_change
from openoutcry.identity.known_customers import KnownCustomers
from openoutcry.identity.login_throttle import LoginThrottle
from openoutcry.identity.passwords import Passwords
from openoutcry.identity.principal import Principal, Role, Scope
from openoutcry.identity.tokens import Tokens

# ASCII alone: no two names that look alike, and the same lower case everywhere.
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")

LONGEST_PAGE = 500

T = TypeVar("T")


class KycStatus(StrEnum):
    """How far the venue knows its customer."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user as kept. `version` rises with everything that ends the user's tokens."""

    user_id: int
    username: str
    role: Role
    kyc_status: KycStatus
    disabled: bool
    created_at: datetime
    version: int

    def __post_init__(self) -> None:
        # From the database these arrive as text.
        object.__setattr__(self, "role", Role(self.role))
        object.__setattr__(self, "kyc_status", KycStatus(self.kyc_status))


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list; `next` is the cursor of the page that follows, None on the last."""

    items: list[T]
    next: int | None


_COLUMNS = SQL("user_id, username, role, kyc_status, disabled, created_at, version")


class Users:
    """What may be done with users. Every change leaves a row in identity.changes."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        tokens: Tokens,
        customers: KnownCustomers,
        throttle: LoginThrottle,
    ) -> None:
        """customers: follows the KYC status.

        throttle: counts wrong current passwords together with failed logins.
        """
        self._database = database
        self._passwords = passwords
        self._tokens = tokens
        self._customers = customers
        self._throttle = throttle

    async def create(
        self,
        actor: Principal,
        username: str,
        password: str,
        role: Role = Role.TRADER,
        kyc_status: KycStatus = KycStatus.PENDING,
    ) -> User:
        """Add a user. Needs the scope admin.

        Raises Malformed (INVALID_USERNAME, WEAK_PASSWORD), Conflict (USERNAME_TAKEN), Forbidden.
        """
        actor.require(Scope.ADMIN)
        if not USERNAME.fullmatch(username):
            raise Malformed(
                "INVALID_USERNAME",
                "A username has up to 32 letters, digits, dots, hyphens and underscores, and"
                " begins with a letter or digit.",
            )
        password_hash = await self._passwords.hash(password)
        try:
            user = await self._database.run(
                insert_user, actor, username, password_hash, role, kyc_status
            )
        except UniqueViolation:
            raise Conflict("USERNAME_TAKEN", f"There is a user {username} already.") from None
        self._customers.change(user.user_id, approved=kyc_status is KycStatus.APPROVED)
        return user

    async def get(self, user_id: int) -> User:
        """Return a user. Raises NotFound (UNKNOWN_USER)."""
        return await self._database.run(_select_user, user_id)

    async def list(
        self, actor: Principal, limit: int = 100, cursor: int | None = None
    ) -> Page[User]:
        """Return users in the order of their ids, after `cursor`. Needs the scope admin.

        limit: from 1 to LONGEST_PAGE; anything else is brought within.
        """
        actor.require(Scope.ADMIN)
        limit = min(max(limit, 1), LONGEST_PAGE)
        users = await self._database.run(_select_users, limit + 1, cursor or 0)
        more = len(users) > limit
        return Page(users[:limit], users[limit - 1].user_id if more else None)

    async def change_password(self, principal: Principal, current: str, new: str) -> None:
        """Change one's own password, which ends all of one's tokens. Needs the scope credentials.

        Raises Forbidden (WRONG_PASSWORD), Malformed (WEAK_PASSWORD), RateLimited.
        """
        principal.require(Scope.CREDENTIALS)
        with self._throttle.attempt(principal.username):
            encoded = await self._database.run(_select_password, principal.user_id)
            if not await self._passwords.verify(current, encoded):
                raise Forbidden("WRONG_PASSWORD", "The current password is wrong.")
        await self._replace_password(principal, principal.user_id, new)

    async def reset_password(self, actor: Principal, user_id: int, new: str) -> None:
        """Give a user another password, which ends the user's tokens. Needs the scope admin.

        Raises NotFound (UNKNOWN_USER), Malformed (WEAK_PASSWORD).
        """
        actor.require(Scope.ADMIN)
        await self._replace_password(actor, user_id, new)

    async def disable(self, actor: Principal, user_id: int) -> User:
        """Shut a user out: no login holds any more. Needs the scope admin.

        Raises NotFound (UNKNOWN_USER), Conflict (OWN_USER): nobody who is left could undo it.
        """
        actor.require(Scope.ADMIN)
        if user_id == actor.user_id:
            raise Conflict("OWN_USER", "You cannot shut yourself out.")
        return await self._set_disabled(actor, user_id, disabled=True)

    async def enable(self, actor: Principal, user_id: int) -> User:
        """Let a disabled user log in again. Needs the scope admin. Raises NotFound."""
        return await self._set_disabled(actor, user_id, disabled=False)

    async def set_kyc_status(self, actor: Principal, user_id: int, status: KycStatus) -> User:
        """Record how far the venue knows this customer. Needs the scope admin. Raises NotFound."""
        actor.require(Scope.ADMIN)
        user = await self._database.run(_update_kyc_status, actor, user_id, status)
        self._customers.change(user_id, approved=status is KycStatus.APPROVED)
        return user

    async def _replace_password(self, actor: Principal, user_id: int, new: str) -> None:
        password_hash = await self._passwords.hash(new)
        user = await self._database.run(_update_password, actor, user_id, password_hash)
        self._tokens.end_user(user.user_id, user.version)

    async def _set_disabled(self, actor: Principal, user_id: int, *, disabled: bool) -> User:
        actor.require(Scope.ADMIN)
        user = await self._database.run(_update_disabled, actor, user_id, disabled)
        self._tokens.end_user(user.user_id, user.version)
        return user


async def insert_user(
    connection: Connection,
    actor: Principal,
    username: str,
    password_hash: str | None,
    role: Role,
    kyc_status: KycStatus,
) -> User:
    """Insert a user and the record of it. Raises UniqueViolation for a name that is taken."""
    async with connection.cursor(row_factory=class_row(User)) as cursor:
        await cursor.execute(
            SQL(
                "INSERT INTO identity.users (username, password_hash, role, kyc_status)"
                " VALUES (%s, %s, %s, %s) RETURNING {}"
            ).format(_COLUMNS),
            [username, password_hash, role, kyc_status],
        )
        user = await cursor.fetchone()
    assert user is not None
    detail = {"username": username, "role": role, "kyc_status": kyc_status}
    await record_change(connection, actor, user.user_id, "USER_CREATED", detail)
    return user


async def _select_user(connection: Connection, user_id: int) -> User:
    async with connection.cursor(row_factory=class_row(User)) as cursor:
        await cursor.execute(
            SQL("SELECT {} FROM identity.users WHERE user_id = %s").format(_COLUMNS), [user_id]
        )
        return _found(await cursor.fetchone())


async def _select_users(connection: Connection, limit: int, after: int) -> list[User]:
    async with connection.cursor(row_factory=class_row(User)) as cursor:
        await cursor.execute(
            SQL(
                "SELECT {} FROM identity.users WHERE user_id > %s ORDER BY user_id LIMIT %s"
            ).format(_COLUMNS),
            [after, limit],
        )
        return await cursor.fetchall()


async def _select_password(connection: Connection, user_id: int) -> str | None:
    cursor = await connection.execute(
        "SELECT password_hash FROM identity.users WHERE user_id = %s", [user_id]
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def _update_password(
    connection: Connection, actor: Principal, user_id: int, password_hash: str
) -> User:
    user = await _update(
        connection,
        SQL("password_hash = %s, version = version + 1, version_at = now()"),
        password_hash,
        user_id,
    )
    await record_change(connection, actor, user_id, "PASSWORD_CHANGED", {})
    return user


async def _update_disabled(
    connection: Connection, actor: Principal, user_id: int, disabled: bool
) -> User:
    user = await _update(
        connection,
        SQL("disabled = %s, version = version + 1, version_at = now()"),
        disabled,
        user_id,
    )
    action = "USER_DISABLED" if disabled else "USER_ENABLED"
    await record_change(connection, actor, user_id, action, {})
    return user


async def _update_kyc_status(
    connection: Connection, actor: Principal, user_id: int, status: KycStatus
) -> User:
    user = await _update(connection, SQL("kyc_status = %s"), status, user_id)
    await record_change(connection, actor, user_id, "KYC_CHANGED", {"kyc_status": status})
    return user


async def _update(connection: Connection, assignment: SQL, value: str | bool, user_id: int) -> User:
    async with connection.cursor(row_factory=class_row(User)) as cursor:
        await cursor.execute(
            SQL("UPDATE identity.users SET {} WHERE user_id = %s RETURNING {}").format(
                assignment, _COLUMNS
            ),
            [value, user_id],
        )
        return _found(await cursor.fetchone())


def _found(user: User | None) -> User:
    if user is None:
        raise NotFound("UNKNOWN_USER", "There is no such user.")
    return user
