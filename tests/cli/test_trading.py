"""Log in once, then trade and look, from the command line."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from venue_process import VenueProcess

Run = Callable[..., Any]


@pytest.fixture
def trade(openoutcry: Run, venue: VenueProcess, tmp_path: Path) -> Run:
    """Run the command with a configuration folder of the test's own."""

    def run(*arguments: object, **variables: str) -> Any:
        places = {"OPENOUTCRY_URL": venue.url, "XDG_CONFIG_HOME": str(tmp_path)}
        return openoutcry(*arguments, **(places | variables))

    return run


@pytest.fixture
def alice(trade: Run) -> Run:
    """The same for alice, who has logged in."""
    result = trade("login", "--username", "alice", OPENOUTCRY_PASSWORD="alice-demo")
    assert result.returncode == 0, result.stderr
    assert "as alice" in result.stdout
    return trade


def answer(result: Any) -> Any:
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
    return json.loads(result.stdout)


def refused(result: Any, code: int = 1) -> str:
    assert (result.returncode, result.stdout) == (code, "")
    assert result.stderr.startswith("openoutcry: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_key_is_kept_where_its_owner_alone_can_read_it(alice: Run, tmp_path: Path) -> None:
    (path,) = tmp_path.rglob("logins.json")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert "alice-demo" not in path.read_text()


def test_orders_are_placed_changed_listed_and_cancelled(alice: Run) -> None:
    placed = answer(alice("order", "buy", "aapl", 100, "--limit", "140.25", "--json"))
    assert (placed["status"], placed["price"], placed["type"]) == ("NEW", 140.25, "LIMIT")
    name = placed["orderId"]
    changed = answer(alice("order", "replace", name, "--shares", 60, "--json"))
    assert changed["quantity"] == 60
    listed = answer(alice("order", "list", "--status", "NEW", "--json"))
    assert name in {one["orderId"] for one in listed}
    assert "140.25" in alice("order", "list").stdout
    assert "140.25" in alice("order", "show", name).stdout
    assert alice("order", "cancel", name).stdout == f"cancelled {name}\n"
    assert "ORDER_ALREADY_DONE" in refused(alice("order", "cancel", name))


def test_each_combination_of_prices_is_its_type(alice: Run) -> None:
    stop = answer(alice("order", "sell", "AAPL", 5, "--stop", "100", "--json"))
    assert (stop["type"], stop["status"]) == ("STOP", "PENDING_TRIGGER")
    both = answer(alice("order", "sell", "AAPL", 5, "--stop", "100", "--limit", "99", "--json"))
    assert both["type"] == "STOP_LIMIT"
    market = answer(alice("order", "sell", "META", 5, "--json"))
    assert (market["type"], market["status"]) == ("MARKET", "CANCELLED")
    assert alice("order", "cancel", "--all").stdout.count("cancelled ") == 2
    assert alice("order", "cancel", "--all").stdout == "no open orders\n"


def test_positions_show_cash_and_shares(alice: Run) -> None:
    (portfolio,) = answer(alice("positions", "--json"))
    assert {one["symbol"] for one in portfolio["positions"]} >= {"AAPL", "MSFT"}
    assert "AAPL" in alice("positions").stdout


def test_what_is_wrong_is_said_in_a_line(alice: Run, trade: Run) -> None:
    assert "say what is to change" in refused(alice("order", "replace", "ORD-1"), 2)
    assert "name an order, or say --all" in refused(alice("order", "cancel"), 2)
    assert "UNKNOWN_SYMBOL" in refused(alice("order", "buy", "NOPE", 1))
    assert "shows a picture" in refused(alice("book", "AAPL", "--watch", "--json"), 2)
    assert "is no number" in refused(alice("order", "buy", "AAPL", 1, "--limit", "x"), 2)


def test_log_in_again_replaces_the_key_and_logging_out_revokes_it(
    alice: Run, tmp_path: Path
) -> None:
    (path,) = tmp_path.rglob("logins.json")
    (first,) = json.loads(path.read_text()).values()
    assert alice("login", "--username", "alice", OPENOUTCRY_PASSWORD="alice-demo").returncode == 0
    (second,) = json.loads(path.read_text()).values()
    assert first["client_id"] != second["client_id"]
    assert alice("logout", OPENOUTCRY_PASSWORD="alice-demo").returncode == 0
    assert json.loads(path.read_text()) == {}
    assert "nobody is logged in" in refused(alice("logout"), 2)
    assert "username is missing" in refused(alice("positions"), 2)


def test_wrong_password_logs_nobody_in(trade: Run, tmp_path: Path) -> None:
    result = trade("login", "--username", "alice", OPENOUTCRY_PASSWORD="wrong")
    assert "invalid_grant" in refused(result)
    assert not list(tmp_path.rglob("logins.json"))


def test_broken_file_of_keys_is_named(alice: Run, tmp_path: Path) -> None:
    (path,) = tmp_path.rglob("logins.json")
    path.write_text("{")
    assert str(path) in refused(alice("positions"), 2)


def test_book_is_shown_once(alice: Run) -> None:
    answer(alice("order", "buy", "AMZN", 70, "--limit", "170", "--json"))
    shown = alice("book", "amzn", "--depth", 5)
    assert "170.00" in shown.stdout
    assert "one side is empty" in shown.stdout
    assert answer(alice("book", "AMZN", "--json"))["bids"][0]["quantity"] == 70
    assert "UNKNOWN_SYMBOL" in refused(alice("book", "NOPE"))
    alice("order", "cancel", "--all")


def test_book_is_followed_until_ctrl_c(alice: Run, venue: VenueProcess) -> None:
    terminal, theirs = pty.openpty()
    command = [sys.executable, "-m", "openoutcry", "book", "AMZN", "--watch", "--url", venue.url]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "80", "LINES": "30"}
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    try:
        assert re.search("the book is empty", read_until(terminal, "the book is empty"))
        alice("order", "buy", "AMZN", 71, "--limit", "171.5")
        assert "71" in read_until(terminal, "171.50")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
        alice("order", "cancel", "--all")


def read_until(terminal: int, wanted: str) -> str:
    """What the terminal shows until `wanted` is there."""
    shown = ""
    deadline = time.monotonic() + 30
    while wanted not in shown:
        ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, shown
        shown += os.read(terminal, 65536).decode()
    return shown
