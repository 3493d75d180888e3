"""The cast of the demo's market: whoever opens these accounts can start the traders on them."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec


class Part(StrEnum):
    """What a participant does."""

    MAKER = "maker"
    RETAIL = "retail"
    MOMENTUM = "momentum"
    INSTITUTION = "institution"


@dataclass(frozen=True, slots=True)
class Participant:
    """One simulated firm: a user of its own with one cash account."""

    username: str
    part: Part


#: Each is a trader with a cash account of CASH_DOLLARS and SHARES of every demo symbol.
PARTICIPANTS = (
    Participant("maker-1", Part.MAKER),
    Participant("maker-2", Part.MAKER),
    Participant("maker-3", Part.MAKER),
    Participant("retail-1", Part.RETAIL),
    Participant("retail-2", Part.RETAIL),
    Participant("momentum-1", Part.MOMENTUM),
    Participant("institution-1", Part.INSTITUTION),
)

# Traders keep their inventories near where they started, but those who take pay the spread to
# those who make: about a million dollars a day among all of them. This lasts for years.
CASH_DOLLARS = 10_000_000_000
SHARES = 10_000_000


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """The API key that a participant logs in with."""

    username: str
    client_id: str
    client_secret: str
