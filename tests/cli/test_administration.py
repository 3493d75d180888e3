"""Users, symbols, accounts and halts, from the command line over the venue's own API."""

import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


def answer(result: Any) -> Any:
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
    return json.loads(result.stdout)


def refused(result: Any) -> str:
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("openoutcry: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_new_trader_gets_an_account_and_is_let_in_and_shut_out(operate: Run) -> None:
    made = answer(
        operate("user", "create", "dora", "--json", OPENOUTCRY_NEW_PASSWORD="first-password")
    )
    assert (made["username"], made["role"], made["kycStatus"]) == ("dora", "trader", "PENDING")
    assert len(made["accounts"]) == 1
    approved = answer(operate("user", "kyc", "dora", "APPROVED", "--json"))
    assert approved["kycStatus"] == "APPROVED"
    assert answer(operate("user", "disable", "Dora", "--json"))["disabled"] is True
    assert answer(operate("user", "enable", "dora", "--json"))["disabled"] is False
    assert "dora" in operate("user", "list").stdout
    changed = operate("user", "password", "dora", OPENOUTCRY_NEW_PASSWORD="second-password")
    assert changed.returncode == 0
    own = {"OPENOUTCRY_USERNAME": "dora", "OPENOUTCRY_PASSWORD": "second-password"}
    (account,) = answer(operate("account", "list", "--json", **own))
    assert account["accountId"] == made["accounts"][0]


def test_deposit_moves_money_once_for_its_reference(operate: Run) -> None:
    user = answer(
        operate("user", "create", "erin", "--json", OPENOUTCRY_NEW_PASSWORD="some-password")
    )
    (account,) = user["accounts"]
    for _ in range(2):
        operate("account", "deposit", account, "1000.50", "--reference", "wire-1")
    answer(operate("account", "deposit", account, 7, "--asset", "AAPL", "--json"))
    moved = answer(operate("account", "withdraw", account, "0.25", "--json"))
    assert (moved["kind"], moved["asset"], moved["amount"]) == ("WITHDRAWAL", "USD", 0.25)
    shown = answer(operate("account", "show", account, "--json"))
    assert shown["cash"]["total"] == 1000.25
    (position,) = [one for one in shown["positions"] if one["quantity"]]
    assert (position["symbol"], position["quantity"]) == ("AAPL", 7)
    assert "1,000.25" in operate("account", "show", account).stdout


def test_suspended_account_and_limits(operate: Run) -> None:
    (account, *_) = answer(operate("account", "list", "--json"))
    number = account["accountId"]
    suspended = answer(operate("account", "suspend", number, "--json"))
    assert suspended == {"accountId": number, "status": "SUSPENDED", "cancelledOrders": []}
    assert answer(operate("account", "activate", number, "--json"))["status"] == "ACTIVE"
    limits = answer(
        operate("account", "limits", number, "--orders", 5, "--value", "10.5", "--json")
    )
    assert limits["maximumOpenOrders"] == 5
    assert limits["maximumOrderValue"] == 10.5
    answer(operate("account", "limits", number, "--json"))


def test_symbol_is_listed_halted_and_resumed(operate: Run) -> None:
    listed = answer(operate("symbol", "add", "ORCL", "120.25", "--tick", "0.05", "--json"))
    assert (listed["symbol"], listed["previousClose"], listed["tickSize"]) == ("ORCL", 120.25, 0.05)
    halted = answer(operate("halt", "ORCL", "--reason", "NEWS", "--json"))
    assert halted == {"symbols": ["ORCL"], "status": "HALTED"}
    statuses = {one["symbol"]: one["status"] for one in answer(operate("symbol", "list", "--json"))}
    assert (statuses["ORCL"], statuses["AAPL"]) == ("HALTED", "OPEN")
    assert answer(operate("resume", "ORCL", "--json"))["status"] == "OPEN"
    assert "ORCL" in operate("symbol", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("user", "disable", "nobody"), "there is no user nobody"),
        (("halt", "NOPE"), "UNKNOWN_SYMBOL"),
        (("account", "deposit", "ACC-999999", "1"), "UNKNOWN_ACCOUNT"),
        (("account", "deposit", "ACC-000001", "0"), "INVALID_AMOUNT"),
        (("symbol", "add", "AAPL", "1"), "ALREADY_LISTED"),
    ],
)
def test_venues_refusal_is_one_line_with_its_code(
    operate: Run, arguments: tuple[str, ...], said: str
) -> None:
    assert said in refused(operate(*arguments))


def test_wrong_password_and_missing_venue_are_one_line(
    operate: Run, openoutcry: Run, unused_tcp_port: int
) -> None:
    assert "invalid_grant" in refused(operate("user", "list", OPENOUTCRY_PASSWORD="guess-guess"))
    away = openoutcry(
        "user",
        "list",
        "--url",
        f"http://127.0.0.1:{unused_tcp_port}",
        OPENOUTCRY_USERNAME="a",
        OPENOUTCRY_PASSWORD="b",
    )
    assert "no venue answers at" in refused(away)


def test_trader_is_no_operator(operate: Run) -> None:
    alice = {"OPENOUTCRY_USERNAME": "alice", "OPENOUTCRY_PASSWORD": "alice-demo"}
    assert "FORBIDDEN" in refused(operate("halt", **alice))


@pytest.mark.parametrize(
    "arguments",
    [
        ("account", "deposit", "ACC-000001", "much"),
        ("user", "list"),
        ("user", "create", "zoe", "--data", "/nowhere"),
    ],
)
def test_missing_or_malformed_words_are_bad_usage(
    openoutcry: Run, arguments: tuple[str, ...]
) -> None:
    result = openoutcry(*arguments, OPENOUTCRY_NEW_PASSWORD="long-enough")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1


def test_password_is_never_printed(operate: Run) -> None:
    result = operate("user", "list", OPENOUTCRY_PASSWORD="guess-guess")
    assert "guess-guess" not in result.stdout + result.stderr
