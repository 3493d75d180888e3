"""What gateways stand on: who is asking, the sequencer, the listings, the accounts."""

from dataclasses import dataclass, field
from typing import Protocol

from msgspec import UNSET, UnsetType

from openoutcry import _engine
from openoutcry.codec.identifiers import read_account_id, read_order_id
from openoutcry.errors import Forbidden, NotFound, Unavailable
from openoutcry.identity import Identity, Principal, Scope
from openoutcry.identity.rate_limit import RateLimiter
from openoutcry.marketdata.feed import Feed
from openoutcry.sequencer.listings import Listings
from openoutcry.sequencer.sequencer import Sequencer

# More accounts a user than anyone has: what is read of them stays bounded.
_MOST_ACCOUNTS = 1_000


@dataclass(slots=True)
class Floor:
    """The open trading floor: exists once the journal is recovered."""

    sequencer: Sequencer
    listings: Listings
    feed: Feed

    @property
    def engine(self) -> _engine.Sequencer:
        """The engine's reads; each sees whole, durable commands only."""
        return self.sequencer.engine

    def symbol(self, ticker: str) -> int:
        """Return the number of `ticker`. Raises NotFound."""
        number = self.listings.number(ticker)
        if number is None:
            raise NotFound("UNKNOWN_SYMBOL", "No such symbol is listed here.")
        return number

    def own_account(self, principal: Principal, text: str | UnsetType | None) -> int:
        """Return the caller's account `text`, or the caller's first. Raises NotFound."""
        if text is None or text is UNSET:
            accounts = self.engine.accounts_of(principal.user_id)
            if not accounts:
                raise NotFound("UNKNOWN_ACCOUNT", "You have no account.")
            return accounts[0]
        number = read_account_id(text)
        account = None if number is None else self.engine.account(number)
        if account is None or account.owner != principal.user_id:
            raise _unknown_account()
        return account.account

    def visible_account(self, principal: Principal, text: str) -> _engine.Account:
        """Return an account that the caller owns or, with the scope audit, any. Raises NotFound."""
        number = read_account_id(text)
        account = None if number is None else self.engine.account(number)
        if account is None or not _may_see(principal, account.owner):
            raise _unknown_account()
        return account

    def visible_order(self, principal: Principal, text: str) -> _engine.Order:
        """Return an order that the caller owns or, with the scope audit, any. Raises NotFound."""
        number = read_order_id(text)
        order = None if number is None else self.engine.order(number)
        if order is not None:
            account = self.engine.account(order.account)
            if account is not None and _may_see(principal, account.owner):
                return order
        raise NotFound("UNKNOWN_ORDER", "There is no such order.")

    def own_accounts(self, principal: Principal) -> list[int]:
        """Return the caller's accounts, in the order in which they were opened."""
        return self.engine.accounts_of(principal.user_id)[:_MOST_ACCOUNTS]


def first_account_name(user_id: int) -> bytes:
    """Return the name under which the account that every trader has is opened once."""
    return b"user-%d" % user_id


def _may_see(principal: Principal, owner: int) -> bool:
    if owner == principal.user_id:
        return True
    return Scope.AUDIT in principal.scopes


def _unknown_account() -> NotFound:
    return NotFound("UNKNOWN_ACCOUNT", "There is no such account.")


class Demo(Protocol):
    """What a demo venue can do beyond others."""

    @property
    def logins(self) -> dict[str, str]:
        """Passwords of the demo's users, by name."""

    def accounts(self) -> list[int]:
        """Return the accounts that the demo opened."""

    async def reset(self, accounts: list[int]) -> None:
        """Bring some of them back to where they started."""


@dataclass(slots=True)
class Services:
    """What every gateway is handed. `opening` says how far the recovery has come."""

    identity: Identity
    orders: RateLimiter[int]
    cancels: RateLimiter[int]
    # Of listed symbols, by ticker; one without a name is called by its ticker.
    names: dict[str, str] = field(default_factory=dict)
    open_floor: Floor | None = None
    demo: Demo | None = None
    opening: str = "The journal is being recovered."

    @property
    def floor(self) -> Floor:
        """The trading floor. Raises Unavailable (NOT_READY) until it is open."""
        if self.open_floor is None:
            raise Unavailable("NOT_READY", self.opening, retry_after=1)
        return self.open_floor

    def require_floor(self) -> None:
        """Raise Unavailable (NOT_READY) until the trading floor is open."""
        _ = self.floor

    def name_of(self, ticker: str) -> str:
        """Return the name of what `ticker` stands for."""
        return self.names.get(ticker, ticker)

    def require_kyc(self, principal: Principal) -> None:
        """Raise Forbidden (KYC_REQUIRED) for a user whom the venue does not know well enough."""
        if not self.identity.kyc_approved(principal):
            raise Forbidden("KYC_REQUIRED", "The venue has not approved your identity yet.")
