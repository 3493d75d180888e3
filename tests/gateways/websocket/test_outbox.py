"""What waits for one reader: in order, bounded, the newest of what may be conflated."""

import asyncio
from typing import Any

import msgspec
import pytest

from openoutcry.gateways.websocket import outbox as module
from openoutcry.gateways.websocket.frame import text_frame
from openoutcry.gateways.websocket.outbox import Outbox
from openoutcry.marketdata.message import Message


class Pipe:
    """Keeps the frames; `writable` as a transport sets it."""

    def __init__(self) -> None:
        self.writable = asyncio.Event()
        self.writable.set()
        self.sent = b""

    def write_frames(self, frames: bytes) -> None:
        self.sent += frames


@pytest.fixture
def pipe() -> Pipe:
    return Pipe()


def overflowing() -> None:
    raise AssertionError("it overflowed")


def texts(frames: bytes) -> list[Any]:
    """The payloads of short frames."""
    found = []
    while frames:
        length = frames[1]
        found.append(msgspec.json.decode(frames[2 : 2 + length]))
        frames = frames[2 + length :]
    return found


async def test_messages_keep_their_order(pipe: Pipe) -> None:
    outbox = Outbox(pipe, overflowing)
    for number in range(5):
        outbox.push(Message(b"%d" % number))
    assert await outbox.drain() == 5
    assert texts(pipe.sent) == [0, 1, 2, 3, 4]


async def test_of_a_conflated_stream_the_newest_waits_and_the_sequence_has_no_gap(
    pipe: Pipe,
) -> None:
    outbox = Outbox(pipe, overflowing)
    for state in (1, 2, 3):
        outbox.conflate("q", b'{"s":', b',"v":%d}' % state)
    await outbox.drain()
    outbox.conflate("q", b'{"s":', b',"v":4}')
    await outbox.drain()
    assert texts(pipe.sent) == [{"s": 1, "v": 3}, {"s": 2, "v": 4}]


async def test_states_taken_while_the_pipe_is_full_are_the_newest(pipe: Pipe) -> None:
    outbox = Outbox(pipe, overflowing)
    outbox.conflate("q", b"[", b",1]")
    pipe.writable.clear()
    draining = asyncio.create_task(outbox.drain())
    await asyncio.sleep(0)
    outbox.conflate("q", b"[", b",2]")
    pipe.writable.set()
    await draining
    assert texts(pipe.sent) == [[1, 2]]


async def test_reader_too_far_behind_overflows_once(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 100)
    overflows = []
    outbox = Outbox(pipe, lambda: overflows.append(1))
    for _ in range(50):
        outbox.push(Message(b"x" * 10))
    assert overflows == [1]
    assert await outbox.drain() == 0
    await outbox.room()


async def test_batch_puts_a_tick_into_one_frame(pipe: Pipe) -> None:
    outbox = Outbox(pipe, overflowing)
    outbox.batch = True
    for number in range(3):
        outbox.push(Message(b"%d" % number))
    outbox.push(Message(b'"last"'))
    await outbox.drain()
    assert texts(pipe.sent) == [[0, 1, 2, "last"]]


async def test_frame_is_made_once_for_all_readers(pipe: Pipe) -> None:
    message = Message(b"{}")
    for _ in range(2):
        outbox = Outbox(pipe, overflowing)
        outbox.push(message)
        await outbox.drain()
    assert message.wire == text_frame(b"{}")
    assert pipe.sent == text_frame(b"{}") * 2


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
def test_frame_says_its_length(length: int) -> None:
    frame = text_frame(b"x" * length)
    head = len(frame) - length
    assert head == (2 if length < 126 else 4 if length < 65_536 else 10)
    assert frame[0] == 0x81


async def test_closed_outbox_keeps_nothing_and_lets_go_of_who_waits_for_room(pipe: Pipe) -> None:
    outbox = Outbox(pipe, overflowing)
    outbox.push(Message(b"x" * (module.LARGEST // 2)))
    waiting = asyncio.create_task(outbox.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    outbox.close()
    await waiting
    outbox.push(Message(b"more"))
    outbox.conflate("quote", b"1", b"2")
    assert await outbox.drain() == 0
    assert pipe.sent == b""
