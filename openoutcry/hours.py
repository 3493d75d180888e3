"""Hours of a day, in UTC, which may reach over midnight."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

_TEXT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begin` to `end`, both since midnight; equal ones are the whole day."""

    begin: timedelta
    end: timedelta

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `HH:MM-HH:MM`. Raises ValueError with what was expected."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ValueError("expected hours in UTC, such as 13:30-20:00")
        begin_hour, begin_minute, end_hour, end_minute = map(int, found.groups())
        return cls(
            timedelta(hours=begin_hour, minutes=begin_minute),
            timedelta(hours=end_hour, minutes=end_minute),
        )

    def began(self, now: datetime) -> datetime | None:
        """Return when the hours that `now` lies in began, None outside of them."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        length = (self.end - self.begin) % _DAY or _DAY
        for day in (midnight, midnight - _DAY):
            begin = day + self.begin
            if begin <= now < begin + length:
                return begin
        return None
