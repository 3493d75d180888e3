"""Accounts, positions, portfolios, ledger lines as their owners see them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from openoutcry import _engine
from openoutcry.codec import terms
from openoutcry.codec.decimals import average_price, money_decimal
from openoutcry.codec.identifiers import account_id, entry_id, order_id, trade_id
from openoutcry.codec.orders import Liquidity, Side
from openoutcry.codec.shape import (
    AccountId,
    Money,
    OrderId,
    Shape,
    Shares,
    Ticker,
    Time,
    TradeId,
)
from openoutcry.codec.timestamps import write_time

AccountKind = Literal["CASH", "MARGIN"]
AccountStatus = Literal["ACTIVE", "SUSPENDED"]
EntryKind = Literal["TRADE", "DEPOSIT", "WITHDRAWAL", "TRANSFER"]

OUTSIDE = "OUTSIDE"
CASH_ASSET = 0
CASH_CODE = "USD"


class Cash(Shape):
    """Cash of an account; available = total - held."""

    total: Money
    held: Annotated[Money, Meta(description="What open orders could still need.")]
    available: Money
    settled: Annotated[Money, Meta(description="Trades settle as they happen: equals total.")]


class Account(Shape):
    """A cash or margin account."""

    account_id: AccountId
    type: AccountKind
    status: AccountStatus
    currency: Literal["USD"]
    cash: Cash
    created_at: Time


class Position(Shape):
    """Shares of one symbol, at average cost."""

    symbol: Ticker
    quantity: Shares
    held: Annotated[Shares, Meta(description="Promised to open sell orders.")]
    available: Shares
    average_cost: Money | None
    market_price: Money
    market_value: Money
    unrealised_profit: Money
    realised_profit: Money


class Portfolio(Shape):
    """An account's worth at last prices; equity = cash total + market value."""

    account_id: AccountId
    cash: Cash
    market_value: Money
    equity: Money
    realised_profit: Money
    unrealised_profit: Money
    positions: list[Position]


class LedgerLine(Shape):
    """One side of a double entry: what this account gave (negative) or got."""

    entry_id: str
    sequence: int
    time: Time
    account_id: AccountId
    counterparty: Annotated[str, Meta(description="An account id, or OUTSIDE.")]
    asset: Annotated[str, Meta(description="USD, or the symbol.")]
    amount: Annotated[Money, Meta(description="Signed: dollars, or whole shares.")]
    kind: EntryKind
    reference: Annotated[
        str | None, Meta(description="The trade's id, or the reference the transfer was given.")
    ]
    order_id: OrderId | None


class AccountTrade(Shape):
    """A trade from this account's side."""

    trade_id: TradeId
    order_id: OrderId
    symbol: Ticker
    side: Side
    quantity: Shares
    price: Money
    value: Money
    liquidity: Liquidity
    time: Time


def asset_amount(asset: int, amount: int) -> Decimal:
    """Return dollars of cash, else whole shares."""
    return money_decimal(amount) if asset == CASH_ASSET else Decimal(amount)


def cash_shape(account: _engine.Account) -> Cash:
    """Return the account's cash."""
    total = money_decimal(account.cash)
    return Cash(
        total, money_decimal(account.held), money_decimal(account.cash - account.held), total
    )


def account_shape(account: _engine.Account) -> Account:
    """Return the account as its owner sees it."""
    return Account(
        account_id=account_id(account.account),
        type=terms.ACCOUNT_KIND[account.kind],  # type: ignore[arg-type]  # the engine's word
        status=terms.ACCOUNT_STATUS[account.status],  # type: ignore[arg-type]
        currency="USD",
        cash=cash_shape(account),
        created_at=write_time(account.opened_ns),
    )


def position_shape(position: _engine.Position, ticker: str, last: int) -> Position:
    """Return a position valued at `last`, in 1/1,000,000 dollar."""
    value = position.shares * last
    return Position(
        ticker,
        position.shares,
        position.held,
        position.shares - position.held,
        money_decimal(average_price(position.cost, position.shares)) if position.shares else None,
        money_decimal(last),
        money_decimal(value),
        money_decimal(value - position.cost),
        money_decimal(position.realised),
    )


def portfolio_shape(
    account: _engine.Account,
    positions: Sequence[_engine.Position],
    tickers: Sequence[str],
    lasts: Sequence[int],
) -> Portfolio:
    """Return the account with its positions, their tickers and last prices in the same order."""
    value = sum(position.shares * last for position, last in zip(positions, lasts, strict=True))
    return Portfolio(
        account_id=account_id(account.account),
        cash=cash_shape(account),
        market_value=money_decimal(value),
        equity=money_decimal(account.cash + value),
        realised_profit=money_decimal(sum(position.realised for position in positions)),
        unrealised_profit=money_decimal(value - sum(position.cost for position in positions)),
        positions=[position_shape(*row) for row in zip(positions, tickers, lasts, strict=True)],
    )


def ledger_lines(entry: _engine.Entry, account: int, asset: str) -> list[LedgerLine]:
    """Return the side of `entry` that `account` is on; both, in a trade with itself.

    asset: USD or a ticker.
    """
    sides = []
    if entry.target == account:
        sides.append(_ledger_line(entry, account, asset, incoming=True))
    if entry.source == account:
        sides.append(_ledger_line(entry, account, asset, incoming=False))
    return sides


def _ledger_line(entry: _engine.Entry, account: int, asset: str, *, incoming: bool) -> LedgerLine:
    other = entry.source if incoming else entry.target
    order = entry.target_order if incoming else entry.source_order
    amount = entry.amount if incoming else -entry.amount
    reference = (
        trade_id(entry.trade)
        if entry.trade
        else None
        if entry.reference is None
        else entry.reference.decode("utf-8", "replace")
    )
    return LedgerLine(
        entry_id=entry_id(entry.entry),
        sequence=entry.sequence,
        time=write_time(entry.time_ns),
        account_id=account_id(account),
        counterparty=account_id(other) if other else OUTSIDE,
        asset=asset,
        amount=asset_amount(entry.asset, amount),
        kind=_entry_kind(entry),
        reference=reference,
        order_id=order_id(order) if order else None,
    )


def _entry_kind(entry: _engine.Entry) -> EntryKind:
    if entry.trade:
        return "TRADE"
    if not entry.source:
        return "DEPOSIT"
    return "WITHDRAWAL" if not entry.target else "TRANSFER"


def account_trade_shape(trade: _engine.Trade, account: int, ticker: str) -> AccountTrade:
    """Return the trade from the side of `account`, the taker's where it is on both."""
    taking = trade.taker_account == account
    maker_side: Side = "SELL" if terms.SIDE[trade.taker_side] == "BUY" else "BUY"
    return AccountTrade(
        trade_id=trade_id(trade.trade),
        order_id=order_id(trade.taker_order if taking else trade.maker_order),
        symbol=ticker,
        side=terms.SIDE[trade.taker_side] if taking else maker_side,  # type: ignore[arg-type]
        quantity=trade.quantity,
        price=money_decimal(trade.price),
        value=money_decimal(trade.price * trade.quantity),
        liquidity="TAKER" if taking else "MAKER",
        time=write_time(trade.time_ns),
    )
