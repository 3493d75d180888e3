"""What operators do with users, accounts and the market."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from openoutcry.client.account import Account
from openoutcry.client.marketdata import Symbol
from openoutcry.client.page import every
from openoutcry.client.session import Session, segment
from openoutcry.client.user import User

_PATH = "/api/v1/admin"
_ACCOUNTS = "/api/v1/accounts"


class Transfer(msgspec.Struct, rename="camel", kw_only=True):
    """A deposit or withdrawal: dollars where `asset` is USD, else whole shares."""

    transfer_id: str
    account_id: str
    kind: str
    asset: str
    amount: Decimal
    reference: str


class AccountStatus(msgspec.Struct, rename="camel", kw_only=True):
    """ACTIVE or SUSPENDED, and the orders that suspending cancelled."""

    account_id: str
    status: str
    cancelled_orders: list[str]


class Limits(msgspec.Struct, rename="camel", kw_only=True):
    """Pre-trade limits of an account; None is the venue's default."""

    account_id: str
    maximum_open_orders: int | None
    maximum_order_value: Decimal | None


class TradingStatus(msgspec.Struct, rename="camel", kw_only=True):
    """Symbols, and the status that they have now: OPEN or HALTED."""

    symbols: list[str]
    status: str


@dataclass(frozen=True, slots=True)
class Administration:
    """Needs an operator's log-in. All raise ClientError; refusals raise Refused."""

    _session: Session

    def users(self) -> AsyncIterator[User]:
        """All users, in the order in which they were made."""
        return every(self._session, f"{_PATH}/users", User, {"limit": 500})

    async def create_user(
        self,
        username: str,
        password: str,
        *,
        role: str = "trader",
        kyc_status: str = "PENDING",
        account_type: str = "CASH",
    ) -> User:
        """Make a user; a trader gets an account."""
        body = {
            "username": username,
            "password": password,
            "role": role,
            "kycStatus": kyc_status,
            "accountType": account_type,
        }
        return await self._session.send("POST", f"{_PATH}/users", User, body)

    async def disable_user(self, user_id: int) -> User:
        """Shut a user out; every token ends."""
        return await self._user(user_id, "disable")

    async def enable_user(self, user_id: int) -> User:
        """Let a disabled user log in again."""
        return await self._user(user_id, "enable")

    async def set_kyc_status(self, user_id: int, status: str) -> User:
        """Record how far the venue knows a user: PENDING, APPROVED or REJECTED."""
        return await self._user(user_id, "kyc", {"status": status})

    async def reset_password(self, user_id: int, password: str) -> User:
        """Give a user another password; every token ends."""
        return await self._user(user_id, "password", {"newPassword": password})

    async def open_account(self, user_id: int, kind: str, reference: str) -> Account:
        """Open one more account, CASH or MARGIN; once for each reference."""
        body = {"userId": user_id, "type": kind, "reference": reference}
        path = f"{_PATH}/accounts"
        return await self._session.send("POST", path, Account, body, repeatable=True)

    async def deposit(
        self, account_id: str, amount: Decimal, *, asset: str = "USD", reference: str
    ) -> Transfer:
        """Bring dollars or shares in; once for each reference."""
        return await self._transfer("deposits", account_id, amount, asset, reference)

    async def withdraw(
        self, account_id: str, amount: Decimal, *, asset: str = "USD", reference: str
    ) -> Transfer:
        """Send dollars or shares outside; once for each reference."""
        return await self._transfer("withdrawals", account_id, amount, asset, reference)

    async def set_account_status(self, account_id: str, status: str) -> AccountStatus:
        """SUSPENDED cancels all open orders and refuses new ones until ACTIVE."""
        path = f"{_PATH}/accounts/{segment(account_id)}/status"
        return await self._session.send("POST", path, AccountStatus, {"status": status})

    async def set_limits(
        self,
        account_id: str,
        *,
        maximum_open_orders: int = 0,
        maximum_order_value: Decimal = Decimal(0),
    ) -> Limits:
        """Set an account's limits; 0 takes the venue's default."""
        body = {
            "maximumOpenOrders": maximum_open_orders,
            "maximumOrderValue": maximum_order_value,
        }
        path = f"{_PATH}/accounts/{segment(account_id)}/limits"
        return await self._session.send("POST", path, Limits, body)

    async def list_symbol(
        self, symbol: str, previous_close: Decimal, *, tick_size: Decimal | None = None
    ) -> Symbol:
        """List a symbol; its book is open at once."""
        body: dict[str, object] = {"symbol": symbol, "previousClose": previous_close}
        if tick_size is not None:
            body["tickSize"] = tick_size
        return await self._session.send("POST", f"{_PATH}/symbols", Symbol, body)

    async def halt(self, symbol: str | None = None, *, reason: str = "OPERATOR") -> TradingStatus:
        """Stop trading in a symbol, or in all."""
        return await self._switch("halts", symbol, reason)

    async def resume(self, symbol: str | None = None, *, reason: str = "OPERATOR") -> TradingStatus:
        """Let a symbol, or all, trade again."""
        return await self._switch("resumes", symbol, reason)

    async def _user(self, user_id: int, action: str, body: object = None) -> User:
        path = f"{_PATH}/users/{user_id}/{action}"
        return await self._session.send("POST", path, User, body)

    async def _transfer(
        self, kind: str, account_id: str, amount: Decimal, asset: str, reference: str
    ) -> Transfer:
        body = {"amount": amount, "asset": asset, "reference": reference}
        path = f"{_ACCOUNTS}/{segment(account_id)}/{kind}"
        return await self._session.send("POST", path, Transfer, body, repeatable=True)

    async def _switch(self, action: str, symbol: str | None, reason: str) -> TradingStatus:
        body = {"reason": reason} if symbol is None else {"reason": reason, "symbol": symbol}
        return await self._session.send("POST", f"{_PATH}/{action}", TradingStatus, body)
