"""A feed on a real engine, and a reader that keeps what it is given."""

import asyncio
from collections.abc import Hashable
from typing import Any

import msgspec

from openoutcry import _engine
from openoutcry.marketdata.feed import Feed
from openoutcry.marketdata.message import Message
from openoutcry.sequencer.listings import Listings
from openoutcry.sequencer.sequencer import Sequencer

BUY, SELL, LIMIT, DAY = 1, 2, 2, 1


class Notebook:
    """Keeps every message in order."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def push(self, message: Message) -> None:
        self.messages.append(message)

    def conflate(self, key: Hashable, head: bytes, body: bytes) -> None:
        self.messages.append(Message(head + b"0" + body))

    def read(self) -> list[dict[str, Any]]:
        return [msgspec.json.decode(message.text) for message in self.messages]


class Pit:
    """Symbol 0, with accounts 1 and 2, each with cash and shares."""

    def __init__(self, sequencer: Sequencer) -> None:
        self.sequencer = sequencer
        self.listings = Listings(sequencer.engine)
        self.feed: Feed

    async def open(self) -> None:
        commands = [_engine.list_symbol("AAPL", 1_000_000)]
        for account in (1, 2):
            commands += [
                _engine.open_account(account, 1, 0, b"account"),
                _engine.transfer(0, account, 0, 10**14),
                _engine.transfer(0, account, 1, 10**6),
            ]
        await asyncio.gather(*self.sequencer.submit_all(commands))
        self.listings.refresh()
        self.feed = Feed(self.sequencer, self.listings, tick_s=3600)

    async def order(self, account: int, side: int, quantity: int, price: int) -> _engine.Answer:
        """price: dollars."""
        command = _engine.new_order(account, 0, side, LIMIT, DAY, quantity, price * 10_000)
        return await self.sequencer.submit(command)

    def move(self) -> None:
        """Let the feed take its next tick now, whole."""
        self.feed._advance()
        while self.feed._moving is not None:
            if self.feed._turn is not None:
                self.feed._turn.cancel()
            self.feed._advance_some()
