"""The ITCH feed, as software that we did not write understands it: its books are the venue's."""

import random
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import itch_book
import pytest
from exchange import Caller, Exchange
from itch.parser import MessageParser
from itch_feed import MoldReader, SoupReader
from venue_process import VenueProcess, free_port, venue_on_disk

Level = tuple[int, int, int]  # price in 1/10000 dollar, shares, orders
Book = tuple[list[Level], list[Level]]
SYMBOLS = ("AAPL", "MSFT", "SPY")
DEPTH = 10


class Published:
    """A demo without simulated traders, all of whose feeds are on."""

    def __init__(self, process: VenueProcess, ports: dict[str, tuple[str, int]]) -> None:
        self.process = process
        self.ports = ports
        self.exchange = Exchange(process.url)
        self.stack = ExitStack()

    def reader(self, way: str = "itch", sequence: int = 1, session: str = "") -> SoupReader:
        """A reader over SoupBinTCP, closed at the test's end."""
        reader = SoupReader(self.ports[way], sequence, session)
        self.stack.callback(reader.close)
        return reader

    def book(self, symbol: str) -> Book:
        """The venue's own book, as its API shows it."""
        shown = self.exchange.anyone.get(f"/orderbook/{symbol}", depth=DEPTH)
        bids, asks = (
            [(int(row["price"] * 10_000), row["quantity"], row["orders"]) for row in shown[side]]
            for side in ("bids", "asks")
        )
        return bids, asks


@pytest.fixture(scope="module")
def ports() -> dict[str, tuple[str, int]]:
    """Where the feeds are."""
    ways = {name: ("127.0.0.1", free_port()) for name in ("itch", "glimpse", "rerequest")}
    return ways | {"multicast": ("239.192.0.1", free_port())}


@pytest.fixture(scope="module")
def process(ports: dict[str, tuple[str, int]]) -> Iterator[VenueProcess]:
    options = [f"--{name}={host}:{port}" for name, (host, port) in ports.items()]
    with venue_on_disk("--quiet", "--order-rate", "100000", *options) as venue:
        venue.start()
        yield venue


@pytest.fixture
def published(process: VenueProcess, ports: dict[str, tuple[str, int]]) -> Iterator[Published]:
    venue = Published(process, ports)
    with venue.stack:
        yield venue
    venue.exchange.client.close()


class Flow:
    """Random orders, changes and cancels of three traders."""

    def __init__(self, exchange: Exchange, seed: int) -> None:
        print(f"seed {seed}")
        self.chance = random.Random(seed)
        self.traders = [exchange.log_in(name) for name in ("alice", "bob", "carol")]
        self.prices = {
            symbol: int(exchange.anyone.get(f"/quotes/{symbol}")["previousClose"])
            for symbol in SYMBOLS
        }
        self.open: list[tuple[Caller, str]] = []

    def step(self) -> None:
        deed = self.chance.random()
        if self.open and deed < 0.2:
            trader, order = self.open.pop(self.chance.randrange(len(self.open)))
            trader.send("DELETE", f"/orders/{order}")
        elif self.open and deed < 0.4:
            trader, order = self.chance.choice(self.open)
            change = self.chance.choice(
                [{"quantity": self.chance.randint(1, 60)}, {"price": self.price("AAPL")}]
            )
            trader.send("PATCH", f"/orders/{order}", json=change)
        else:
            self.order()

    def price(self, symbol: str) -> float:
        return self.prices[symbol] + self.chance.randint(-8, 8) / 4

    def order(self) -> None:
        trader, symbol = self.chance.choice(self.traders), self.chance.choice(SYMBOLS)
        answer = trader.order(
            symbol,
            side=self.chance.choice(["BUY", "SELL"]),
            quantity=self.chance.randint(1, 50),
            price=self.price(symbol),
            timeInForce=self.chance.choice(["DAY", "DAY", "IOC"]),
        )
        if answer.status_code == 201 and answer.json()["status"] in {"NEW", "PARTIAL"}:
            self.open.append((trader, answer.json()["orderId"]))


def framed(messages: list[bytes]) -> bytes:
    return b"".join(len(message).to_bytes(2, "big") + message for message in messages)


