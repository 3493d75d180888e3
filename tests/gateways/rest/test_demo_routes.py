"""The demo's reset."""

from decimal import Decimal

from exchange import Exchange


def test_reset_brings_the_callers_account_back_to_its_start(exchange: Exchange) -> None:
    bob, carol = exchange.log_in("bob"), exchange.log_in("carol")
    bob.place("XOM", side="SELL", price="117.45", quantity=10)
    carol.place("XOM", price="117.45", quantity=10)
    kept = carol.place("XOM", price="110.00", quantity=1)
    gone = bob.place("XOM", price="100.00", quantity=1)
    assert bob.post("/demo/reset") == {"accounts": [bob.account]}
    assert bob.cash()["total"] == bob.cash()["available"] == Decimal(1_000_000)
    position = bob.position("XOM")
    assert position is not None
    assert position["quantity"] == 10_000
    assert bob.get(f"/orders/{gone['orderId']}")["status"] == "CANCELLED"
    assert carol.get(f"/orders/{kept['orderId']}")["status"] == "NEW"
    assert carol.cash()["total"] < 1_000_000


def test_operator_starts_everyone_afresh(exchange: Exchange) -> None:
    mona = exchange.log_in("mona")
    mona.place("JPM", price="200.00", quantity=1)
    answer = exchange.operator.post("/demo/reset")
    assert len(answer["accounts"]) == 4
    assert mona.account in answer["accounts"]
    assert mona.cash()["held"] == 0


def test_accounts_that_the_demo_did_not_open_are_left_alone(exchange: Exchange) -> None:
    trader = exchange.trader(5)
    assert trader.post("/demo/reset") == {"accounts": []}
    assert trader.cash()["total"] == 5


def test_compliance_resets_nothing(exchange: Exchange) -> None:
    assert exchange.compliance.send("POST", "/demo/reset").status_code == 403


def test_mona_has_a_margin_account(exchange: Exchange) -> None:
    mona = exchange.log_in("mona")
    assert mona.get(f"/accounts/{mona.account}")["type"] == "MARGIN"
