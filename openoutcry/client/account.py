"""Accounts as their owner sees them: cash, positions, ledger lines, trades. Money in dollars."""

from decimal import Decimal

import msgspec


class Cash(msgspec.Struct, rename="camel", kw_only=True):
    """total = held + available; settled is what may leave the venue."""

    total: Decimal
    held: Decimal
    available: Decimal
    settled: Decimal


class Account(msgspec.Struct, rename="camel", kw_only=True):
    """One account with its cash."""

    account_id: str
    type: str
    status: str
    currency: str
    cash: Cash
    created_at: str


class Position(msgspec.Struct, rename="camel", kw_only=True):
    """The shares of one symbol: held = what open sell orders need."""

    symbol: str
    quantity: int
    held: int
    available: int
    average_cost: Decimal | None = None
    market_price: Decimal | None = None
    market_value: Decimal | None = None
    unrealised_profit: Decimal | None = None
    realised_profit: Decimal | None = None


class Portfolio(msgspec.Struct, rename="camel", kw_only=True):
    """equity = cash + the positions' market value."""

    account_id: str
    cash: Cash
    market_value: Decimal
    equity: Decimal
    realised_profit: Decimal
    unrealised_profit: Decimal
    positions: list[Position]


class LedgerEntry(msgspec.Struct, rename="camel", kw_only=True):
    """One side of a double entry: `amount` of `asset` (USD or a symbol), signed for the account."""

    entry_id: str
    sequence: int
    time: str
    account_id: str
    counterparty: str
    asset: str
    amount: Decimal
    kind: str
    reference: str | None = None
    order_id: str | None = None


class AccountTrade(msgspec.Struct, rename="camel", kw_only=True):
    """One trade of the account; `liquidity` MAKER or TAKER."""

    trade_id: str
    order_id: str
    symbol: str
    side: str
    quantity: int
    price: Decimal
    value: Decimal
    liquidity: str
    time: str
