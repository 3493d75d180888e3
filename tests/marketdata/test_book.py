"""Whoever applies the deltas to the snapshot holds the book, at any depth."""

from random import Random
from typing import Any

import pytest
from pit import BUY, SELL, Notebook, Pit

from openoutcry import _engine

Side = dict[float, tuple[int, int]]


class Replica:
    """A book as a client keeps it."""

    def __init__(self) -> None:
        self.bids: Side = {}
        self.asks: Side = {}
        self.sequence = 0

    def take(self, message: dict[str, Any]) -> None:
        if message["event"] == "SNAPSHOT":
            self.bids.clear()
            self.asks.clear()
        else:
            assert message["sequence"] == self.sequence + 1
        self.sequence = message["sequence"]
        for side, levels in ((self.bids, message["bids"]), (self.asks, message["asks"])):
            for level in levels:
                if level["quantity"]:
                    side[level["price"]] = (level["quantity"], level["orders"])
                else:
                    del side[level["price"]]


def side_of(levels: list[_engine.Level]) -> Side:
    return {level.price / 10_000: (level.quantity, level.orders) for level in levels}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("depth", [1, 3, 100])
async def test_deltas_rebuild_the_book(pit: Pit, notebook: Notebook, seed: int, depth: int) -> None:
    random = Random(seed)
    pit.feed.join_book(notebook, 0, depth)
    replica = Replica()
    seen = 0
    for _ in range(60):
        for _ in range(random.randrange(5)):
            side = random.choice((BUY, SELL))
            price = 100 + random.randint(-8, 3) if side == BUY else 100 + random.randint(-3, 8)
            await pit.order(random.choice((1, 2)), side, random.randint(1, 50), price)
        pit.move()
        for message in notebook.read()[seen:]:
            replica.take(message)
        seen = len(notebook.messages)
        book = pit.sequencer.engine.depth(0, depth)
        assert (replica.bids, replica.asks) == (side_of(book.bids), side_of(book.asks))


async def test_message_is_encoded_once_for_all_readers(pit: Pit) -> None:
    readers = [Notebook(), Notebook()]
    for reader in readers:
        pit.feed.join_book(reader, 0, 5)
    await pit.order(1, BUY, 10, 99)
    pit.move()
    assert readers[0].messages[-1] is readers[1].messages[-1]


async def test_unchanged_book_is_not_told(pit: Pit, notebook: Notebook) -> None:
    await pit.order(1, BUY, 10, 99)
    pit.feed.join_book(notebook, 0, 5)
    await pit.sequencer.submit(_engine.transfer(0, 1, 0, 5))
    pit.move()
    assert len(notebook.messages) == 1


async def test_change_below_the_depth_shown_is_not_told(pit: Pit, notebook: Notebook) -> None:
    await pit.order(1, BUY, 10, 99)
    pit.feed.join_book(notebook, 0, 1)
    await pit.order(1, BUY, 10, 98)
    pit.move()
    assert len(notebook.messages) == 1


async def test_stream_without_readers_is_dropped(pit: Pit, notebook: Notebook) -> None:
    stream = pit.feed.join_book(notebook, 0, 5)
    pit.feed.leave(notebook, stream)
    await pit.order(1, BUY, 10, 99)
    pit.move()
    assert len(notebook.messages) == 1
    assert not pit.feed._streams
