"""Who may have which session."""

import re
from dataclasses import dataclass
from typing import Protocol

from openoutcry import _engine
from openoutcry.errors import Problem
from openoutcry.gateways.services import Services
from openoutcry.identity import Scope

# The CompID of the venue.
VENUE = "OPENOUTCRY"
_DROP_COPY = "DROP"
_LABEL = re.compile(r"[A-Za-z0-9_]{1,16}")
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,48}")


class Refused(Exception):
    """A logon that gets no answer; the text is for the log and holds no secret."""


@dataclass(frozen=True, slots=True)
class Member:
    """Whose session it is. drop_copy: it only listens."""

    comp_id: str
    user_id: int
    drop_copy: bool


class Authenticator(Protocol):
    """Decides which session a logon opens."""

    async def authenticate(self, peer: _engine.FixPeer, address: str) -> Member:
        """Return the session's member. Raises Refused."""


class Members:
    """The venue's users: alice has the session ALICE, further ones as ALICE-LABEL, and ALICE-DROP.

    Tags 553 and 554 are name and password. ALICE-DROP listens to everything that happens to
    alice's accounts.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    async def authenticate(self, peer: _engine.FixPeer, address: str) -> Member:
        """Return whose session this is. Raises Refused."""
        if peer.target != VENUE.encode():
            raise Refused("TargetCompID is not ours")
        comp_id, username = _text(peer.sender), _text(peer.username)
        if _PLAIN.fullmatch(comp_id) is None:
            raise Refused("SenderCompID is unknown")
        label = _label(comp_id, username)
        try:
            principal = await self._services.identity.grants.log_in(
                username, _text(peer.password), address=address
            )
            principal.require(Scope.TRADE)
            self._services.require_kyc(principal)
        except Problem as problem:
            raise Refused(problem.code) from None
        return Member(comp_id.upper(), principal.user_id, label == _DROP_COPY)


def _label(comp_id: str, username: str) -> str:
    """Return what stands behind the user's name. Raises Refused where it is another's."""
    name, rest = comp_id[: len(username)], comp_id[len(username) :]
    own = bool(username) and name.lower() == username.lower()
    if not own or (rest and (rest[0] != "-" or _LABEL.fullmatch(rest[1:]) is None)):
        raise Refused("SenderCompID is not the user's")
    return rest[1:].upper()


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
