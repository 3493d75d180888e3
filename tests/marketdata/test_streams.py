"""Trades, candles, quotes, orders and accounts as streams."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from pit import BUY, SELL, Notebook, Pit

from openoutcry import _engine
from openoutcry.codec.timestamps import LATEST_NS
from openoutcry.marketdata.orders import OrderStream
from openoutcry.marketdata.stream import Stream
from openoutcry.marketdata.trades import SHOWN


class Eventually(Protocol):
    async def met(self, condition: object) -> None: ...


async def trade(pit: Pit, times: int, price: int = 100) -> None:
    """Trades of one share each, all in one tick."""
    await pit.order(1, SELL, times, price)
    await asyncio.gather(*(pit.order(2, BUY, 1, price) for _ in range(times)))


async def test_every_trade_is_told_once_however_many_a_tick_holds(
    pit: Pit, notebook: Notebook
) -> None:
    pit.feed.join_trades(notebook, 0)
    for times in (1, 3, 40, 2_500):
        await trade(pit, times)
        pit.move()
    snapshot, *messages = notebook.read()
    assert len(messages) == 1 + 3 + 40 + 2_500
    sequences = [message["sequence"] for message in messages]
    assert sequences == list(range(snapshot["sequence"] + 1, sequences[-1] + 1))
    ids = [message["tradeId"] for message in messages]
    assert ids == sorted(set(ids))


async def test_snapshot_of_trades_joins_on_to_the_next_one(pit: Pit, notebook: Notebook) -> None:
    await trade(pit, SHOWN + 10)
    pit.feed.join_trades(notebook, 0)
    await trade(pit, 2)
    pit.move()
    snapshot, *messages = notebook.read()
    assert len(snapshot["trades"]) == SHOWN
    ids = [one["tradeId"] for one in (*snapshot["trades"], *messages)]
    numbers = [int(one.removeprefix("TRD-")) for one in ids]
    assert numbers == list(range(numbers[0], numbers[0] + SHOWN + 2))


async def test_late_reader_of_trades_gets_those_of_this_tick_in_the_snapshot(pit: Pit) -> None:
    early, late = Notebook(), Notebook()
    pit.feed.join_trades(early, 0)
    await trade(pit, 3)
    pit.feed.join_trades(late, 0)
    (snapshot,) = late.read()
    assert early.read()[-1]["sequence"] == snapshot["sequence"]
    assert len(snapshot["trades"]) == 3
    assert len(early.messages) == 4


async def test_candle_in_progress_is_told_once_a_tick(pit: Pit, notebook: Notebook) -> None:
    await trade(pit, 1)
    pit.feed.join_candles(notebook, 0, "1d")
    await trade(pit, 5, 101)
    pit.move()
    pit.move()
    snapshot, candle = notebook.read()
    assert snapshot["candles"][-1]["volume"] == 1
    assert candle["sequence"] == snapshot["sequence"] + 1
    figures = [candle[name] for name in ("open", "high", "close", "volume", "trades")]
    assert figures == [100, 101, 101, 6, 6]


async def test_quote_that_did_not_change_is_not_told(pit: Pit, notebook: Notebook) -> None:
    pit.feed.join_quotes(notebook, 0)
    await pit.sequencer.submit(_engine.transfer(0, 1, 0, 5))
    pit.move()
    assert len(notebook.messages) == 1
    await pit.order(1, BUY, 10, 99)
    pit.move()
    assert notebook.read()[-1]["bid"] == 99


async def test_orders_are_told_without_waiting_for_a_tick(pit: Pit, notebook: Notebook) -> None:
    pit.feed.join_orders(notebook, 1)
    await pit.order(1, BUY, 10, 99)
    await pit.order(2, SELL, 4, 99)
    snapshot, new, fill = notebook.read()
    assert (snapshot["event"], new["event"], fill["event"]) == ("SNAPSHOT", "NEW", "FILL")
    assert fill["data"]["fills"][0]["quantity"] == 4


async def test_orders_of_others_are_not_told(pit: Pit, notebook: Notebook) -> None:
    pit.feed.join_orders(notebook, 1)
    await pit.order(2, BUY, 10, 99)
    assert len(notebook.messages) == 1


async def test_late_reader_of_orders_sees_no_old_news(pit: Pit) -> None:
    early, late = Notebook(), Notebook()
    stream = pit.feed.join_orders(early, 1)
    await pit.order(1, BUY, 10, 99)
    pit.feed.join_orders(late, 1)
    (snapshot,) = late.read()
    assert [order["quantity"] for order in snapshot["orders"]] == [10]
    assert snapshot["sequence"] == early.read()[-1]["sequence"]
    for reader in (early, late):
        pit.feed.leave(reader, stream)
    await pit.order(1, BUY, 10, 99)
    assert pit.sequencer.engine.order_updates() == ([], False)


async def test_lost_updates_are_made_good_by_a_snapshot(pit: Pit, notebook: Notebook) -> None:
    stream = pit.feed.join_orders(notebook, 1)
    assert isinstance(stream, OrderStream)
    await pit.order(1, BUY, 10, 99)
    stream.begin_anew()
    _, new, snapshot = notebook.read()
    assert (snapshot["event"], snapshot["sequence"]) == ("SNAPSHOT", new["sequence"] + 1)
    assert len(snapshot["orders"]) == 1


async def test_account_is_told_when_its_cash_changes(pit: Pit, notebook: Notebook) -> None:
    pit.feed.join_account(notebook, 1)
    await pit.sequencer.submit(_engine.transfer(0, 1, 0, 5_000_000))
    pit.move()
    before, after = notebook.read()
    assert after["cash"]["total"] == before["cash"]["total"] + 5
    await pit.sequencer.submit(_engine.transfer(0, 2, 0, 5_000_000))
    pit.move()
    assert len(notebook.messages) == 2


async def test_feed_ticks_by_itself_after_the_engine_moved(
    pit: Pit, notebook: Notebook, eventually: Eventually
) -> None:
    pit.feed._tick_s = 0.001
    pit.feed.join_book(notebook, 0, 5)
    await pit.order(1, BUY, 10, 99)
    await eventually.met(lambda: len(notebook.messages) == 2)


async def test_readers_who_join_between_two_changes_share_one_snapshot(pit: Pit) -> None:
    await trade(pit, 3)
    joins: list[Callable[[Notebook], object]] = [
        lambda reader: pit.feed.join_book(reader, 0, 10),
        lambda reader: pit.feed.join_trades(reader, 0),
        lambda reader: pit.feed.join_candles(reader, 0, "1d"),
        lambda reader: pit.feed.join_orders(reader, 1),
    ]
    for join in joins:
        first, second, third = Notebook(), Notebook(), Notebook()
        join(first)
        join(second)
        assert second.messages[0] is first.messages[0]
        await trade(pit, 2)
        await pit.order(1, BUY, 1, 90)
        join(third)
        (fresh,) = third.read()
        assert fresh["sequence"] == first.read()[-1]["sequence"]
        assert fresh != second.read()[0]


async def test_snapshot_of_candles_says_what_the_engine_says(pit: Pit) -> None:
    stream = pit.feed.join_candles(Notebook(), 0, "1s")
    for price in (100, 101, 102):
        await trade(pit, 1, price)
        pit.move()
    late = Notebook()
    pit.feed.join_candles(late, 0, "1s")
    (snapshot,) = late.read()
    bars = pit.sequencer.engine.candles(0, 1, 0, LATEST_NS, 300)
    assert [candle["close"] for candle in snapshot["candles"]] == [
        bar.close / 10**6 for bar in bars
    ]
    assert stream.readers


async def test_change_after_a_quiet_tick_is_told_at_once_and_the_next_waits_for_its_tick(
    pit: Pit, notebook: Notebook
) -> None:
    pit.feed.join_book(notebook, 0, 5)
    pit.feed._advanced -= 3600
    await pit.order(1, SELL, 7, 100)
    await asyncio.sleep(0.5)
    assert len(notebook.messages) == 2
    await pit.order(1, SELL, 7, 101)
    await asyncio.sleep(0.01)
    assert len(notebook.messages) == 2
    pit.move()
    assert notebook.read()[-1]["asks"] == [{"price": 101, "quantity": 7, "orders": 1}]


class Heavy(Stream):
    """A stream that takes long to move."""

    moved = 0

    def greet(self, reader: object) -> None:
        pass

    def advance(self) -> None:
        time.sleep(0.001)
        self.moved += 1


async def test_others_have_their_turn_while_many_streams_move(pit: Pit, notebook: Notebook) -> None:
    streams = [Heavy(("heavy", number)) for number in range(100)]
    for stream in streams:
        stream.join(notebook)
        pit.feed._streams[stream.key] = stream
    began = [stream.moved for stream in streams]
    pit.feed._advance()
    turns = 0
    while pit.feed._moving is not None:
        await asyncio.sleep(0)
        turns += 1
    assert [stream.moved for stream in streams] == [moved + 1 for moved in began]
    assert turns >= 20
