"""Bearer tokens: signed by the venue, held by clients, and ended before their time when need be."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from openoutcry.errors import Unauthenticated
from openoutcry.identity.principal import Principal, Role, Scope

LIFETIME_SECONDS = 8 * 3600
# Tokens that are remembered as good. One entry takes about a kilobyte.
REMEMBERED = 20_000
# Ours take less than 500; a longer one is refused unread.
LONGEST = 2_048

_ALGORITHM = "HS256"
_ISSUER = "openoutcry"
# Higher than any: what is ended up to this is ended whole.
_NO_VERSION = 1 << 62


@dataclass(frozen=True, slots=True)
class _Claims:
    principal: Principal
    expires_at: int
    version: int
    client_id: str | None


class Tokens:
    """Issues tokens and tells whose one is.

    A token names its user's version: one that is older than what `end_user` was told no longer
    holds, nor does one that came by an API key which `end_client` names. Both need no database to
    be looked at, so those who are logged in stay so while it is away.
    """

    def __init__(self, key: bytes, *, clock: Callable[[], float] = time.time) -> None:
        """key: the 32 bytes to sign with. clock: seconds since the epoch."""
        self._key = OctKey.import_key(key)
        self._clock = clock
        self._remembered: dict[str, _Claims] = {}
        # By user or API key the lowest version that holds, and the time from which no token is
        # left that this could end; the oldest first.
        self._ends: dict[int | str, tuple[int, float]] = {}

    def issue(
        self,
        principal: Principal,
        version: int,
        client_id: str | None = None,
    ) -> str:
        """Return a token for `principal` that holds for LIFETIME_SECONDS.

        version: the user's, as the database has it. client_id: the API key it was got with.
        """
        now = int(self._clock())
        claims = {
            "iss": _ISSUER,
            "sub": str(principal.user_id),
            "name": principal.username,
            "role": principal.role.value,
            "scope": " ".join(sorted(principal.scopes)),
            "kyc": principal.kyc_approved,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            "jti": secrets.token_urlsafe(12),
            "ver": version,
        }
        if client_id is not None:
            claims["cid"] = client_id
        return jwt.encode({"alg": _ALGORITHM}, claims, self._key)

    def verify(self, token: str) -> Principal:
        """Return whose token this is. Raises Unauthenticated for one that does not hold."""
        claims = self._remembered.get(token)
        if claims is not None and claims.expires_at > self._clock():
            return claims.principal
        return self._verify_anew(token)

    def end_user(self, user_id: int, version: int) -> None:
        """End the tokens of a user that carry a lower version than this."""
        self._end(user_id, version)

    def end_client(self, client_id: str) -> None:
        """End the tokens that were got with this API key."""
        self._end(client_id, _NO_VERSION)

    def _verify_anew(self, token: str) -> Principal:
        claims = self._read(token)
        if claims.expires_at <= self._clock():
            self._remembered.pop(token, None)
            raise Unauthenticated("TOKEN_EXPIRED", "The token has expired: log in again.")
        if self._ended(claims):
            raise Unauthenticated("TOKEN_REVOKED", "The token was revoked: log in again.")
        if len(self._remembered) >= REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[token] = claims
        return claims.principal

    def _read(self, token: str) -> _Claims:
        if len(token) > LONGEST:
            raise _invalid()
        try:
            claims = jwt.decode(token, self._key, algorithms=[_ALGORITHM]).claims
        except (JoseError, ValueError, TypeError):
            raise _invalid() from None
        # Signed by us, so the shape is ours; an issuer of another program with our key is not.
        if claims.get("iss") != _ISSUER:
            raise _invalid()
        return _parse(claims)

    def _ended(self, claims: _Claims) -> bool:
        for subject in (claims.principal.user_id, claims.client_id):
            if subject is not None and claims.version < self._ends.get(subject, (0, 0.0))[0]:
                return True
        return False

    def _end(self, subject: int | str, version: int) -> None:
        known = self._ends.pop(subject, (0, 0.0))[0]
        now = self._clock()
        self._ends[subject] = (max(version, known), now + LIFETIME_SECONDS)
        if version <= known:
            return
        ended = [token for token, claims in self._remembered.items() if self._ended(claims)]
        for token in ended:
            del self._remembered[token]
        while self._ends[oldest := next(iter(self._ends))][1] <= now:
            del self._ends[oldest]


def _parse(claims: dict[str, Any]) -> _Claims:
    """Read claims that carry our signature. Raises Unauthenticated for a shape of another time."""
    try:
        principal = Principal(
            user_id=int(claims["sub"]),
            username=str(claims["name"]),
            role=Role(claims["role"]),
            scopes=frozenset(map(Scope, claims["scope"].split())),
            kyc_approved=claims["kyc"] is True,
        )
        return _Claims(principal, int(claims["exp"]), int(claims["ver"]), claims.get("cid"))
    except (KeyError, ValueError, TypeError, AttributeError):
        raise _invalid() from None


def _invalid() -> Unauthenticated:
    return Unauthenticated("INVALID_TOKEN", "The token is not one of this venue's.")
