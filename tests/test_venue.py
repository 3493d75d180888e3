"""The venue as a process: how it starts, refuses to start, and ends."""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from exchange import Exchange
from venue_process import VenueProcess, venue_on_disk, wait_for
from websockets.exceptions import ConnectionClosed

from openoutcry import _engine
from openoutcry.database.embedded import EmbeddedServer

LARGEST_FILE = 64 * 1024


def run_to_the_end(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "openoutcry", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def assert_one_line(ended: subprocess.CompletedProcess[str], words: str) -> None:
    assert ended.returncode == 1, ended.stderr
    assert words in ended.stderr
    assert ended.stderr.startswith("openoutcry: ")
    assert ended.stderr.count("\n") == 1


def test_busy_port_is_one_clear_line(venue_directory: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        ended = run_to_the_end("serve", "--data", str(venue_directory), "--http", address)
    assert_one_line(ended, f"cannot listen on {address}: Address already in use")
    assert list(venue_directory.iterdir()) == []


def test_unreachable_directory_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    ended = run_to_the_end("serve", "--data", str(file / "data"), "--http", "127.0.0.1:0")
    assert_one_line(ended, str(file))


def test_demo_refuses_to_listen_beyond_loopback(venue_directory: Path) -> None:
    ended = run_to_the_end("demo", "--data", str(venue_directory), "--http", "0.0.0.0:0")
    assert ended.returncode == 2
    assert "loopback" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.fixture(scope="module")
def stopped_venue() -> Iterator[VenueProcess]:
    """A venue that has stopped, with its journal."""
    with venue_on_disk("--quiet") as venue:
        venue.start()
        assert venue.stop() == 0
        yield venue


def demo(venue: VenueProcess) -> subprocess.CompletedProcess[str]:
    data = str(venue.directory / "data")
    return run_to_the_end("demo", "--quiet", "--data", data, "--http", "127.0.0.1:0")


def test_journal_that_is_gone_is_no_new_venue(stopped_venue: VenueProcess) -> None:
    journal = stopped_venue.directory / "data" / "journal"
    aside = journal.rename(stopped_venue.directory / "aside")
    assert_one_line(demo(stopped_venue), "the journal of this venue is gone")
    assert list(journal.glob("*.log")) == []
    shutil.rmtree(journal, ignore_errors=True)
    aside.rename(journal)


def test_database_of_a_venue_whose_journal_is_gone_takes_no_new_one() -> None:
    with venue_on_disk("--quiet") as venue:
        venue.start()
        metrics = f"{venue.url}/metrics"
        shown = "openoutcry_projection_lag 0.0\n"
        wait_for(lambda: shown in httpx.get(metrics).text, "the tables lag")
        assert venue.stop() == 0
        data = venue.directory / "data"
        (data / "venue.json").unlink()
        shutil.rmtree(data / "journal")
        shutil.rmtree(data / "snapshots", ignore_errors=True)
        for _ in range(2):
            assert_one_line(demo(venue), "the database is another venue's than the journal")


def test_journal_of_another_venue_is_not_taken(stopped_venue: VenueProcess) -> None:
    journal = stopped_venue.directory / "data" / "journal"
    aside = journal.rename(stopped_venue.directory / "aside")
    other = stopped_venue.directory / "other"
    _engine.Sequencer.open(str(other)).close()
    shutil.copytree(other / "journal", journal)
    before = {path.name: path.read_bytes() for path in journal.iterdir()}
    assert_one_line(demo(stopped_venue), "the journal here is another venue's")
    assert {path.name: path.read_bytes() for path in journal.iterdir()} == before
    shutil.rmtree(journal)
    aside.rename(journal)


def test_journal_that_ends_early_is_not_taken_for_the_whole(stopped_venue: VenueProcess) -> None:
    plate = stopped_venue.directory / "data" / "venue.json"
    text = plate.read_text()
    known = json.loads(text)
    plate.write_text(json.dumps(known | {"sequence": known["sequence"] + 1}))
    ends = known["sequence"]
    said = f"the journal ends at command {ends}, but went up to {ends + 1} before"
    assert_one_line(demo(stopped_venue), said)
    plate.write_text("{")
    assert_one_line(demo(stopped_venue), "venue.json is damaged")
    plate.write_text(text)
    stopped_venue.start()
    assert stopped_venue.stop() == 0


def crc32c(content: bytes) -> int:
    """Castagnoli's checksum, bit by bit."""
    register = 0xFFFFFFFF
    for byte in content:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


def test_journal_of_another_version_is_one_clear_line(stopped_venue: VenueProcess) -> None:
    (segment,) = (stopped_venue.directory / "data" / "journal").glob("*.log")
    content = segment.read_bytes()
    block = bytearray(content[:4096])
    block[8:16] = (9).to_bytes(8, "little")
    block[12:16] = crc32c(bytes(block)).to_bytes(4, "little")
    segment.write_bytes(bytes(block) + content[4096:])
    changed = segment.read_bytes()
    assert_one_line(demo(stopped_venue), "format version 9, this engine reads version 1")
    assert segment.read_bytes() == changed
    segment.write_bytes(content)


def test_half_a_copy_is_one_clear_line(stopped_venue: VenueProcess) -> None:
    (segment,) = (stopped_venue.directory / "data" / "journal").glob("*.log")
    content = segment.read_bytes()
    segment.write_bytes(content[:1000])
    assert_one_line(demo(stopped_venue), "the segment's header is cut off after 1000 bytes")
    assert segment.read_bytes() == content[:1000]
    # The segment that a copy has brought first may be a later one.
    later = segment.rename(segment.with_name(f"{1_000:020}.log"))
    later.write_bytes(content)
    assert_one_line(demo(stopped_venue), "journal damaged: segment")
    assert [path.read_bytes() for path in segment.parent.glob("*.log")] == [content]
    later.rename(segment)


def test_directory_in_use_is_one_clear_line_and_leaves_its_user_alone() -> None:
    with venue_on_disk("--quiet") as venue:
        venue.start()
        data = str(venue.directory / "data")
        ended = run_to_the_end(
            "serve", "--data", data, "--http", "127.0.0.1:0", "--log-level", "error"
        )
        assert_one_line(ended, f"in use by process {venue.process_id}")
        Exchange(venue.url).client.close()  # its database answers log-ins


def test_sigterm_ends_cleanly_and_says_goodbye_to_websockets() -> None:
    with venue_on_disk("--quiet") as venue:
        venue.start()
        exchange = Exchange(venue.url)
        with exchange.socket() as watcher:
            watcher.subscribe("book", "AAPL")
            watcher.receive()
            began = time.monotonic()
            assert venue.stop() == 0, venue.output
            assert time.monotonic() - began < 10
            with pytest.raises(ConnectionClosed) as closed:
                watcher.receive()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1001
            assert closed.value.rcvd.reason == "the venue is shutting down"
        exchange.client.close()
        assert not (venue.directory / "data" / "postgres" / "data" / "postmaster.pid").exists()


def test_order_that_is_on_its_way_at_sigterm_is_answered() -> None:
    with venue_on_disk("--quiet") as venue:
        venue.start()
        exchange = Exchange(venue.url)
        trader = exchange.trader()
        exchange.client.close()
        body = b'{"symbol":"AAPL","side":"BUY","type":"LIMIT","quantity":1,"price":1}'
        head = (
            f"POST /api/v1/orders HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n"
            f"authorization: Bearer {trader.token}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", venue.port), timeout=30) as connection:
            connection.sendall(head.encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
            os.kill(venue.process_id, signal.SIGTERM)
            wait_for(lambda: not listens(venue.port), "it listens on")
            connection.sendall(body)
            answer = b""
            while part := connection.recv(65_536):
                answer += part
        assert answer.startswith(b"HTTP/1.1 201 ")
        assert b"connection: close" in answer
        assert venue.wait() == 0, venue.output


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM])
def test_venue_told_to_end_while_it_starts_ends(venue_directory: Path, order: int) -> None:
    arguments = ["serve", "--data", str(venue_directory), "--http", "127.0.0.1:0"]
    with subprocess.Popen(
        [sys.executable, "-m", "openoutcry", *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("starting the venue")
        process.send_signal(order)
        assert process.wait(15) == 0
    assert not (venue_directory / "postgres" / "data" / "postmaster.pid").exists()


def test_second_start_continues_from_the_journal() -> None:
    with venue_on_disk("--quiet") as venue:
        venue.start()
        exchange = Exchange(venue.url)
        alice = exchange.log_in("alice")
        order = alice.place("AAPL", price=150, quantity=10, clientOrderId="kept")
        venue.stop()
        venue.start()
        # The token of before still holds, and so does everything else.
        assert alice.get(f"/orders/{order['orderId']}") == order | {"fills": []}
        assert alice.place("AAPL", price=150, quantity=10, clientOrderId="kept") == order
        assert alice.cash()["held"] == 1_500
        position = alice.position("AAPL")
        assert position is not None
        assert position["quantity"] == 10_000
        exchange.client.close()


@pytest.fixture
def apart(venue_directory: Path) -> EmbeddedServer:
    """A PostgreSQL of which the venue knows the address alone."""
    return EmbeddedServer(venue_directory)


def test_venue_without_its_database_goes_on_trading(apart: EmbeddedServer) -> None:
    apart.start()
    words = dict(word.split("=") for word in apart.conninfo.replace("'", "").split())
    url = (
        f"postgresql://{words['user']}@/{words['dbname']}?host={words['host']}&port={words['port']}"
    )
    with venue_on_disk("--quiet", "--database-url", url) as venue:
        try:
            venue.start()
            trade_without_database(venue, apart)
        finally:
            apart.stop()


def trade_without_database(venue: VenueProcess, database: EmbeddedServer) -> None:
    exchange = Exchange(venue.url)
    alice, bob = exchange.log_in("alice"), exchange.log_in("bob")
    with exchange.socket() as watcher:
        watcher.subscribe("orders", token=alice.token)
        watcher.receive()
        database.stop()
        alice.place("AAPL", price=150, quantity=10)
        bob.place("AAPL", side="SELL", price=150, quantity=10)
        assert watcher.until(event="FILL")["data"]["status"] == "FILLED"
    assert exchange.anyone.send("GET", "//ready").status_code == 200
    form = {"grant_type": "password", "username": "alice", "password": "alice-demo"}
    answer = exchange.client.post("/oauth2/token", data=form)
    assert (answer.status_code, answer.json()["code"]) == (503, "DATABASE_UNAVAILABLE")
    assert answer.headers["retry-after"]
    listed = exchange.operator.send("GET", "/admin/users")
    assert (listed.status_code, listed.json()["code"]) == (503, "DATABASE_UNAVAILABLE")
    database.start()
    deadline = time.monotonic() + 30
    while exchange.client.post("/oauth2/token", data=form).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    exchange.client.close()


def test_failed_write_stops_the_orders_and_nothing_unwritten_was_acknowledged() -> None:
    with venue_on_disk("--quiet", "--order-rate", "100000") as venue:
        venue.start()
        exchange = Exchange(venue.url)
        alice = exchange.log_in("alice")
        # No file of the venue may grow beyond this: as a full disk does, it fails its next write.
        resource.prlimit(venue.process_id, resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
        kept = []
        while (answer := alice.order("AAPL", price=150, quantity=1)).status_code == 201:
            kept.append(answer.json())
            assert len(kept) < LARGEST_FILE
        for refused in (answer, alice.order("AAPL", price=150, quantity=1)):
            assert (refused.status_code, refused.json()["code"]) == (503, "JOURNAL_FAILED")
        ready = exchange.client.get("/ready")
        assert (ready.status_code, ready.json()["code"]) == (503, "NOT_READY")
        assert ready.json()["detail"] == "The venue cannot write its journal."
        assert exchange.client.get("/health").status_code == 200
        # What is known may still be read.
        assert alice.get(f"/orders/{kept[-1]['orderId']}")["orderId"] == kept[-1]["orderId"]
        assert venue.stop() == 0
        assert venue.output.count("no more commands are accepted") == 1
        venue.start()
        for order in kept:
            assert alice.get(f"/orders/{order['orderId']}")["status"] == "NEW"
        assert alice.cash()["held"] == 150 * len(kept)
        alice.place("AAPL", price=150, quantity=1)
        exchange.client.close()


def test_orders_a_second_of_a_user_are_limited() -> None:
    with venue_on_disk("--quiet", "--order-rate", "5") as venue:
        venue.start()
        exchange = Exchange(venue.url)
        alice, bob = exchange.log_in("alice"), exchange.log_in("bob")
        answers = [alice.order("AAPL", price=150, quantity=1) for _ in range(20)]
        refused = [answer for answer in answers if answer.status_code != 201]
        assert refused
        for answer in refused:
            assert (answer.status_code, answer.json()["code"]) == (429, "RATE_LIMITED")
            assert int(answer.headers["retry-after"]) >= 1
        for answer in answers:
            assert answer.headers["x-ratelimit-limit"] == "5"
            assert int(answer.headers["x-ratelimit-remaining"]) < 5
            assert int(answer.headers["x-ratelimit-reset"]) >= int(time.time())
        kept = alice.get("/orders")["items"]
        assert len(kept) == len(answers) - len(refused)
        # Others are not held up by it, and what is open may be cancelled.
        bob.place("AAPL", price=150, quantity=1)
        assert alice.send("DELETE", f"/orders/{kept[0]['orderId']}").status_code == 200
        exchange.client.close()


def test_venue_says_where_it_keeps_everything_and_how_to_log_in() -> None:
    with venue_on_disk("--quiet") as venue:
        venue.start()
        assert str(venue.directory / "data") in venue.output
        assert f"{venue.url}/" in venue.output
        assert "alice / alice-demo" in venue.output
        venue.stop()
        assert "Traceback" not in venue.output