def books_by_itchfeed(messages: list[bytes]) -> dict[str, Book]:
    """Decoded by PyPI's itchfeed; the orders are added up here."""
    tickers: dict[int, str] = {}
    orders: dict[int, tuple[int, bool, int, int]] = {}
    for message in MessageParser().parse_stream(framed(messages)):
        match message.message_type:
            case b"R":
                tickers[message.stock_locate] = message.stock.decode().strip()
            case b"A":
                buy = message.buy_sell_indicator == b"B"
                terms = (message.stock_locate, buy, message.price, message.shares)
                assert orders.setdefault(message.order_reference_number, terms) is terms
            case b"E" | b"X":
                locate, buy, price, shares = orders.pop(message.order_reference_number)
                less = getattr(message, "executed_shares", 0) or message.cancelled_shares
                assert less <= shares
                if less < shares:
                    orders[message.order_reference_number] = (locate, buy, price, shares - less)
            case b"D":
                del orders[message.order_reference_number]
            case b"U":
                locate, buy, _, _ = orders.pop(message.order_reference_number)
                terms = (locate, buy, message.price, message.shares)
                orders[message.new_order_reference_number] = terms
            case kind:
                assert kind in {b"S", b"H"}
    levels: dict[tuple[int, bool, int], list[int]] = defaultdict(list)
    for locate, buy, price, shares in orders.values():
        levels[locate, buy, price].append(shares)

    def side(locate: int, buy: bool) -> list[Level]:
        rows = [
            (price, sum(shares), len(shares))
            for (of, bought, price), shares in levels.items()
            if (of, bought) == (locate, buy)
        ]
        return sorted(rows, reverse=buy)[:DEPTH]

    return {ticker: (side(locate, True), side(locate, False)) for locate, ticker in tickers.items()}


def books_by_itch_book(messages: list[bytes], directory: Path) -> dict[str, Book]:
    """Decoded and built by PyPI's itch-book."""
    file = directory / "20260105.ITCH_50"
    file.write_bytes(framed(messages))
    feed = itch_book.open(str(file), price_type="fixed", date=date(2026, 1, 5))
    tickers: dict[int, str] = {}
    last: dict[int, Book] = {}
    for batch in feed.batches(tables=("depth", "symbols"), depth=DEPTH):
        symbols, depth = batch.symbols, batch.depth
        for locate, symbol in zip(symbols["locate"], symbols["symbol"], strict=True):
            tickers[int(locate)] = str(symbol).strip()
        for row, locate in enumerate(depth["locate"]):
            last[int(locate)] = (side_of(depth, "bid", row), side_of(depth, "ask", row))
    return {ticker: last.get(locate, ([], [])) for locate, ticker in tickers.items()}


def side_of(depth: dict[str, list[int]], side: str, row: int) -> list[Level]:
    columns = [
        [int(depth[f"{side}_{what}_{level:02}"][row]) for what in ("px", "sz", "ct")]
        for level in range(DEPTH)
    ]
    return [(price, shares, orders) for price, shares, orders in columns if shares]


