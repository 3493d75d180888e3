"""Who is asking, and what that allows."""

from dataclasses import dataclass
from enum import StrEnum

from openoutcry.errors import Forbidden


class Role(StrEnum):
    """What a user is to the venue."""

    TRADER = "trader"
    OPERATOR = "operator"
    COMPLIANCE = "compliance"


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "read"  # the user's own accounts, orders and trades
    TRADE = "trade"  # enter, replace and cancel the user's own orders
    ADMIN = "admin"  # run the venue: users, symbols, halts, deposits
    AUDIT = "audit"  # read everyone's accounts, orders and trades
    # Change the password and make API keys. Given to those who log in with a password alone, so
    # that a stolen API key cannot make itself a successor.
    CREDENTIALS = "credentials"


SCOPES_OF_ROLE = {
    Role.TRADER: frozenset({Scope.READ, Scope.TRADE, Scope.CREDENTIALS}),
    Role.OPERATOR: frozenset({Scope.READ, Scope.ADMIN, Scope.AUDIT, Scope.CREDENTIALS}),
    Role.COMPLIANCE: frozenset({Scope.READ, Scope.AUDIT, Scope.CREDENTIALS}),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller whose token or login held.

    user_id: the owner that the engine's accounts name; positive, 0 for the venue itself.
    kyc_approved: whether the venue knew the customer well enough at the time of the login.
    """

    user_id: int
    username: str
    role: Role
    scopes: frozenset[Scope]
    kyc_approved: bool = False

    def require(self, scope: Scope) -> None:
        """Raise Forbidden unless the caller holds `scope`."""
        if scope not in self.scopes:
            raise Forbidden("FORBIDDEN", f"This needs the scope {scope}.")


# The venue itself, and the person at its command line.
VENUE = Principal(0, "venue", Role.OPERATOR, frozenset(Scope))
