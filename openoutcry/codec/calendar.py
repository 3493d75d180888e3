"""Trading days."""

from typing import Literal

from openoutcry.codec.shape import Shape, Time
from openoutcry.codec.timestamps import LATEST_NS, SECOND_NS, write_time

_DAY_NS = 86_400 * SECOND_NS


class TradingDay(Shape):
    """One day's session, in UTC."""

    date: str
    open: Time
    close: Time
    session: Literal["CONTINUOUS"]


def always_open(first: int, days: int) -> list[TradingDay]:
    """Return sessions of 24 hours for `days` days from day `first` since 1970."""
    listed = []
    for day in range(first, first + days):
        opening = day * _DAY_NS
        if opening + _DAY_NS > LATEST_NS:
            break
        text = write_time(opening)
        listed.append(TradingDay(text[:10], text, write_time(opening + _DAY_NS), "CONTINUOUS"))
    return listed
