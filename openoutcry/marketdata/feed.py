"""All streams of the venue: made when the first reader joins, moved on each tick, then dropped."""

import asyncio
from collections.abc import Callable, Hashable, Iterator

from openoutcry.codec.market import Interval
from openoutcry.marketdata.accounts import AccountStream
from openoutcry.marketdata.book import BookStream
from openoutcry.marketdata.candles import CandleStream
from openoutcry.marketdata.message import Reader
from openoutcry.marketdata.orders import OrderStream
from openoutcry.marketdata.quotes import QuoteStream
from openoutcry.marketdata.status import StatusStream, SymbolRows
from openoutcry.marketdata.stream import Stream
from openoutcry.marketdata.trades import TradeStream
from openoutcry.sequencer.listings import Listings
from openoutcry.sequencer.sequencer import Sequencer

TICK_S = 0.05
# After a quiet tick, how long the first change waits for those that come with it.
_GATHER_S = 0.002
# How long streams move before others have their turn in the event loop: an order's answer waits
# no longer than this for market data.
_TURN_S = 0.002
# The accounts' worth follows prices even while nothing else happens.
_IDLE_TICK_S = 1.0


class Feed:
    """Market data and account updates for subscribers.

    Public streams move at most once a tick, however many orders come in between, and a change
    after a quiet tick moves them at once; updates of orders go out as soon as the engine answers.
    """

    def __init__(self, sequencer: Sequencer, listings: Listings, tick_s: float = TICK_S) -> None:
        self._engine = sequencer.engine
        self._listings = listings
        self._tick_s = tick_s
        self._rows = SymbolRows(self._engine)
        self._streams: dict[Hashable, Stream] = {}
        self._orders: dict[int, OrderStream] = {}
        self._loop = asyncio.get_running_loop()
        self._tick: asyncio.TimerHandle | None = None
        # The streams that have not moved yet in the tick that is under way.
        self._moving: Iterator[Stream] | None = None
        self._turn: asyncio.Handle | None = None
        self._advanced = self._loop.time()
        # Whether the engine's state moved since the last tick began.
        self._changed = False
        sequencer.on_moved(self._moved)

    def close(self) -> None:
        """Move no more."""
        for handle in (self._tick, self._turn):
            if handle is not None:
                handle.cancel()
        self._streams.clear()
        self._orders.clear()

    def join_book(self, reader: Reader, symbol: int, depth: int) -> Stream:
        """Subscribe `reader` to the best `depth` levels."""
        return self._join(
            reader,
            ("book", symbol, depth),
            lambda: BookStream(self._engine, symbol, self._listings.ticker(symbol), depth),
        )

    def join_trades(self, reader: Reader, symbol: int) -> Stream:
        """Subscribe `reader` to the tape."""
        return self._join(
            reader,
            ("trades", symbol),
            lambda: TradeStream(self._engine, symbol, self._listings.ticker(symbol)),
        )

    def join_quotes(self, reader: Reader, symbol: int) -> Stream:
        """Subscribe `reader` to the quote."""
        return self._join(
            reader,
            ("quotes", symbol),
            lambda: QuoteStream(self._engine, symbol, self._listings.ticker(symbol)),
        )

    def join_candles(self, reader: Reader, symbol: int, interval: Interval) -> Stream:
        """Subscribe `reader` to the candles of `interval`."""
        return self._join(
            reader,
            ("candles", symbol, interval),
            lambda: CandleStream(self._engine, symbol, self._listings.ticker(symbol), interval),
        )

    def join_status(self, reader: Reader, symbol: int) -> Stream:
        """Subscribe `reader` to halts and resumes."""
        self._rows.forget()
        return self._join(
            reader,
            ("status", symbol),
            lambda: StatusStream(self._rows, symbol, self._listings.ticker(symbol)),
        )

    def join_orders(self, reader: Reader, account: int) -> Stream:
        """Subscribe `reader` to the orders of an account."""
        self._take_order_updates()

        def make() -> OrderStream:
            stream = OrderStream(self._engine, self._listings, account)
            self._orders[account] = stream
            # Before the snapshot is read: what happens from here on is not missed.
            self._engine.watch(list(self._orders))
            return stream

        return self._join(reader, ("orders", account), make)

    def join_account(self, reader: Reader, account: int) -> Stream:
        """Subscribe `reader` to an account's cash and positions."""
        return self._join(
            reader,
            ("account", account),
            lambda: AccountStream(self._engine, self._listings, account),
        )

    def leave(self, reader: Reader, stream: Stream) -> None:
        """Unsubscribe `reader`; a stream without readers is dropped."""
        stream.leave(reader)
        if stream.readers or self._streams.get(stream.key) is not stream:
            return
        del self._streams[stream.key]
        if isinstance(stream, OrderStream):
            del self._orders[stream.account]
            self._engine.watch(list(self._orders))

    def _join(self, reader: Reader, key: Hashable, make: Callable[[], Stream]) -> Stream:
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = make()
        stream.join(reader)
        self._schedule(_IDLE_TICK_S)
        return stream

    def _moved(self) -> None:
        """The engine's state moved: orders at once, all else when a tick has passed."""
        if self._orders:
            self._take_order_updates()
        self._changed = True
        if self._streams:
            due = self._advanced + self._tick_s - self._loop.time()
            self._schedule(max(due, min(_GATHER_S, self._tick_s)))

    def _schedule(self, delay_s: float) -> None:
        if self._moving is not None:
            return  # the end of the tick under way schedules the next one
        if self._tick is not None:
            if self._tick.when() <= self._loop.time() + delay_s:
                return
            self._tick.cancel()
        self._tick = self._loop.call_later(delay_s, self._advance)

    def _advance(self) -> None:
        """Begin a tick."""
        self._tick = None
        self._advanced = self._loop.time()
        self._changed = False
        self._rows.forget()
        self._moving = iter(list(self._streams.values()))
        self._advance_some()

    def _advance_some(self) -> None:
        """Move streams for one turn of the event loop; end the tick behind the last one."""
        assert self._moving is not None
        self._turn = None
        ends = self._loop.time() + _TURN_S
        for stream in self._moving:
            if stream.readers:
                stream.advance()
            if self._loop.time() >= ends:
                self._turn = self._loop.call_soon(self._advance_some)
                return
        self._moving = None
        if self._changed:
            # What took long is not begun again at once: half of the time is for others.
            took = self._loop.time() - self._advanced
            self._schedule(max(self._tick_s - took, took))
        elif self._streams:
            self._schedule(_IDLE_TICK_S)

    def _take_order_updates(self) -> None:
        updates, dropped = self._engine.order_updates()
        if dropped:
            for stream in self._orders.values():
                stream.begin_anew()
            return
        for update in updates:
            stream_of = self._orders.get(update.order.account)
            if stream_of is not None:
                stream_of.update(update)
