"""What is answered survives: restarts, kill -9, damage told from a torn tail."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from engine_venue import BUY, DOLLAR, SELL, Venue

from openoutcry import _engine

FIRST_SEGMENT = "00000000000000000001.log"
HEADER_BYTES = 4096

# Sends orders one after another and says of each that it was answered.
SENDER = """
import sys
from pathlib import Path
from engine_venue import BUY, SELL, Venue
venue = Venue(Path(sys.argv[1])).found()
while True:
    for account, side in ((2, SELL), (1, BUY)):
        answer = venue.order(account, side, 1, 150)
        print(answer.made, flush=True)
"""


def segment(venue: Venue) -> Path:
    return venue.directory / "journal" / FIRST_SEGMENT


def test_a_restart_finds_everything(venue: Venue) -> None:
    venue.order(2, SELL, 5, 150)
    venue.order(1, BUY, 3, 150, name=b"bought")
    before = (venue.engine.state_hash(), venue.engine.entries(1), venue.engine.orders(2))
    told: list[tuple[int, int]] = []
    venue.engine.close()
    again = _engine.Sequencer.open(
        str(venue.directory), lambda done, total: told.append((done, total))
    )
    assert (again.state_hash(), again.entries(1), again.orders(2)) == before
    status = again.status()
    assert (status.recovered, status.commands, status.truncated_bytes) == (9, 0, 0)
    assert told[-1][0] == told[-1][1] > 0
    again.close()


def test_whatever_was_answered_is_there_after_kill_9(
    tmp_path: Path, open_venue: Callable[[], Venue]
) -> None:
    data = tmp_path / "data"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent / "support")}
    with subprocess.Popen(
        [sys.executable, "-c", SENDER, str(data)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as sender:
        assert sender.stdout is not None
        answered = [int(sender.stdout.readline()) for _ in range(501)]
        sender.send_signal(signal.SIGKILL)
        answered += [int(line) for line in sender.stdout]
    venue = open_venue()
    last = answered[-1]
    for number in answered:
        order = venue.engine.order(number)
        assert order is not None
        # A last order to sell may have met its buyer, whose answer was on its way.
        assert order.status == "FILLED" or (number == last and last % 2 == 1)
    assert venue.engine.status().recovered >= 7 + len(answered)
    cash = [account.cash for account in map(venue.engine.account, (1, 2)) if account]
    assert sum(cash) == 2 * 10**12
    assert _engine.verify(str(data)).discrepancies == []


def test_a_directory_belongs_to_one_venue(venue: Venue) -> None:
    with pytest.raises(_engine.DirectoryInUse, match=f"in use by process {os.getpid()}"):
        _engine.Sequencer.open(str(venue.directory))
    venue.engine.close()
    _engine.Sequencer.open(str(venue.directory)).close()


def test_a_torn_tail_is_cut_off_and_reported(venue: Venue, open_venue: Callable[[], Venue]) -> None:
    venue.order(1, BUY, 1, 100)
    digest = venue.engine.state_hash()
    venue.engine.close()
    whole = segment(venue).read_bytes()
    segment(venue).write_bytes(whole + whole[HEADER_BYTES : HEADER_BYTES + 70])
    found = _engine.verify(str(venue.directory)).discrepancies
    assert len(found) == 1
    assert found[0].startswith(f"torn tail: segment {FIRST_SEGMENT} at byte {len(whole)}: ")
    again = open_venue()
    assert again.engine.status().truncated_bytes > 0
    assert again.engine.state_hash() == digest
    again.order(1, BUY, 1, 100)
    assert _engine.verify(str(venue.directory)).discrepancies == []


def test_damage_before_the_tail_stops_the_start_and_changes_nothing(venue: Venue) -> None:
    for _ in range(3):
        venue.order(1, BUY, 1, 100)
    venue.engine.close()
    damaged = bytearray(segment(venue).read_bytes())
    damaged[HEADER_BYTES + 200] ^= 1
    segment(venue).write_bytes(damaged)
    expected = f"journal damaged: segment {FIRST_SEGMENT} at byte {HEADER_BYTES}: "
    with pytest.raises(_engine.JournalDamaged) as raised:
        _engine.Sequencer.open(str(venue.directory))
    assert str(raised.value).startswith(expected)
    assert segment(venue).read_bytes() == damaged
    (line,) = _engine.verify(str(venue.directory)).discrepancies
    assert line == str(raised.value)


def test_verify_works_beside_a_running_venue(venue: Venue) -> None:
    venue.order(2, SELL, 5, 150)
    venue.order(1, BUY, 3, 150)
    verified = _engine.verify(str(venue.directory))
    assert verified.discrepancies == []
    assert (verified.commands, verified.segments) == (9, 1)
    assert verified.state_hash == venue.engine.state_hash()
    assert verified.bytes == venue.engine.status().journal_bytes
    assert len(verified.chain) == 64


def test_verify_of_no_venue_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(_engine.EngineError, match="cannot list the journal's segments"):
        _engine.verify(str(tmp_path))
    (tmp_path / "journal").mkdir()
    assert _engine.verify(str(tmp_path)).discrepancies == ["there is no journal"]


def test_a_path_that_is_no_directory_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(_engine.EngineError, match="cannot use data directory"):
        _engine.Sequencer.open(str(file))


def test_an_exception_in_progress_ends_the_start(venue: Venue) -> None:
    venue.engine.close()

    def stop(_done: int, _total: int) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        _engine.Sequencer.open(str(venue.directory), stop)
    with pytest.raises(KeyError, match="enough"):
        _engine.verify(str(venue.directory), stop)
    _engine.Sequencer.open(str(venue.directory)).close()


def test_a_closed_venue_answers_what_waited_and_takes_nothing_more(venue: Venue) -> None:
    venue.engine.submit(_engine.cancel_order(1, 1) * 5_000)
    venue.engine.close()
    assert len(venue.engine.answers()) == 5_000
    with pytest.raises(_engine.JournalFailed, match="shutting down"):
        venue.engine.submit(_engine.cancel_order(1, 1))
    assert not venue.engine.status().accepting
    assert venue.engine.quote(0).previous_close == 150 * DOLLAR * 100
    venue.engine.close()


def test_a_full_disk_stops_the_venue_and_nothing_answered_is_lost(
    venue: Venue, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    import resource

    venue.order(1, BUY, 1, 100)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Beyond its limit a file takes no more, as on a full disk; the signal would end the process.
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, limits[1]))
    answered = 0

    def fill() -> int:
        venue.engine.submit(_engine.cancel_order(1, 999) * 100_000)
        eventually(lambda: not (venue.engine.status().queued and venue.engine.status().accepting))
        return len(venue.engine.answers())

    try:
        with pytest.raises(_engine.JournalFailed, match="journal failed: writing segment"):  # noqa: PT012 - until it raises
            while True:
                answered += fill()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    answered += len(venue.engine.answers())
    failure = venue.engine.status().failure
    assert failure is not None
    assert "File too large" in failure
    assert venue.engine.order(1) is not None, "reads go on"
    again = venue.reopen()
    assert again.engine.status().sequence >= 8 + answered
    again.engine.close()


def test_submitting_and_reading_from_many_threads(venue: Venue) -> None:
    stop = threading.Event()
    failures: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.is_set():
                depth = venue.engine.depth(0)
                assert not (depth.bids and depth.asks and depth.bids[0] >= depth.asks[0])
                venue.engine.orders(1)
                venue.engine.status()
        except BaseException as error:  # noqa: BLE001 - the test's own thread reports it
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(100):
        venue.order(2, SELL, 1, 150)
        venue.order(1, BUY, 1, 150)
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(venue.engine.trades(0)) == 100
