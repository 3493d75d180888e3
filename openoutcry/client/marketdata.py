"""Public market data: symbols, quotes, depth, prints and candles. Prices in dollars."""

from decimal import Decimal

import msgspec


class Symbol(msgspec.Struct, rename="camel", kw_only=True):
    """A listed symbol; `status` is OPEN or HALTED, `last` the previous close until it trades."""

    symbol: str
    name: str
    status: str
    tick_size: Decimal
    lot_size: int
    previous_close: Decimal
    last: Decimal


class Quote(msgspec.Struct, rename="camel", kw_only=True):
    """The touch and the day's figures; a side that is empty is None."""

    symbol: str
    last: Decimal | None
    volume: int
    timestamp: str
    sequence: int
    bid: Decimal | None = None
    bid_size: int | None = None
    ask: Decimal | None = None
    ask_size: int | None = None
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    previous_close: Decimal | None = None
    change: Decimal | None = None
    change_percent: Decimal | None = None


class Level(msgspec.Struct, rename="camel", kw_only=True):
    """A price level; quantity 0 in a delta: the level is gone."""

    price: Decimal
    quantity: int
    orders: int


class Book(msgspec.Struct, rename="camel", kw_only=True):
    """Price levels, best first, as of `sequence`."""

    symbol: str
    sequence: int
    timestamp: str
    bids: list[Level]
    asks: list[Level]


class Print(msgspec.Struct, rename="camel", kw_only=True):
    """One trade on the tape; `side` is the aggressor's."""

    trade_id: str
    price: Decimal
    quantity: int
    side: str
    time: str
    symbol: str = ""


class Candle(msgspec.Struct, rename="camel", kw_only=True):
    """Open, high, low, close and volume of the interval that begins at `time`."""

    time: str
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int
    trades: int
