"""Orders over OUCH 5.0, as a client written from its description alone has them."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from exchange import Exchange
from ouch_client import OuchClient, extra
from venue_process import VenueProcess, free_port, venue_on_disk

PRICE = 1_000_000  # $100.0000


@pytest.fixture(scope="module")
def address() -> tuple[str, int]:
    return ("127.0.0.1", free_port())


@pytest.fixture(scope="module")
def process(address: tuple[str, int]) -> Iterator[VenueProcess]:
    option = f"--ouch={address[0]}:{address[1]}"
    with venue_on_disk("--quiet", "--order-rate", "100000", option) as venue:
        venue.start()
        yield venue


@pytest.fixture(scope="module")
def market(process: VenueProcess) -> Iterator[Exchange]:
    exchange = Exchange(process.url)
    yield exchange
    exchange.client.close()


class Desk:
    """Log-ins of one test, and references that no other test uses."""

    def __init__(self, address: tuple[str, int], stack: ExitStack) -> None:
        self.address = address
        self.stack = stack

    def log_in(self, name: str, password: str = "", sequence: int = 0) -> OuchClient:
        client = OuchClient(self.address, name, password or f"{name.lower()}-demo", sequence)
        self.stack.callback(client.close)
        return client

    def trader(self, name: str) -> tuple[OuchClient, int]:
        """A client, and the next reference that its account may use."""
        client = self.log_in(name)
        assert client.answer[:1] == b"A"
        client.query()
        while True:
            report = client.report()
            if report.kind == "Q":
                return client, report.fields[1]


@pytest.fixture
def desk(process: VenueProcess, address: tuple[str, int]) -> Iterator[Desk]:
    with ExitStack() as stack:
        yield Desk(address, stack)


def kinds(client: OuchClient, count: int) -> list[str]:
    return [client.report().kind for _ in range(count)]


def test_an_order_is_accepted_executed_and_seen_by_both_sides(desk: Desk, market: Exchange) -> None:
    symbol = market.symbol("100.00")
    for name in ("alice", "bob"):
        account = market.log_in(name).account
        body = {"amount": 1_000, "asset": symbol}
        market.operator.post(f"/accounts/{account}/deposits", body, 201)
    alice, first = desk.trader("ALICE")
    bob, second = desk.trader("BOB")
    alice.enter(first, "B", 100, symbol, PRICE, name="mine")
    accepted = alice.report()
    assert accepted.kind == "A"
    _, reference, side, quantity, ticker, price, tif, display, order, *rest = accepted.fields
    assert (reference, side, quantity, price) == (first, b"B", 100, PRICE)
    assert (ticker.decode().strip(), tif, display) == (symbol, b"0", b"Y")
    assert rest == [b"P", b"N", b"N", b"L", b"mine".ljust(14), 0]
    assert market.anyone.get(f"/orderbook/{symbol}")["bids"][0]["quantity"] == 100
    bob.enter(second, "S", 60, symbol, PRICE, tif="3")
    assert bob.report().kind == "A"
    sold, bought = bob.report(), alice.report()
    assert sold.fields[1:5] == (second, 60, PRICE, b"R")
    assert bought.fields[1:5] == (first, 60, PRICE, b"A")
    assert sold.fields[5] == bought.fields[5]
    assert order % 2 == 0
    alice.cancel(first)
    assert alice.report().fields[1:] == (first, 40, b"U")


def test_an_immediate_order_loses_what_does_not_trade(desk: Desk, market: Exchange) -> None:
    symbol = market.symbol("100.00")
    alice, first = desk.trader("ALICE")
    alice.enter(first, "B", 5, symbol, PRICE, tif="3")
    assert alice.report().kind == "A"
    assert alice.report().fields[1:] == (first, 5, b"I")


def test_a_replace_has_a_new_reference_and_less_keeps_the_old(desk: Desk, market: Exchange) -> None:
    symbol = market.symbol("100.00")
    alice, first = desk.trader("ALICE")
    alice.enter(first, "B", 100, symbol, PRICE)
    # Asked before the order is answered, and carried out behind it.
    alice.replace(first, first + 1, 80, PRICE + 100)
    assert alice.report().kind == "A"
    replaced = alice.report()
    assert replaced.kind == "U"
    assert replaced.fields[1:5] == (first, first + 1, b"B", 80)
    assert replaced.fields[6] == PRICE + 100
    alice.cancel(first + 1, 30)
    assert alice.report().fields[1:] == (first + 1, 50, b"U")
    alice.cancel(first + 1, 50)
    assert alice.report().kind == "I"
    alice.cancel(first)  # what is gone is passed over
    alice.cancel(first + 1)
    assert alice.report().fields[1:] == (first + 1, 30, b"U")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quantity": 0}, 0x13),
        ({"quantity": 1_000_000}, 0x13),
        ({"price": 0}, 0x1D),
        ({"price": 2**40}, 0x1D),
        ({"price": PRICE + 1}, 0x1D),
        ({"side": "X"}, 0x09),
        ({"symbol": "NOPE"}, 0x17),
        ({"display": "N"}, 0x03),
        ({"tif": "9"}, 0x0F),
        ({"tif": "6"}, 0x0F),
        ({"side": "T"}, 0x2B),
        ({"quantity": 999_999}, 0x20),
        ({"extras": extra("floor", 10)}, 0x04),
        ({"extras": b"\x09\x03\x00"}, 0x0F),
        ({"extras": b"\x02\x06M"}, 0x11),
    ],
)
def test_what_is_refused_says_why(
    desk: Desk, market: Exchange, change: dict[str, object], code: int
) -> None:
    alice, first = desk.trader("ALICE")
    order = {"side": "B", "quantity": 10, "symbol": "AAPL", "price": PRICE, **change}
    alice.enter(first, name="id", **order)  # type: ignore[arg-type]
    refused = alice.report()
    assert refused.kind == "J"
    assert refused.fields[1:] == (first, code, b"id".ljust(14))


def test_a_repeated_reference_is_answered_once(desk: Desk, market: Exchange) -> None:
    symbol = market.symbol("100.00")
    alice, first = desk.trader("ALICE")
    for _ in range(3):
        alice.enter(first, "B", 10, symbol, PRICE)
    alice.query()
    assert [alice.report().kind for _ in range(2)] in (["A", "Q"], ["Q", "A"])
    rows = market.anyone.get(f"/orderbook/{symbol}")["bids"]
    assert [row["quantity"] for row in rows] == [10]


def test_extras_reach_the_book(desk: Desk, market: Exchange) -> None:
    symbol = market.symbol("100.00")
    alice, first = desk.trader("ALICE")
    market.log_in("bob").place(symbol, side="BUY", quantity=5, price=99)
    market.operator.post(
        f"/accounts/{market.log_in('alice').account}/deposits",
        {"amount": 100, "asset": symbol},
        201,
    )
    alice.enter(first, "S", 5, symbol, 990_000, extras=extra("post_only", b"P"))
    assert alice.report().kind == "J"
    whole = extra("firm", b"OPEN") + extra("minimum", 6)
    alice.enter(first + 1, "S", 10, symbol, 990_000, tif="3", extras=whole)
    assert kinds(alice, 2) == ["A", "C"]


def test_a_broken_connection_loses_no_report_and_ends_no_more_than_asked(
    desk: Desk, market: Exchange
) -> None:
    symbol = market.symbol("100.00")
    alice, first = desk.trader("ALICE")
    resume = alice.sequence
    assert resume > 0
    alice.enter(first, "B", 10, symbol, PRICE)
    alice.close()
    again = OuchClient(desk.address, "alice", "alice-demo", 1)
    desk.stack.callback(again.close)
    reports = []
    while not reports or (reports[-1].kind, reports[-1].fields[1]) != ("C", first):
        reports.append(again.report())
    assert reports[0].kind == "S"
    assert [r.kind for r in reports if r.kind != "Q" and r.fields[1:2] == (first,)] == ["A", "C"]


def test_only_who_knows_the_password_trades(desk: Desk) -> None:
    assert desk.log_in("ALICE", "wrong").answer == b"JA"
    assert desk.log_in("nobody", "x").answer == b"JA"
    assert desk.log_in("operat", "x").answer == b"JA"
    assert desk.log_in("ALICE", sequence=10**9).answer == b"JS"


def test_hostile_bytes_end_their_connection_alone(desk: Desk, market: Exchange) -> None:
    witness, first = desk.trader("BOB")
    for sent in (b"GET / HTTP/1.1\r\n\r\n", b"\xff\xff", b"\0\0", b"\0\x02UO", b"\0\x05Lnobo"):
        with socket.create_connection(desk.address, 30) as stream:
            stream.sendall(sent)
            assert stream.recv(100) == b""
    for message in (b"", b"O", b"O" * 46, b"O" * 48, b"X" * 10, b"?", b"U" * 41, b"Q\0"):
        alice = desk.log_in("ALICE")
        alice.packet(b"U" + message)
        while alice.receive():
            pass
    witness.enter(first, "B", 1, "AAPL", PRICE)
    assert witness.report().kind == "A"
