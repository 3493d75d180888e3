"""Times keep every nanosecond."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openoutcry.codec.timestamps import LATEST_NS, read_time, write_moment, write_time


def test_time_is_written_in_utc_with_nanoseconds() -> None:
    assert write_time(1_795_371_277_123_456_789) == "2026-11-22T18:14:37.123456789Z"
    moment = datetime(2026, 11, 22, 18, 14, 37, 123_456, UTC)
    assert write_moment(moment) == "2026-11-22T18:14:37.123456000Z"


@given(st.integers(0, LATEST_NS))
def test_time_comes_back_as_it_went(time_ns: int) -> None:
    assert read_time(write_time(time_ns)) == time_ns


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-22", "2026-11-22T00:00:00.000000000Z"),
        ("2026-11-22T18:14:37Z", "2026-11-22T18:14:37.000000000Z"),
        ("2026-11-22t18:14:37.5z", "2026-11-22T18:14:37.500000000Z"),
        ("2026-11-22T18:14:37+05:30", "2026-11-22T12:44:37.000000000Z"),
        ("2026-11-22 18:14:37-01:00", "2026-11-22T19:14:37.000000000Z"),
    ],
)
def test_time_is_read_with_its_zone(text: str, written: str) -> None:
    assert write_time(read_time(text)) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026",
        "2026-11-22T18:14:37",
        "2026-02-30",
        "2026-11-22T25:00:00Z",
        "1969-12-31",
        "2026-11-22T18:14:37.1234567890Z",
        "\u0662026-11-22",
        "2026-11-22\n",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_time(text)
