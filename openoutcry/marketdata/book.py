"""The channel `book`: a snapshot of the best levels, then what changed of them each tick."""

from openoutcry import _engine
from openoutcry.codec.checksum import book_checksum
from openoutcry.codec.decimals import price_decimal
from openoutcry.codec.feed import BookMessage
from openoutcry.codec.market import Level, level_shape
from openoutcry.codec.timestamps import write_time
from openoutcry.marketdata.stream import SequencedStream


class BookStream(SequencedStream):
    """The best `depth` levels of each side of one symbol."""

    def __init__(self, engine: _engine.Sequencer, symbol: int, ticker: str, depth: int) -> None:
        super().__init__(("book", symbol, depth))
        self._engine = engine
        self._symbol = symbol
        self._ticker = ticker
        self._depth = depth
        self._shown = engine.depth(symbol, depth)

    def snapshot(self) -> BookMessage:
        """Return all levels shown."""
        shown = self._shown
        return BookMessage(
            "book",
            "SNAPSHOT",
            self._ticker,
            self.sequence,
            write_time(shown.time_ns),
            [level_shape(level) for level in shown.bids],
            [level_shape(level) for level in shown.asks],
            book_checksum(shown.bids, shown.asks),
        )

    def advance(self) -> None:
        """Publish the levels that differ from those shown before."""
        before, now = self._shown, self._engine.depth(self._symbol, self._depth)
        self._shown = now
        if before.bids == now.bids and before.asks == now.asks:
            return
        self.publish(
            BookMessage(
                "book",
                "DELTA",
                self._ticker,
                self.next_sequence(),
                write_time(now.time_ns),
                changed_levels(before.bids, now.bids),
                changed_levels(before.asks, now.asks),
                book_checksum(now.bids, now.asks),
            )
        )


def changed_levels(before: list[_engine.Level], now: list[_engine.Level]) -> list[Level]:
    """Return the levels that turn `before` into `now`, each in place of the one at its price."""
    old = {level.price: level for level in before}
    changed = [level_shape(level) for level in now if old.pop(level.price, None) != level]
    # What is left over stood before and does not now.
    changed += [Level(price_decimal(price), 0, 0) for price in old]
    return changed
