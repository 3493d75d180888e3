"""Sessions of the running venue: kept over whatever breaks, each held by one peer at a time."""

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from certificate import write_certificate
from exchange import Exchange
from fix_client import FixClient, utc
from venue_process import VenueProcess, venue_on_disk, wait_for


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    yield
    while FixClient.clients:
        FixClient.clients.pop().close()


def client_of(exchange: Exchange, label: str = "", **trader: object) -> FixClient:
    name = exchange.trader(**trader).username  # type: ignore[arg-type]
    return FixClient(exchange.fix_port, name.upper() + label, name, "correct horse")


def another(client: FixClient, label: str = "") -> FixClient:
    """A further connection of the same user."""
    name = client.login[0][1]
    return FixClient(client.port, client.comp_id + label, name, "correct horse")


def alice(venue: VenueProcess) -> FixClient:
    return FixClient(venue.fix_port, "ALICE", "alice", "alice-demo")


def test_session_belongs_to_one_connection_at_a_time(exchange: Exchange) -> None:
    first = client_of(exchange)
    first.log_on()
    second = another(first)
    second.send("A", [("98", "0"), ("108", "30"), *second.login])
    assert second.closed()
    first.send("1", [("112", "mine")])
    assert first.receive("0")["112"] == "mine"


def test_user_may_have_several_sessions(exchange: Exchange) -> None:
    first = client_of(exchange)
    first.log_on()
    second = another(first, "-2")
    second.log_on()
    symbol = exchange.symbol()
    second.order("a", symbol)
    assert second.receive("8")["39"] == "0"
    assert first.silent()


def test_drop_copy_hears_of_every_order_of_the_account(exchange: Exchange) -> None:
    symbol = exchange.symbol()
    client = client_of(exchange)
    client.log_on()
    copy = another(client, "-DROP")
    copy.log_on()
    client.order("a", symbol)
    client.receive("8")
    heard = copy.receive("8")
    assert (heard["11"], heard["150"]) == ("a", "0")
    seller = exchange.trader(shares={symbol: 100})
    seller.place(symbol, side="SELL", quantity=40)
    fill = copy.receive("8")
    assert (fill["150"], fill["32"], fill["14"]) == ("F", "40", "40")
    capture = copy.receive("AE")
    assert (capture["32"], capture["31"], capture["55"]) == ("40", "100", symbol)
    copy.order("b", symbol)
    assert copy.receive("j")["380"] == "6"


def test_every_order_is_answered_however_many_the_account_sends_elsewhere(
    exchange: Exchange,
) -> None:
    symbol = exchange.symbol()
    trader = exchange.trader(cash=10_000_000)
    client = FixClient(exchange.fix_port, trader.username.upper(), trader.username, "correct horse")
    client.log_on()
    elsewhere = threading.Thread(
        target=lambda: [trader.place(symbol, quantity=1) for _ in range(150)]
    )
    elsewhere.start()
    names = {f"f{number}" for number in range(300)}
    for name in sorted(names):
        client.order(name, symbol, T38="1")
    while names:
        names.discard(client.receive("8")["11"])
    elsewhere.join()


def test_order_of_the_api_is_cancelled_by_its_name(exchange: Exchange) -> None:
    symbol = exchange.symbol()
    trader = exchange.trader()
    trader.place(symbol, clientOrderId="from the web")
    client = FixClient(exchange.fix_port, trader.username.upper(), trader.username, "correct horse")
    client.log_on()
    cancel = [("11", "c"), ("41", "from the web"), ("55", symbol), ("54", "1"), ("60", utc())]
    client.send("F", cancel)
    report = client.receive("8")
    assert (report["39"], report["11"], report["41"]) == ("4", "c", "from the web")


def test_order_that_is_filled_in_part_and_cancelled_at_once_has_three_executions(
    exchange: Exchange,
) -> None:
    symbol = exchange.symbol()
    exchange.trader(shares={symbol: 5}).place(symbol, side="SELL", quantity=5)
    client = client_of(exchange)
    client.log_on()
    client.order("a", symbol, T38="12", T59="3")
    reports = [client.receive("8") for _ in range(3)]
    assert [report["150"] for report in reports] == ["0", "F", "4"]
    assert len({report["17"] for report in reports}) == 3


def test_execution_numbers_are_unique_and_orders_add_up(exchange: Exchange) -> None:
    symbol = exchange.symbol()
    buyer, seller = client_of(exchange), client_of(exchange, shares={symbol: 10_000})
    buyer.log_on()
    seller.log_on()
    for number in range(20):
        buyer.order(f"b{number}", symbol, T38=str(10 + number))
        seller.order(f"s{number}", symbol, T54="2", T38="15", T59="3" if number % 2 else "0")
    seen = set()
    for client in (buyer, seller):
        client.send("1", [("112", "end")])
        while (report := client.receive("8", "0"))["35"] == "8":
            assert report["17"] not in seen or report["150"] == "F"
            seen.add(report["17"])
            if report["39"] in "01":
                assert int(report["38"]) == int(report["14"]) + int(report["151"])
            else:
                assert report["151"] == "0"


