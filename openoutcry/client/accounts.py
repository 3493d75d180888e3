"""The accounts of the user who is logged in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from openoutcry.client.account import Account, AccountTrade, LedgerEntry, Portfolio, Position
from openoutcry.client.page import all_of, every
from openoutcry.client.session import Session, segment

_PATH = "/api/v1/accounts"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Read cash, positions, ledger and trades. All raise ClientError."""

    _session: Session

    async def all(self) -> list[Account]:
        """The user's accounts."""
        return await all_of(self._session, _PATH, Account)

    async def get(self, account_id: str) -> Account:
        """One account with its cash."""
        return await self._session.get(f"{_PATH}/{segment(account_id)}", Account)

    async def positions(self, account_id: str) -> list[Position]:
        """The shares that the account has."""
        return await all_of(self._session, f"{_PATH}/{segment(account_id)}/positions", Position)

    async def portfolio(self, account_id: str) -> Portfolio:
        """Cash, positions and what they are worth."""
        return await self._session.get(f"{_PATH}/{segment(account_id)}/portfolio", Portfolio)

    def ledger(self, account_id: str) -> AsyncIterator[LedgerEntry]:
        """The account's ledger lines, newest first."""
        path = f"{_PATH}/{segment(account_id)}/ledger"
        return every(self._session, path, LedgerEntry, {"limit": 500})

    def trades(self, account_id: str) -> AsyncIterator[AccountTrade]:
        """The account's trades, newest first."""
        path = f"{_PATH}/{segment(account_id)}/trades"
        return every(self._session, path, AccountTrade, {"limit": 500})
