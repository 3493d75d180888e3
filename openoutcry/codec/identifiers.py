"""Ids outside are a prefix and a number, inside the dense number alone.

Each number has exactly one spelling, so that an id can be compared, cached and logged as text.
"""

from collections.abc import Callable

# Dense ids stay far below this; a longer one names nothing.
_MOST_DIGITS = 18


def _writer(prefix: str, digits: int) -> Callable[[int], str]:
    form = f"{prefix}-%0{digits}d"

    def write(number: int) -> str:
        return form % number

    return write


def _reader(prefix: str, write: Callable[[int], str]) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        number = text.removeprefix(prefix + "-")
        if len(number) > _MOST_DIGITS or not (number.isascii() and number.isdecimal()):
            return None
        return int(number) if write(int(number)) == text else None

    return read


order_id = _writer("ORD", 10)
trade_id = _writer("TRD", 10)
entry_id = _writer("ENT", 10)
transfer_id = _writer("TRF", 10)
account_id = _writer("ACC", 6)

read_order_id = _reader("ORD", order_id)
read_account_id = _reader("ACC", account_id)
