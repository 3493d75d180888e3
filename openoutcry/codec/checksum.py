"""The checksum by which a reader of the book's channel knows that its book is the venue's."""

import zlib
from collections.abc import Sequence

from openoutcry import _engine

#: The levels of each side that it covers: enough to notice a lost message, and cheap to compute.
LEVELS = 10


def book_checksum(bids: Sequence[_engine.Level], asks: Sequence[_engine.Level]) -> int:
    """CRC-32 of `price:quantity` of the best levels of both sides, best first.

    Prices in 1/10000 dollar; levels joined by commas, the sides by a bar.
    """
    text = "|".join(
        ",".join(f"{level.price}:{level.quantity}" for level in side[:LEVELS])
        for side in (bids, asks)
    )
    return zlib.crc32(text.encode("ascii"))
