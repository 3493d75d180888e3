"""LOBSTER's message files, turned into ITCH messages.

Each line is `time, type, order id, size, price, direction`: seconds after midnight with decimals,
prices in 1/10000 dollar, direction 1 for buy orders and -1 for sell orders. Source: LOBSTER's
description of its message files (lobsterdata.com, output structure).
"""

import re
from decimal import Decimal, InvalidOperation

from openoutcry.replay import itch
from openoutcry.replay.errors import BadRecording

_LONGEST_LINE = 200
_SIDES = {"1": b"B", "-1": b"S"}
# The price of a halt message: halted, quotes resume, trading resumes.
_STATES = {-1: b"H", 0: b"Q", 1: b"T"}
_NAMED = re.compile(r"([A-Z][A-Z0-9.]{0,7})_\d{4}-\d{2}-\d{2}_")


def symbol_of(name: str) -> str | None:
    """The symbol in the name of a LOBSTER file, such as AAPL_2012-06-21_..._message_10.csv."""
    found = _NAMED.match(name)
    return found[1] if found else None


class LobsterMessages:
    """Turns the pieces of one message file into ITCH messages of one symbol."""

    def __init__(self, symbol: str) -> None:
        """symbol: at most eight characters of ASCII."""
        self._stock = symbol.encode("ascii").ljust(8)
        self._rest = b""
        self._line = 0
        self._match = 0
        self.heading = itch.stock_directory(self._stock)

    def feed(self, piece: bytes) -> bytes:
        """The messages of the lines that end in `piece`. Raises BadRecording, naming the line."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > _LONGEST_LINE:
            raise BadRecording(f"line {self._line + len(lines) + 1}: too long for LOBSTER")
        return b"".join(map(self._convert, lines))

    def finish(self) -> bytes:
        """The message of a last line that has no end."""
        last, self._rest = self._rest, b""
        return self._convert(last)

    def _convert(self, line: bytes) -> bytes:
        self._line += 1
        if not line.strip():
            return b""
        try:
            # What a specialist's file adds in further columns is not needed here.
            time, kind, order, size, price, direction = line.decode("ascii").split(",")[:6]
            return self._message(
                _nanoseconds(time),
                kind.strip(),
                _within(order, itch.LARGEST_REFERENCE),
                _within(size, itch.LARGEST_SHARES),
                int(price),
                _SIDES.get(direction.strip(), b""),
            )
        except (ValueError, KeyError, OverflowError, InvalidOperation):
            raise BadRecording(f"line {self._line}: not a message of LOBSTER") from None

    def _message(
        self, time_ns: int, kind: str, order: int, size: int, price: int, side: bytes
    ) -> bytes:
        if kind == "7":
            return itch.trading_action(time_ns, self._stock, _STATES[price], b" ", b"    ")
        if not side or not 0 <= price <= itch.LARGEST_PRICE:
            raise ValueError(price)
        self._match += 1
        match kind:
            case "1":
                message = itch.add_order(time_ns, order, side, size, self._stock, price)
            case "2":
                message = itch.order_cancelled(time_ns, order, size)
            case "3":
                message = itch.order_deleted(time_ns, order)
            case "4":
                message = itch.order_executed(time_ns, order, size, self._match)
            case "5":
                message = itch.trade(time_ns, 0, side, size, self._stock, price, self._match)
            case "6":
                message = itch.cross_trade(time_ns, size, self._stock, price, self._match, b"O")
            case _:
                raise ValueError(kind)
        return message


def _nanoseconds(seconds: str) -> int:
    time_ns = int(Decimal(seconds) * 1_000_000_000)
    if not 0 <= time_ns <= itch.LONGEST_TIME_NS:
        raise ValueError(seconds)
    return time_ns


def _within(number: str, largest: int) -> int:
    value = int(number)
    if not 0 <= value <= largest:
        raise ValueError(number)
    return value
