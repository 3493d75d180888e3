"""Times outside are ISO 8601 UTC with nanoseconds, inside integers of nanoseconds since 1970."""

import re
import time
from datetime import UTC, datetime
from functools import lru_cache

SECOND_NS = 1_000_000_000
# The last moment that 64 bits with a sign can name, in the year 2262.
LATEST_NS = 2**63 - 1

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d))?", re.ASCII
)


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def write_time(time_ns: int) -> str:
    """Return `2026-11-22T18:14:37.123456789Z`."""
    seconds, fraction = divmod(time_ns, SECOND_NS)
    return f"{_second(seconds)}.{fraction:09d}Z"


def write_moment(moment: datetime) -> str:
    """Return a moment with a zone in the same form."""
    since = moment - _EPOCH
    seconds = since.days * 86_400 + since.seconds
    return write_time(seconds * SECOND_NS + since.microseconds * 1_000)


def read_time(text: str) -> int:
    """Return the nanoseconds since 1970 that `text` names: a date, or a date and time with zone.

    Raises ValueError for anything else, and for times before 1970.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError("expected a time such as 2026-11-22T18:14:37Z")
    date, clock, fraction, zone = match.groups()
    zone = "+00:00" if zone in {None, "Z", "z"} else zone
    moment = datetime.fromisoformat(f"{date}T{clock or '00:00:00'}{zone}").astimezone(UTC)
    whole = moment - _EPOCH
    seconds = whole.days * 86_400 + whole.seconds
    if seconds < 0:
        raise ValueError("expected a time after 1970")
    return seconds * SECOND_NS + int((fraction or "0").ljust(9, "0"))
