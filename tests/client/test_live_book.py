"""A reader's book is the venue's, at every message, and knows when it is not."""

import random
from collections.abc import Iterator
from decimal import Decimal

import pytest
from venue_process import VenueProcess, venue_on_disk

from openoutcry.client import BadAnswer, Client, LiveBook, OrderRequest, Subscription
from openoutcry.client.marketdata import Level
from openoutcry.client.messages import BookDelta, BookSnapshot, Connected

SEED = random.SystemRandom().randrange(1 << 32)


def level(price: str, quantity: int) -> Level:
    return Level(price=Decimal(price), quantity=quantity, orders=min(quantity, 1))


def snapshot(
    sequence: int, bids: list[Level], asks: list[Level], checksum: int | None = None
) -> BookSnapshot:
    return BookSnapshot(
        channel="book",
        event="SNAPSHOT",
        sequence=sequence,
        symbol="AAPL",
        timestamp="2026-01-02T14:30:00Z",
        bids=bids,
        asks=asks,
        checksum=checksum,
    )


def delta(sequence: int, bids: list[Level], asks: list[Level]) -> BookDelta:
    return BookDelta(
        channel="book",
        event="DELTA",
        sequence=sequence,
        symbol="AAPL",
        timestamp="2026-01-02T14:30:01Z",
        bids=bids,
        asks=asks,
    )


def test_levels_are_replaced_added_and_removed() -> None:
    book = LiveBook("AAPL")
    book.apply(snapshot(4, [level("149.95", 100)], [level("150.01", 60), level("150.00", 40)]))
    assert [one.price for one in book.asks] == [Decimal("150.00"), Decimal("150.01")]
    assert (book.spread, book.midpoint) == (Decimal("0.05"), Decimal("149.975"))
    book.apply(delta(5, [level("149.96", 7)], [level("150.00", 0)]))
    assert [one.price for one in book.bids] == [Decimal("149.96"), Decimal("149.95")]
    assert [one.quantity for one in book.asks] == [60]
    assert book.sequence == 5


def test_checksum_of_the_documentation() -> None:
    book = LiveBook("AAPL")
    book.apply(snapshot(1, [level("149.95", 100)], [level("150.00", 40), level("150.01", 60)]))
    # python -c 'import zlib; print(zlib.crc32(b"1499500:100|1500000:40,1500100:60"))'
    assert book.checksum() == 2177210117
    book.apply(snapshot(2, [], []))
    assert book.checksum() == 2343686810  # of a bar alone


def test_book_of_one_side_has_no_spread() -> None:
    book = LiveBook("AAPL")
    assert (book.spread, book.midpoint, book.bids) == (None, None, [])


def test_other_symbols_are_left_alone() -> None:
    book = LiveBook("MSFT")
    assert not book.apply(snapshot(1, [level("149.95", 100)], []))
    assert book.bids == []


def test_missing_message_is_noticed() -> None:
    book = LiveBook("AAPL")
    book.apply(snapshot(4, [], []))
    with pytest.raises(BadAnswer, match="message 6 follows 4"):
        book.apply(delta(6, [level("149.95", 1)], []))


def test_other_book_is_noticed_by_its_checksum() -> None:
    book = LiveBook("AAPL")
    with pytest.raises(BadAnswer, match="checksum differs"):
        book.apply(snapshot(4, [level("149.95", 1)], [], checksum=1))


@pytest.fixture(scope="module")
def venue() -> Iterator[VenueProcess]:
    with venue_on_disk("--quiet") as process:
        process.start()
        yield process


@pytest.mark.parametrize("depth", [3, 10, 50])
async def test_book_is_the_venues_after_every_message(venue: VenueProcess, depth: int) -> None:
    print(f"seed {SEED}")
    dice = random.Random(SEED)
    symbol = {3: "AAPL", 10: "MSFT", 50: "NVDA"}[depth]
    async with Client(venue.url) as trader:
        await trader.log_in("bob", "bob-demo")
        middle = (await trader.market.quote(symbol)).last
        assert middle is not None
        stream = trader.stream(Subscription("book", (symbol,), depth=depth)).messages()
        book = LiveBook(symbol)
        assert isinstance(await anext(stream), Connected)
        for _ in range(120):
            step = Decimal(dice.randint(1, 30)) / 100
            side = dice.choice(("BUY", "SELL"))
            price = middle - step if side == "BUY" else middle + step
            await trader.orders.place(
                OrderRequest(
                    symbol=symbol,
                    side=side,
                    type="LIMIT",
                    quantity=dice.randint(1, 40),
                    price=price if dice.random() < 0.9 else 2 * middle - price,
                )
            )
        await trader.orders.cancel_all(symbol=symbol)
        order = OrderRequest(
            symbol=symbol, side="BUY", type="LIMIT", quantity=1, price=middle - Decimal(1)
        )
        await trader.orders.place(order)
        async for message in stream:
            assert isinstance(message, BookSnapshot)
            assert message.checksum is not None
            assert book.apply(message)
            if [one.price for one in book.bids] == [middle - Decimal(1)] and not book.asks:
                break
        await trader.orders.cancel_all(symbol=symbol)
