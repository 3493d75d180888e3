"""The messages of the WebSocket's channels."""

from typing import Literal

from openoutcry.codec.accounts import Cash, Position
from openoutcry.codec.market import Aggressor, Candle, Interval, Level, SymbolStatus, Trade
from openoutcry.codec.orders import Order
from openoutcry.codec.shape import AccountId, Money, Shape, Shares, Ticker, Time, TradeId

Channel = Literal["book", "trades", "quotes", "candles", "status", "orders", "account"]
OrderEvent = Literal["NEW", "FILL", "CANCELLED", "REPLACED", "TRIGGERED", "EXPIRED", "REJECTED"]


class BookMessage(Shape):
    """All levels, or (DELTA) those that changed; quantity 0 removes a level.

    checksum: of the book as it is then, see `openoutcry.codec.checksum`.
    """

    channel: Literal["book"]
    event: Literal["SNAPSHOT", "DELTA"]
    symbol: Ticker
    sequence: int
    timestamp: Time
    bids: list[Level]
    asks: list[Level]
    checksum: int


class TradesSnapshot(Shape):
    """The latest trades, newest last."""

    channel: Literal["trades"]
    event: Literal["SNAPSHOT"]
    symbol: Ticker
    sequence: int
    trades: list[Trade]


class TradeMessage(Shape):
    """One trade."""

    channel: Literal["trades"]
    event: Literal["TRADE"]
    symbol: Ticker
    sequence: int
    trade_id: TradeId
    price: Money
    quantity: Shares
    side: Aggressor
    time: Time


class CandlesSnapshot(Shape):
    """The latest candles, newest last, the one in progress included."""

    channel: Literal["candles"]
    event: Literal["SNAPSHOT"]
    symbol: Ticker
    interval: Interval
    sequence: int
    candles: list[Candle]


class CandleMessage(Shape):
    """A candle in progress, or the last word on one that ended."""

    channel: Literal["candles"]
    event: Literal["CANDLE"]
    symbol: Ticker
    interval: Interval
    sequence: int
    time: Time
    open: Money
    high: Money
    low: Money
    close: Money
    volume: Shares
    trades: int


class StatusMessage(Shape):
    """Whether a symbol trades."""

    channel: Literal["status"]
    event: Literal["STATUS"]
    symbol: Ticker
    sequence: int
    status: SymbolStatus
    reason: str | None


class OrdersSnapshot(Shape):
    """Open orders of an account, newest first."""

    channel: Literal["orders"]
    event: Literal["SNAPSHOT"]
    account_id: AccountId
    sequence: int
    orders: list[Order]


class OrderMessage(Shape):
    """What happened to an order, and how it stands after that; `data.fills` of this event."""

    channel: Literal["orders"]
    event: OrderEvent
    account_id: AccountId
    sequence: int
    data: Order


class AccountBody(Shape):
    """An account's worth; the reader's own sequence comes before it."""

    account_id: AccountId
    cash: Cash
    positions: list[Position]
    equity: Money
