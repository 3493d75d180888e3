"""What arrives over the WebSocket API, by channel and event. Prices and money in dollars."""

from decimal import Decimal
from typing import ClassVar

import msgspec

from openoutcry.client.account import Cash, Position
from openoutcry.client.marketdata import Candle, Level, Print
from openoutcry.client.order import Order


class Connected(msgspec.Struct, kw_only=True):
    """The stream has (re)connected and subscribes anew: each channel's present state follows."""


class Failed(msgspec.Struct, kw_only=True):
    """The venue refused a subscription or a message of ours."""

    code: str
    detail: str = ""


class Message(msgspec.Struct, kw_only=True, rename="camel"):
    """What all messages of channels share; `sequence` has no gaps within a stream."""

    #: Whether a message stands for itself, or continues the one before.
    WHOLE: ClassVar[bool] = True

    channel: str
    event: str
    sequence: int


class QuoteUpdate(Message, kw_only=True):
    """The touch of one symbol, conflated; a side that is empty is None."""

    symbol: str
    volume: int
    timestamp: str
    last: Decimal | None = None
    bid: Decimal | None = None
    bid_size: int | None = None
    ask: Decimal | None = None
    ask_size: int | None = None


class BookSnapshot(Message, kw_only=True):
    """All levels up to the depth asked for, best first.

    checksum: of the book that results, see LiveBook; None from a venue that sends none.
    """

    symbol: str
    timestamp: str
    bids: list[Level]
    asks: list[Level]
    checksum: int | None = None


class BookDelta(BookSnapshot, kw_only=True):
    """Levels that replace those at their prices; quantity 0 removes one."""

    WHOLE: ClassVar[bool] = False


class TradesSnapshot(Message, kw_only=True):
    """The latest trades, newest last."""

    symbol: str
    trades: list[Print]


class Trade(Message, kw_only=True):
    """One trade; `side` is the aggressor's."""

    WHOLE: ClassVar[bool] = False

    symbol: str
    trade_id: str
    price: Decimal
    quantity: int
    side: str
    time: str


class CandlesSnapshot(Message, kw_only=True):
    """The latest candles, oldest first."""

    symbol: str
    interval: str
    candles: list[Candle]


class CandleUpdate(Message, kw_only=True):
    """The candle in progress."""

    WHOLE: ClassVar[bool] = False

    symbol: str
    interval: str
    time: str
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int
    trades: int


class SymbolStatus(Message, kw_only=True):
    """OPEN or HALTED."""

    symbol: str
    status: str


class OrdersSnapshot(Message, kw_only=True):
    """The open orders of one account."""

    account_id: str
    orders: list[Order]


class OrderEvent(Message, kw_only=True):
    """What happened to one order, with the order as of then and the fills of this event."""

    WHOLE: ClassVar[bool] = False

    account_id: str
    data: Order


class AccountUpdate(Message, kw_only=True):
    """Cash, positions and their worth, conflated."""

    account_id: str
    cash: Cash
    positions: list[Position]
    equity: Decimal


_KINDS: dict[str, dict[str, type[Message]]] = {
    "quotes": {"QUOTE": QuoteUpdate},
    "book": {"SNAPSHOT": BookSnapshot, "DELTA": BookDelta},
    "trades": {"SNAPSHOT": TradesSnapshot, "TRADE": Trade},
    "candles": {"SNAPSHOT": CandlesSnapshot, "CANDLE": CandleUpdate},
    "status": {"STATUS": SymbolStatus},
    "orders": {
        "SNAPSHOT": OrdersSnapshot,
        **dict.fromkeys(
            ("NEW", "FILL", "CANCELLED", "REPLACED", "TRIGGERED", "EXPIRED", "REJECTED"),
            OrderEvent,
        ),
    },
    "account": {"ACCOUNT": AccountUpdate},
}

#: (channel, event) -> decoder of that message.
DECODERS = {
    (channel, event): msgspec.json.Decoder(kind)
    for channel, events in _KINDS.items()
    for event, kind in events.items()
}
