"""Market data as everybody sees it: symbols, quotes, books, trades, candles."""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from openoutcry import _engine
from openoutcry.codec import terms
from openoutcry.codec.decimals import money_decimal, price_decimal
from openoutcry.codec.identifiers import trade_id
from openoutcry.codec.shape import Money, Price, Shape, Shares, Ticker, Time, TradeId
from openoutcry.codec.timestamps import write_time

SymbolStatus = Literal["OPEN", "HALTED"]
Aggressor = Annotated[
    Literal["BUY", "SELL", "SELL_SHORT"], Meta(description="The aggressor's side.")
]

# Candle intervals by the name clients use, in seconds.
INTERVALS = {
    "1s": 1,
    "5s": 5,
    "15s": 15,
    "1m": 60,
    "5m": 300,
    "15m": 900,
    "1h": 3600,
    "1d": 86_400,
}
Interval = Literal["1s", "5s", "15s", "1m", "5m", "15m", "1h", "1d"]

# Why trading is halted, as the log numbers it.
HALT_CAUSES = {"OPERATOR": 1, "NEWS": 2, "REGULATORY": 3, "VOLATILITY": 4, "TECHNICAL": 5}
HaltReason = Literal["OPERATOR", "NEWS", "REGULATORY", "VOLATILITY", "TECHNICAL"]
_HALT_REASONS = {number: reason for reason, number in HALT_CAUSES.items()}

# The default tick table: a cent from one dollar up, 1/10000 dollar below.
_ONE_DOLLAR = 10_000
_CENT = 100


class Symbol(Shape):
    """A listed symbol."""

    symbol: Ticker
    name: str
    status: SymbolStatus
    tick_size: Price
    lot_size: Shares
    previous_close: Price
    last: Annotated[Money, Meta(description="The previous close until the first trade.")]


class Level(Shape):
    """A price level: what waits at one price."""

    price: Price
    quantity: Shares
    orders: int


class LastTrade(Shape):
    """The latest trade."""

    price: Money
    quantity: Shares
    time: Time


class Book(Shape):
    """The book of one symbol, best prices first; `sequence` is the venue's last command in it."""

    symbol: Ticker
    timestamp: Time
    sequence: int
    bids: list[Level]
    asks: list[Level]
    last_trade: LastTrade | None


class Quote(Shape):
    """The touch and the day's figures; null where a side is empty or nothing has traded."""

    symbol: Ticker
    bid: Price | None
    bid_size: Shares
    ask: Price | None
    ask_size: Shares
    last: Money
    volume: Shares
    open: Money | None
    high: Money | None
    low: Money | None
    previous_close: Money
    change: Annotated[Money, Meta(description="Last less previous close.")]
    change_percent: Annotated[Decimal, Meta(description="Per cent, to the nearest hundredth.")]
    timestamp: Time
    sequence: int | UnsetType = UNSET


class Trade(Shape):
    """A trade on the tape."""

    trade_id: TradeId
    symbol: Ticker
    price: Money
    quantity: Shares
    side: Aggressor
    time: Time


class Candle(Shape):
    """Open, high, low and close of one interval, which starts at `time`."""

    time: Time
    open: Money
    high: Money
    low: Money
    close: Money
    volume: Shares
    trades: int


def tick_size(symbol: _engine.Symbol) -> int:
    """Return the tick in 1/10000 dollar at the symbol's previous close."""
    if symbol.tick:
        return symbol.tick
    return _CENT if symbol.previous_close >= _ONE_DOLLAR else 1


def symbol_shape(symbol: _engine.Symbol, name: str, last: int) -> Symbol:
    """Return a listed symbol; `last` in 1/1,000,000 dollar."""
    return Symbol(
        symbol=symbol.ticker,
        name=name,
        status="HALTED" if symbol.halted else "OPEN",
        tick_size=price_decimal(tick_size(symbol)),
        lot_size=1,
        previous_close=price_decimal(symbol.previous_close),
        last=money_decimal(last),
    )


def halt_reason(symbol: _engine.Symbol) -> str | None:
    """Return why `symbol` is halted, None while it trades."""
    return _HALT_REASONS.get(symbol.halt_cause, "OPERATOR") if symbol.halted else None


def level_shape(level: _engine.Level) -> Level:
    """Return one price level."""
    return Level(price_decimal(level.price), level.quantity, level.orders)


def book_shape(ticker: str, depth: _engine.Depth, quote: _engine.Quote) -> Book:
    """Return the book with the last trade that `quote` knows."""
    last = (
        LastTrade(money_decimal(quote.last), quote.last_size, write_time(quote.last_time_ns))
        if quote.last_size
        else None
    )
    return Book(
        symbol=ticker,
        timestamp=write_time(depth.time_ns),
        sequence=depth.sequence,
        bids=[level_shape(level) for level in depth.bids],
        asks=[level_shape(level) for level in depth.asks],
        last_trade=last,
    )


def quote_shape(ticker: str, quote: _engine.Quote, *, sequenced: bool = True) -> Quote:
    """Return the touch and the day's figures, without the log's sequence unless `sequenced`."""
    change = quote.last - quote.previous_close
    traded = quote.volume > 0
    return Quote(
        ticker,
        price_decimal(quote.bid) if quote.bid else None,
        quote.bid_size,
        price_decimal(quote.ask) if quote.ask else None,
        quote.ask_size,
        money_decimal(quote.last),
        quote.volume,
        money_decimal(quote.open) if traded else None,
        money_decimal(quote.high) if traded else None,
        money_decimal(quote.low) if traded else None,
        money_decimal(quote.previous_close),
        money_decimal(change),
        hundredths_of_percent(change, quote.previous_close),
        write_time(quote.time_ns),
        quote.sequence if sequenced else UNSET,
    )


def hundredths_of_percent(change: int, base: int) -> Decimal:
    """Return change over base in per cent to the nearest hundredth, halves away from zero."""
    if base == 0:
        return Decimal(0).scaleb(-2)
    magnitude = (abs(change) * 20_000 + base) // (2 * base)
    return Decimal(magnitude if change >= 0 else -magnitude).scaleb(-2)


def trade_shape(ticker: str, trade: _engine.Trade) -> Trade:
    """Return a trade on the tape."""
    return Trade(
        trade_id(trade.trade),
        ticker,
        money_decimal(trade.price),
        trade.quantity,
        terms.SIDE[trade.taker_side],  # type: ignore[arg-type]  # the engine's word
        write_time(trade.time_ns),
    )


def candle_shape(candle: _engine.Candle) -> Candle:
    """Return one interval's candle."""
    return Candle(
        write_time(candle.time_ns),
        money_decimal(candle.open),
        money_decimal(candle.high),
        money_decimal(candle.low),
        money_decimal(candle.close),
        candle.volume,
        candle.trades,
    )