def test_thousand_silent_connections_harm_nobody(exchange: Exchange) -> None:
    client = client_of(exchange)
    client.log_on()
    silent = [
        socket.create_connection(("127.0.0.1", exchange.fix_port), timeout=30) for _ in range(1000)
    ]
    try:
        symbol = exchange.symbol()
        client.order("a", symbol)
        assert client.receive("8")["39"] == "0"
        for connection in silent:
            assert connection.recv(1) == b""  # ended when no logon came in time
    finally:
        for connection in silent:
            connection.close()
    client.order("b", symbol)
    assert client.receive("8")["39"] == "0"


def test_half_open_connection_is_asked_then_ended(exchange: Exchange) -> None:
    client = client_of(exchange)
    client.send("A", [("98", "0"), ("108", "1"), *client.login])
    client.receive("A")
    assert client.receive("1")["112"] == "TEST"
    client.socket.settimeout(30)
    while client.next_message() is not None:
        pass
    client.connect()
    client.send("A", [("98", "0"), ("108", "30"), *client.login])
    assert client.receive("A")


def test_replayed_logon_is_not_taken(exchange: Exchange) -> None:
    client = client_of(exchange)
    logon = client.message("A", [("98", "0"), ("108", "30"), *client.login])
    client.raw(logon)
    client.receive("A")
    client.close()
    client.connect()
    time.sleep(0.2)
    client.raw(logon)
    assert client.receive("5")["58"] == "MsgSeqNum too low, expecting 2 but received 1"
    assert client.closed()


def test_killed_venue_resumes_with_gap_fill() -> None:
    with venue_on_disk("--quiet") as venue:
        venue.start()
        client = alice(venue)
        client.log_on()
        client.order("first", "AAPL", T44="140.00")
        assert client.receive("8")["39"] == "0"
        # Sent into the venue's death: known or not, nothing is lost or entered twice.
        for number in range(50):
            client.order(f"late-{number}", "AAPL", T44="140.00")
        venue.kill()
        venue.start()
        client.connect()
        client.send("A", [("98", "0"), ("108", "30"), *client.login])
        assert int(client.receive("A")["34"]) > 2
        acknowledged = resume(client)
        assert {f"late-{number}" for number in range(50)} <= acknowledged
        web = Exchange(venue.url)
        trader = web.log_in("alice")
        orders = trader.get("/orders", limit=200, status="NEW")["items"]
        names = [order["clientOrderId"] for order in orders]
        assert sorted(names) == sorted(set(names))
        assert len(names) == 51
        web.client.close()
        assert venue.stop() == 0


def resume(client: FixClient) -> set[str]:
    """Send again what the venue asks for, ask for what it sent; the ids of all orders told."""
    client.send("2", [("7", "1"), ("16", "0")])
    told: set[str] = set()
    while True:
        message = client.receive("8", "2", "4")
        if message["35"] == "2":
            for number in range(int(message["7"]), client.next_out):
                client.send_again(number)
            client.send("2", [("7", "1"), ("16", "0")])
        elif message["35"] == "8":
            told.add(message["11"])
            if len(told) == 51:
                return told


@pytest.fixture(scope="module")
def strict_venue() -> Iterator[tuple[VenueProcess, Path]]:
    """A venue with TLS, few orders a second, and orders that end with their connection."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        certificate = Path(name) / "venue.pem"
        write_certificate(certificate)
        patch.setenv("OPENOUTCRY_FIX_CERTIFICATE", str(certificate))
        patch.setenv("OPENOUTCRY_FIX_CANCEL_ON_DISCONNECT", "true")
        with venue_on_disk("--quiet", "--order-rate", "5") as venue:
            venue.start()
            yield venue, certificate
            assert venue.stop() == 0, venue.output


def test_tls_throttle_and_cancel_on_disconnect(strict_venue: tuple[VenueProcess, Path]) -> None:
    venue, certificate = strict_venue
    client = FixClient(venue.fix_port, "ALICE", "alice", "alice-demo")
    client.secure(certificate)
    client.log_on()
    for number in range(8):
        client.order(f"o{number}", "AAPL", T44="140.00")
    reports = [client.receive("8") for _ in range(8)]
    slow = [report for report in reports if report["39"] == "8"]
    assert slow
    assert all(report["58"].startswith("RATE_LIMITED") for report in slow)
    client.close()
    web = Exchange(venue.url)
    trader = web.log_in("alice")
    deadline = time.monotonic() + 30
    while trader.get("/orders", status="NEW")["items"]:
        assert time.monotonic() < deadline, "orders outlived their connection"
        time.sleep(0.05)
    assert trader.get("/orders", status="CANCELLED")["items"]
    web.client.close()


def test_guessed_passwords_are_slowed_down_and_logged_in_one_line(
    strict_venue: tuple[VenueProcess, Path],
) -> None:
    venue, certificate = strict_venue
    for number in range(30):
        client = FixClient(venue.fix_port, "BOB", "bob", f"guess {number}")
        client.secure(certificate)
        client.send("A", [("98", "0"), ("108", "30"), *client.login])
        assert client.closed()
    wait_for(lambda: "RATE_LIMITED" in venue.output, "guesses are not slowed down")
    assert "guess 1" not in venue.output
    lines = [line for line in venue.output.splitlines() if "connection was refused" in line]
    assert 0 < len(lines) < 30


def test_metrics_count_sessions_and_refusals(exchange: Exchange) -> None:
    client = client_of(exchange)
    client.log_on()
    text = httpx.get(f"{exchange.url}/metrics").text
    assert "openoutcry_fix_sessions " in text
    assert "openoutcry_fix_refused_total " in text
