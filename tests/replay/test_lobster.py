"""LOBSTER's lines become the ITCH messages that say the same."""

import struct

import pytest

from openoutcry.replay.errors import BadRecording
from openoutcry.replay.lobster import LobsterMessages, symbol_of

TIME = "34200.018999999"
TIME_NS = 34_200_018_999_999


def messages(data: bytes) -> list[bytes]:
    """Split ITCH with lengths into messages; each must be as long as it says."""
    found = []
    while data:
        (length,) = struct.unpack_from(">H", data)
        found.append(data[2 : 2 + length])
        assert len(found[-1]) == length
        data = data[2 + length :]
    return found


def converted(*lines: str) -> list[bytes]:
    recorded = LobsterMessages("AAPL")
    return messages(recorded.feed("\n".join(lines).encode()) + recorded.finish())


@pytest.mark.parametrize(
    ("line", "letter", "length"),
    [
        (f"{TIME},1,11885113,21,5853300,1", b"A", 36),
        (f"{TIME},2,11885113,1,5853300,1", b"X", 23),
        (f"{TIME},3,11885113,20,5853300,1", b"D", 19),
        (f"{TIME},4,11885113,20,5853300,1", b"E", 31),
        (f"{TIME},5,0,100,5853100,-1", b"P", 44),
        (f"{TIME},6,-0,100,5853100,-1", b"Q", 40),
        (f"{TIME},7,0,0,-1,-1", b"H", 25),
    ],
)
def test_each_type_has_its_message(line: str, letter: bytes, length: int) -> None:
    (message,) = converted(line)
    assert (message[:1], len(message)) == (letter, length)
    assert int.from_bytes(message[5:11]) == TIME_NS


def test_new_order_keeps_reference_side_shares_and_price() -> None:
    (message,) = converted(f"{TIME},1,16113575,18,5853300,-1")
    assert struct.unpack(">QcI8sI", message[11:]) == (16113575, b"S", 18, b"AAPL    ", 5853300)


@pytest.mark.parametrize(("price", "state"), [("-1", b"H"), ("0", b"Q"), ("1", b"T")])
def test_halt_and_its_end_are_trading_actions(price: str, state: bytes) -> None:
    (message,) = converted(f"{TIME},7,0,0,{price},-1")
    assert message[19:20] == state


def test_heading_lists_the_stock() -> None:
    (message,) = messages(LobsterMessages("AAPL").heading)
    assert (message[:1], len(message), message[11:19]) == (b"R", 39, b"AAPL    ")


def test_lines_may_be_cut_anywhere() -> None:
    lines = b"".join(b"34200.5,1,%d,10,1000000,1\r\n" % number for number in range(1, 40))
    whole = LobsterMessages("AAPL").feed(lines)
    pieces = LobsterMessages("AAPL")
    cut = b"".join(pieces.feed(lines[at : at + 7]) for at in range(0, len(lines), 7))
    assert cut + pieces.finish() == whole
    assert len(messages(whole)) == 39


@pytest.mark.parametrize(
    "line",
    [
        "not a line",
        "34200.5,1,1,10,1000000",
        "34200.5,9,1,10,1000000,1",
        "34200.5,1,1,10,1000000,0",
        "34200.5,1,1,-10,1000000,1",
        "34200.5,1,1,4294967296,1000000,1",
        "34200.5,1,-1,10,1000000,1",
        "34200.5,1,1,10,99999999999,1",
        "nan,1,1,10,1000000,1",
        "inf,1,1,10,1000000,1",
        "-1,1,1,10,1000000,1",
        "34200.5,7,0,0,5,-1",
        "34200.5,1,1,10,1000000,1\x00",
        "34200.5,1,é,10,1000000,1",
    ],
)
def test_line_that_makes_no_sense_is_named(line: str) -> None:
    with pytest.raises(BadRecording, match=r"^line 2: not a message of LOBSTER$"):
        converted(f"{TIME},1,1,10,1000000,1", line)


def test_endless_line_is_refused() -> None:
    with pytest.raises(BadRecording, match="line 1: too long"):
        LobsterMessages("AAPL").feed(b"1" * 1000)


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("AAPL_2012-06-21_34200000_57600000_message_10.csv", "AAPL"),
        ("BRK.B_2012-06-21_34200000_57600000_message_10.csv.gz", "BRK.B"),
        ("messages.csv", None),
    ],
)
def test_symbol_is_read_from_the_files_name(name: str, symbol: str | None) -> None:
    assert symbol_of(name) == symbol
