"""The client against a real venue: every call reads what the venue really answers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from venue_process import VenueProcess, venue_on_disk

from openoutcry.client import Client, OrderRequest, Refused, Stream, Subscription
from openoutcry.client.messages import (
    AccountUpdate,
    BookDelta,
    BookSnapshot,
    CandlesSnapshot,
    CandleUpdate,
    Connected,
    Failed,
    OrderEvent,
    OrdersSnapshot,
    QuoteUpdate,
    SymbolStatus,
    Trade,
    TradesSnapshot,
)

T = TypeVar("T")


@pytest.fixture(scope="module")
def venue() -> Iterator[VenueProcess]:
    with venue_on_disk("--quiet") as process:
        process.start()
        yield process


async def logged_in(venue: VenueProcess, username: str) -> Client:
    client = Client(venue.url)
    await client.log_in(username, f"{username}-demo")
    return client


@pytest.fixture
async def alice(venue: VenueProcess) -> AsyncIterator[Client]:
    async with await logged_in(venue, "alice") as client:
        yield client
        await client.orders.cancel_all()


@pytest.fixture
async def bob(venue: VenueProcess) -> AsyncIterator[Client]:
    async with await logged_in(venue, "bob") as client:
        yield client
        await client.orders.cancel_all()


@pytest.fixture
async def operator(venue: VenueProcess) -> AsyncIterator[Client]:
    async with await logged_in(venue, "operator") as client:
        yield client


def limit(side: Any, price: str, quantity: int = 10, symbol: str = "AAPL") -> OrderRequest:
    return OrderRequest(
        symbol=symbol, side=side, type="LIMIT", quantity=quantity, price=Decimal(price)
    )


async def until(
    stream: AsyncIterator[Any], kind: type[T], wanted: Callable[[T], bool] = lambda _: True
) -> T:
    async with asyncio.timeout(10):
        async for message in stream:
            assert not isinstance(message, Failed), message
            if isinstance(message, kind) and wanted(message):
                return message
    raise AssertionError("the stream ended")


async def test_order_is_placed_replaced_read_and_cancelled(alice: Client) -> None:
    order = await alice.orders.place(limit("BUY", "140.25", 100))
    assert (order.status, order.price, order.leaves_quantity) == ("NEW", Decimal("140.25"), 100)
    changed = await alice.orders.replace(
        order.order_id, quantity=80, price=Decimal("140.50"), version=order.version
    )
    assert (changed.quantity, changed.price) == (80, Decimal("140.50"))
    with pytest.raises(Refused) as stale:
        await alice.orders.replace(order.order_id, quantity=70, version=order.version)
    assert stale.value.status == 412
    assert (await alice.orders.cancel(order.order_id)).status == "CANCELLED"
    with pytest.raises(Refused) as done:
        await alice.orders.cancel(order.order_id)
    assert done.value.status == 409
    assert (await alice.orders.get(order.order_id)).status == "CANCELLED"


async def test_same_order_sent_twice_is_one_order(alice: Client) -> None:
    request = limit("BUY", "141")
    request.client_order_id = "only-once"
    first, second = await alice.orders.place(request), await alice.orders.place(request)
    assert first.order_id == second.order_id


async def test_refused_order_carries_its_id_and_its_reason(alice: Client) -> None:
    with pytest.raises(Refused, match="INSUFFICIENT_SHARES") as refusal:
        await alice.orders.place(limit("SELL", "150", 10_000_000))
    assert refusal.value.order_id
    kept = await alice.orders.get(refusal.value.order_id)
    assert (kept.status, kept.reject_reason) == ("REJECTED", "INSUFFICIENT_SHARES")


async def test_fill_is_seen_in_fills_account_positions_ledger_and_tape(
    alice: Client, bob: Client
) -> None:
    await alice.orders.place(limit("SELL", "151", 10))
    bought = await bob.orders.place(limit("BUY", "152", 10))
    assert (bought.status, bought.average_fill_price) == ("FILLED", Decimal(151))
    (fill,) = (await bob.orders.get(bought.order_id)).fills
    assert (fill.quantity, fill.price, fill.liquidity) == (10, Decimal(151), "TAKER")
    (account,) = await bob.accounts.all()
    assert account == await bob.accounts.get(account.account_id)
    portfolio = await bob.accounts.portfolio(account.account_id)
    assert portfolio.equity == portfolio.cash.total + portfolio.market_value
    positions = {one.symbol: one for one in await bob.accounts.positions(account.account_id)}
    assert positions["AAPL"].quantity > 10_000
    trades = [one async for one in bob.accounts.trades(account.account_id)]
    assert (trades[0].trade_id, trades[0].value) == (fill.trade_id, Decimal(1510))
    lines = [one async for one in bob.accounts.ledger(account.account_id)]
    assert {line.amount for line in lines if line.reference == fill.trade_id} == {
        Decimal(-1510),
        Decimal(10),
    }
    tape = [one async for one in bob.market.trades("AAPL")]
    assert (tape[0].trade_id, tape[0].side) == (fill.trade_id, "BUY")
    candles = await bob.market.candles("AAPL", interval="1m")
    assert candles[-1].volume >= 10


async def test_lists_are_read_to_their_end(alice: Client) -> None:
    placed = [await alice.orders.place(limit("BUY", "139", 1)) for _ in range(12)]
    read = [order.order_id async for order in alice.orders.all(status="NEW", symbol="AAPL")]
    assert [order.order_id for order in reversed(placed)] == read[:12]


async def test_market_is_public(venue: VenueProcess, alice: Client) -> None:
    await alice.orders.place(limit("BUY", "409.5", 7, "MSFT"))
    async with Client(venue.url) as stranger:
        symbols = {one.symbol: one for one in await stranger.market.symbols()}
        assert symbols["MSFT"].tick_size == Decimal("0.01")
        quote = await stranger.market.quote("MSFT")
        assert (quote.bid, quote.bid_size, quote.ask) == (Decimal("409.5"), 7, None)
        book = await stranger.market.book("MSFT", depth=3)
        assert [(level.price, level.quantity) for level in book.bids] == [(Decimal("409.5"), 7)]
        with pytest.raises(Refused) as refusal:
            await stranger.accounts.all()
        assert refusal.value.status == 401


async def test_public_channels_show_present_state_and_then_every_change(
    alice: Client, bob: Client, operator: Client
) -> None:
    stream = Stream(
        alice.session,
        Subscription("book", ("NVDA",), depth=5),
        Subscription("trades", ("NVDA",)),
        Subscription("quotes", ("NVDA",)),
        Subscription("candles", ("NVDA",), interval="1m"),
        Subscription("status", ("NVDA",)),
    ).messages()
    for kind in (Connected, BookSnapshot, TradesSnapshot):
        await until(stream, kind)
    await alice.orders.place(limit("SELL", "135", 20, "NVDA"))
    delta = await until(stream, BookDelta)
    assert [(level.price, level.quantity) for level in delta.asks] == [(Decimal(135), 20)]
    await bob.orders.place(limit("BUY", "135", 5, "NVDA"))
    trade = await until(stream, Trade)
    assert (trade.price, trade.quantity, trade.side) == (Decimal(135), 5, "BUY")
    quote = await until(stream, QuoteUpdate, lambda one: one.ask_size == 15)
    assert quote.last == Decimal(135)
    await operator.administration.halt("NVDA", reason="NEWS")
    await until(stream, SymbolStatus, lambda one: one.status == "HALTED")
    await operator.administration.resume("NVDA")
    await until(stream, SymbolStatus, lambda one: one.status == "OPEN")


async def test_candles_channel_shows_the_bar_in_progress(alice: Client, bob: Client) -> None:
    stream = alice.stream(Subscription("candles", ("AMD",), interval="1m")).messages()
    await until(stream, CandlesSnapshot)
    await alice.orders.place(limit("SELL", "156", 5, "AMD"))
    await bob.orders.place(limit("BUY", "156", 5, "AMD"))
    candle = await until(stream, CandleUpdate)
    assert (candle.close, candle.volume, candle.trades) == (Decimal(156), 5, 1)


async def test_private_channels_show_ones_own_orders_and_cash(alice: Client, bob: Client) -> None:
    (account,) = await alice.accounts.all()
    mine = [
        Subscription(channel, account_id=account.account_id) for channel in ("orders", "account")
    ]
    stream = alice.stream(*mine).messages()
    await until(stream, OrdersSnapshot)
    order = await alice.orders.place(limit("SELL", "215", 4, "JPM"))
    new = await until(stream, OrderEvent, lambda one: one.data.order_id == order.order_id)
    assert new.event == "NEW"
    await bob.orders.place(limit("BUY", "215", 4, "JPM"))
    fill = await until(stream, OrderEvent, lambda one: one.event == "FILL")
    assert (fill.data.status, [one.quantity for one in fill.data.fills]) == ("FILLED", [4])
    update = await until(stream, AccountUpdate)
    assert update.equity > update.cash.total


async def test_stranger_gets_no_private_channel(venue: VenueProcess) -> None:
    async with Client(venue.url) as stranger:
        stream = stranger.stream(Subscription("orders")).messages()
        async with asyncio.timeout(10):
            messages = [await anext(stream) for _ in range(2)]
        assert isinstance(messages[1], Failed)
        assert messages[1].code == "UNAUTHENTICATED"


async def test_stream_outlives_a_restart_of_the_venue(venue: VenueProcess, alice: Client) -> None:
    stream = alice.stream(Subscription("quotes", ("XOM",)), Subscription("orders")).messages()
    await until(stream, OrdersSnapshot)
    await asyncio.to_thread(venue.kill)
    await asyncio.to_thread(venue.start)
    await until(stream, Connected)
    await until(stream, OrdersSnapshot)
    order = await alice.orders.place(limit("BUY", "117", 1, "XOM"))
    await until(stream, OrderEvent, lambda one: one.data.order_id == order.order_id)
