"""Messages of Nasdaq TotalView-ITCH 5.0, as far as other recordings are turned into them.

Each is preceded by its length in two bytes, as in Nasdaq's daily files. Integers are big-endian,
prices in 1/10000 dollar, times in nanoseconds since midnight. Source: the specification of
NQTVITCH 5.0, whose section numbers stand beside the messages.
"""

import struct
from collections.abc import Callable

LONGEST_TIME_NS = (1 << 48) - 1
LARGEST_REFERENCE = (1 << 64) - 1
LARGEST_SHARES = (1 << 32) - 1
LARGEST_PRICE = (1 << 32) - 1

# Length, type, stock locate, tracking number, time in six bytes (as two and four).
_HEAD = ">HcHHHI"
_LOCATE = 1


def _message(letter: bytes, fields: str) -> Callable[..., bytes]:
    layout = struct.Struct(_HEAD + fields)
    length = layout.size - 2

    def pack(time_ns: int, *values: int | bytes) -> bytes:
        return layout.pack(
            length, letter, _LOCATE, 0, time_ns >> 32, time_ns & 0xFFFF_FFFF, *values
        )

    return pack


#: 1.2.1: stock, category, status, round lot, round lots only, classification, sub-type,
#: authenticity, short sale threshold, IPO, tier, ETP, leverage, inverse.
_directory = _message(b"R", "8sccIcc2scccccIc")
#: 1.3.1: reference, side, shares, stock, price.
add_order = _message(b"A", "QcI8sI")
#: 1.4.1: reference, executed shares, match number.
order_executed = _message(b"E", "QIQ")
#: 1.4.3: reference, cancelled shares.
order_cancelled = _message(b"X", "QI")
#: 1.4.4: reference.
order_deleted = _message(b"D", "Q")
#: 1.5.1, an execution against a hidden order: 0, side, shares, stock, price, match number.
trade = _message(b"P", "QcI8sIQ")
#: 1.5.2: shares, stock, price, match number, kind of cross.
cross_trade = _message(b"Q", "Q8sIQc")
#: 1.2.2: stock, state, reserved, reason.
trading_action = _message(b"H", "8scc4s")


def stock_directory(stock: bytes) -> bytes:
    """A directory entry for an ordinary share; `stock` is padded to eight bytes."""
    return _directory(
        0, stock, b"Q", b"N", 100, b"N", b"C", b"Z ", b"P", b"N", b"N", b"1", b"N", 0, b"N"
    )