def test_two_decoders_have_the_venues_books_though_packets_are_lost(
    published: Published, tmp_path: Path
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    flow = Flow(published.exchange, seed)
    ports = published.ports
    reader = MoldReader(ports["multicast"], ports["rerequest"], 0.05, random.Random(seed))
    published.stack.callback(reader.close)
    for _ in range(6):
        for _ in range(150):
            flow.step()
        reader.catch_up()
        by_itchfeed = books_by_itchfeed(reader.messages)
        by_itch_book = books_by_itch_book(reader.messages, tmp_path)
        for symbol in SYMBOLS:
            shown = published.book(symbol)
            assert by_itchfeed[symbol] == shown, symbol
            assert by_itch_book[symbol] == shown, symbol
    assert reader.lost > 0


def test_a_reader_begins_anywhere_and_a_snapshot_says_where(published: Published) -> None:
    flow = Flow(published.exchange, 7)
    for _ in range(100):
        flow.step()
    glimpse = published.reader("glimpse")
    image: list[bytes] = []
    while not (image and image[-1][:1] == b"G"):
        image += glimpse.read(1)
    sequence = int(image.pop()[1:])
    whole = published.reader()
    assert whole.answer[:1] == b"A"
    assert int(whole.answer[11:]) == 1
    session = whole.answer[1:11].decode().strip()
    early = whole.read(sequence - 1)
    assert books_by_itchfeed(image) == books_by_itchfeed(early)
    for _ in range(50):
        flow.step()
    later = published.reader("itch", sequence, session)
    added = later.read(1)
    whole.read(1)
    while True:
        symbol_books = books_by_itchfeed(image + added)
        if all(symbol_books[symbol] == published.book(symbol) for symbol in SYMBOLS):
            break
        added += later.read(1)
    assert whole.read(len(added) - 1) == added[1:]


def test_a_session_or_a_sequence_that_is_not_there_is_refused(published: Published) -> None:
    for sequence, session in ((1, "ANOTHER"), (10**9, "")):
        reader = published.reader("itch", sequence, session)
        assert reader.answer == b"JS"
        assert reader.receive() == b""
    assert published.reader("itch", 0).answer[:1] == b"A"


def test_a_restart_begins_a_session_with_the_books_as_they_stand(published: Published) -> None:
    flow = Flow(published.exchange, 11)
    for _ in range(60):
        flow.step()
    first = published.reader()
    group = MoldReader(
        published.ports["multicast"], published.ports["rerequest"], 0, random.Random(0)
    )
    published.stack.callback(group.close)
    group.catch_up()
    assert published.process.stop() == 0
    group.catch_up()
    assert group.ended
    assert [message[11:] for message in group.messages[-3:]] == [b"M", b"E", b"C"]
    while first.receive() != b"Z":
        pass
    published.process.start()
    second = published.reader()
    assert first.answer[1:11] != second.answer[1:11]
    messages: list[bytes] = []
    while messages[-1:] == [] or messages[-1][11:] != b"Q":
        messages += second.read(1)
    books = books_by_itchfeed(messages)
    assert {symbol: books[symbol] for symbol in SYMBOLS} == {
        symbol: published.book(symbol) for symbol in SYMBOLS
    }


HOSTILE = {
    "GET / HTTP/1.1": b"GET / HTTP/1.1\r\n\r\n",
    "a packet that is too long": b"\xff\xffL",
    "an empty packet": b"\0\0",
    "a packet that does not exist": b"\0\x01?",
    "a login that is cut off": b"\0\x05Lnobo",
    "orders": b"\0\x02UO",
}


def hostile_lines(published: Published) -> list[str]:
    output = published.process.output.splitlines()
    return [line for line in output if "reader 127.0.0.1" in line]


def test_hostile_bytes_end_their_connection_alone_with_one_line(published: Published) -> None:
    before = len(hostile_lines(published))
    witness = published.reader("itch", 0)
    for sent in HOSTILE.values():
        for way in ("itch", "glimpse"):
            with socket.create_connection(published.ports[way], 30) as stream:
                stream.sendall(sent)
                assert stream.recv(100) == b""
    for datagram in (b"", b"x", bytes(20), b"\xff" * 64):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.sendto(datagram, published.ports["rerequest"])
    again = b"L" + f"{'reader':6}{'':10}{'':10}{0:>20}".encode()
    twice = published.reader("itch", 0)
    twice.send(again)
    while twice.receive():
        pass
    published.exchange.log_in("alice").place("AAPL", price=100, quantity=7)
    assert witness.read(1)[0][:1] == b"A"
    assert len(hostile_lines(published)) - before == 2 * len(HOSTILE) + 1


def test_a_thousand_silent_connections_keep_no_reader_out(published: Published) -> None:
    for _ in range(1_100):
        published.stack.enter_context(socket.create_connection(published.ports["itch"], 30))
    reader = published.reader()
    assert reader.answer[:1] == b"A"
    snapshot = published.reader("glimpse")
    assert snapshot.answer[:1] == b"A"
    assert reader.read(1)[0][:1] == b"S"


def test_a_reader_that_does_not_read_holds_nobody_up(published: Published) -> None:
    slow = published.reader()
    reader = published.reader()
    reader.read(int(reader.answer[11:]))
    flow = Flow(published.exchange, 13)
    for _ in range(100):
        flow.step()
    published.exchange.log_in("alice").place("NVDA", price=100, quantity=7)
    while reader.read(1)[0][24:32] != b"NVDA    ":
        pass
    assert slow.read(3)


def test_a_busy_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        arguments = ["serve", "--data", str(tmp_path / "d"), "--http", "127.0.0.1:0"]
        ended = subprocess.run(
            [sys.executable, "-m", "openoutcry", *arguments, "--itch", address],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr == f"openoutcry: cannot listen on {address}: Address already in use\n"
