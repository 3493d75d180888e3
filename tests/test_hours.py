"""Hours of a day: when they began."""

from datetime import UTC, datetime

import pytest

from openoutcry.hours import Hours


@pytest.mark.parametrize(
    ("hours", "now", "began"),
    [
        ("13:30-20:00", "2026-03-02 13:29:59", None),
        ("13:30-20:00", "2026-03-02 13:30:00", "2026-03-02 13:30:00"),
        ("13:30-20:00", "2026-03-02 19:59:59", "2026-03-02 13:30:00"),
        ("13:30-20:00", "2026-03-02 20:00:00", None),
        ("22:00-06:00", "2026-03-02 23:00:00", "2026-03-02 22:00:00"),
        ("22:00-06:00", "2026-03-02 05:59:59", "2026-03-01 22:00:00"),
        ("22:00-06:00", "2026-03-02 06:00:00", None),
        ("00:00-00:00", "2026-03-02 23:59:59", "2026-03-02 00:00:00"),
        ("06:00-06:00", "2026-03-02 05:00:00", "2026-03-01 06:00:00"),
    ],
)
def test_hours_begin_where_they_say(hours: str, now: str, began: str | None) -> None:
    found = Hours.parse(hours).began(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found == (None if began is None else datetime.fromisoformat(began).replace(tzinfo=UTC))


@pytest.mark.parametrize("text", ["", "13:30", "24:00-01:00", "1:30-2:30", "13:60-14:00"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="UTC"):
        Hours.parse(text)
