"""A book kept by a reader of the channel `book`, as the venue shows it."""

import zlib
from dataclasses import dataclass, field
from decimal import Decimal

from openoutcry.client.errors import BadAnswer
from openoutcry.client.marketdata import Level
from openoutcry.client.messages import BookDelta, BookSnapshot

#: The levels of each side that the checksum covers.
CHECKED_LEVELS = 10


@dataclass(slots=True)
class LiveBook:
    """Price levels of one symbol, rebuilt from its snapshots and deltas.

        book = LiveBook("AAPL")
        async for message in client.stream(Subscription("book", ("AAPL",))).messages():
            if isinstance(message, BookSnapshot):
                book.apply(message)

    A `Stream` passes nothing on between a gap and the snapshot that closes it, so the book is at
    every moment one that the venue had. `sequence` is that of the last message applied, 0 before.
    """

    symbol: str
    sequence: int = 0
    timestamp: str = ""
    _bids: dict[Decimal, Level] = field(default_factory=dict, init=False)
    _asks: dict[Decimal, Level] = field(default_factory=dict, init=False)

    def apply(self, message: BookSnapshot) -> bool:
        """Take one message in; False where it is of another symbol.

        Raises BadAnswer for a delta that does not follow, and where the book that results is not
        the venue's: both mean that a message was lost between the venue and here.
        """
        if message.symbol != self.symbol:
            return False
        if not isinstance(message, BookDelta):
            self._bids.clear()
            self._asks.clear()
        elif message.sequence != self.sequence + 1:
            raise BadAnswer(
                f"book of {self.symbol}: message {message.sequence} follows {self.sequence}"
            )
        _replace(self._bids, message.bids)
        _replace(self._asks, message.asks)
        self.sequence, self.timestamp = message.sequence, message.timestamp
        if message.checksum is not None and message.checksum != self.checksum():
            raise BadAnswer(f"book of {self.symbol}: checksum differs at {self.sequence}")
        return True

    @property
    def bids(self) -> list[Level]:
        """The levels of the buyers, best first."""
        return [self._bids[price] for price in sorted(self._bids, reverse=True)]

    @property
    def asks(self) -> list[Level]:
        """The levels of the sellers, best first."""
        return [self._asks[price] for price in sorted(self._asks)]

    @property
    def spread(self) -> Decimal | None:
        """Best ask less best bid; None while a side is empty."""
        if not self._bids or not self._asks:
            return None
        return min(self._asks) - max(self._bids)

    @property
    def midpoint(self) -> Decimal | None:
        """Halfway between the best prices; None while a side is empty."""
        if not self._bids or not self._asks:
            return None
        return (min(self._asks) + max(self._bids)) / 2

    def checksum(self) -> int:
        """CRC-32 of the best ten levels of each side, as docs/websocket.md defines it."""
        sides = (self.bids[:CHECKED_LEVELS], self.asks[:CHECKED_LEVELS])
        text = "|".join(
            ",".join(f"{int(level.price * 10_000)}:{level.quantity}" for level in side)
            for side in sides
        )
        return zlib.crc32(text.encode("ascii"))


def _replace(side: dict[Decimal, Level], levels: list[Level]) -> None:
    for level in levels:
        if level.quantity:
            side[level.price] = level
        else:
            side.pop(level.price, None)
