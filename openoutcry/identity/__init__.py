"""Users, passwords, tokens, API keys, roles and rate limits."""

from openoutcry.identity.identity import Identity
from openoutcry.identity.principal import VENUE, Principal, Role, Scope

__all__ = ["VENUE", "Identity", "Principal", "Role", "Scope"]
