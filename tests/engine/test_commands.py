"""Commands as bytes: what fits, and what is refused before it reaches the engine."""

from collections.abc import Callable

import pytest
from engine_venue import BUY, DAY, LIMIT, TERMS, Venue

from openoutcry import _engine


def test_a_command_is_one_unit_and_its_name_another() -> None:
    assert len(_engine.new_order(1, 0, BUY, LIMIT, DAY, 1, 1)) == 64
    assert len(_engine.new_order(1, 0, BUY, LIMIT, DAY, 1, 1, name=b"x" * 63)) == 128
    assert len(_engine.cancel_order(1, 2**64 - 1)) == 64


@pytest.mark.parametrize("value", [-1, 2**32])
def test_what_does_not_fit_its_field_is_refused(value: int) -> None:
    with pytest.raises(OverflowError):
        _engine.new_order(1, 0, BUY, LIMIT, DAY, value, 1)
    with pytest.raises(OverflowError):
        _engine.transfer(0, value, 0, 1)


@pytest.mark.parametrize("name", [b"", b"x" * 64, b"\xff"])
def test_a_name_is_1_to_63_bytes_of_text(name: bytes) -> None:
    with pytest.raises(ValueError, match="a name is"):
        _engine.new_order(1, 0, BUY, LIMIT, DAY, 1, 1, name=name)


@pytest.mark.parametrize("ticker", ["", "NINECHARS", "AÄ"])
def test_a_ticker_is_1_to_8_characters(ticker: str) -> None:
    with pytest.raises(ValueError, match="a ticker is"):
        _engine.list_symbol(ticker, 1)


@pytest.mark.parametrize(
    "commands",
    [
        b"",
        b"x",
        bytes(64),
        b"\xff" * 64,
        _engine.cancel_order(1, 1)[:-1],
        _engine.cancel_order(1, 1) + bytes(64),
        _engine.open_account(1, 1, name=b"cut")[:64],
    ],
)
def test_bytes_that_are_no_commands_are_not_taken(venue: Venue, commands: bytes) -> None:
    before = venue.engine.status().sequence
    with pytest.raises(_engine.MalformedCommands):
        venue.engine.submit(commands)
    venue.run(_engine.cancel_order(1, 1))
    assert venue.engine.status().sequence == before + 1


def test_a_command_for_all_symbols_is_answered_though_there_is_none(
    open_venue: Callable[[], Venue],
) -> None:
    venue = open_venue()
    for command in (_engine.halt(None), _engine.resume(None), _engine.end_day()):
        (answer,) = venue.run(command)
        assert answer.event == TERMS["event"]["Refused"]


def test_more_than_the_queue_holds_is_overload(venue: Venue) -> None:
    million = _engine.cancel_order(1, 999) * 2**20
    with pytest.raises(_engine.Overloaded, match="1048576 may"):
        venue.engine.submit(million + _engine.cancel_order(1, 999))
    venue.engine.submit(million)
    with pytest.raises(_engine.Overloaded):
        venue.engine.submit(_engine.cancel_order(1, 999))
    assert venue.engine.status().accepting


def test_reasons_and_terms_cover_the_wire() -> None:
    reasons = _engine.reasons()
    assert len({row.number for row in reasons}) == len({row.code for row in reasons})
    assert reasons[0].code == "NONE"
    assert set(TERMS) == {
        "side",
        "order_type",
        "time_in_force",
        "self_trade",
        "account_kind",
        "account_status",
        "order_status",
        "instruction",
        "event",
    }
