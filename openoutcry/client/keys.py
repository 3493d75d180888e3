"""The credentials of the user who is logged in: API keys, the password, who one is."""

from dataclasses import dataclass

import msgspec

from openoutcry.client.page import all_of
from openoutcry.client.session import Session

_PATH = "/api/v1/api-keys"


class Me(msgspec.Struct, rename="camel", kw_only=True):
    """Who the token says is asking."""

    user_id: int
    username: str
    role: str
    scopes: list[str]
    accounts: list[str]


class ApiKey(msgspec.Struct, rename="camel", kw_only=True):
    """An API key; its secret was shown once, when it was made."""

    key_id: int
    client_id: str
    name: str
    scopes: list[str]
    created_at: str
    last_used_at: str | None = None
    revoked_at: str | None = None


class NewApiKey(msgspec.Struct, rename="camel", kw_only=True):
    """An API key with its secret, which the venue does not show again."""

    key_id: int
    client_id: str
    client_secret: str
    name: str
    scopes: list[str]
    created_at: str


class _Changed(msgspec.Struct):
    changed: bool


@dataclass(frozen=True, slots=True)
class Keys:
    """Needs a log-in by password where something changes. All raise ClientError."""

    _session: Session

    async def me(self) -> Me:
        """Who is logged in, with scopes and accounts."""
        return await self._session.get("/api/v1/me", Me)

    async def all(self) -> list[ApiKey]:
        """The user's API keys, oldest first, the revoked ones among them."""
        return await all_of(self._session, _PATH, ApiKey)

    async def create(self, name: str, *, scopes: list[str] | None = None) -> NewApiKey:
        """Make an API key. scopes: of the user's own; all that a key may carry where None."""
        body: dict[str, object] = {"name": name}
        if scopes is not None:
            body["scopes"] = scopes
        return await self._session.send("POST", _PATH, NewApiKey, body)

    async def revoke(self, key_id: int) -> ApiKey:
        """End an API key and all tokens that it got."""
        return await self._session.send("DELETE", f"{_PATH}/{key_id}", ApiKey, repeatable=True)

    async def change_password(self, current: str, new: str) -> None:
        """Change one's own password. Every token of the user ends: log in again."""
        body = {"currentPassword": current, "newPassword": new}
        await self._session.send("POST", "/api/v1/me/password", _Changed, body)
