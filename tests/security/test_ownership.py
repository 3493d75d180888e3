"""What is another's is not there."""

import pytest
from exchange import Caller, Exchange


@pytest.fixture(scope="module")
def owner(exchange: Exchange) -> Caller:
    return exchange.trader()


@pytest.fixture(scope="module")
def stranger(exchange: Exchange) -> Caller:
    return exchange.trader()


def test_another_users_account_is_not_found(owner: Caller, stranger: Caller) -> None:
    base = f"/accounts/{owner.account}"
    for path in ("", "/positions", "/portfolio", "/ledger", "/trades"):
        theirs = stranger.send("GET", base + path)
        nobodys = stranger.send("GET", "/accounts/ACC-999999" + path)
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.json() == nobodys.json()
    assert [item["accountId"] for item in stranger.get("/accounts")["items"]] == [stranger.account]


def test_another_users_order_is_not_found(owner: Caller, stranger: Caller) -> None:
    order = owner.place("AAPL", price=150)
    for method, json in (("GET", None), ("DELETE", None), ("PATCH", {"quantity": 1})):
        theirs = stranger.send(method, f"/orders/{order['orderId']}", json=json)
        nobodys = stranger.send(method, "/orders/ORD-0999999999", json=json)
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.json() == nobodys.json()
    assert owner.get(f"/orders/{order['orderId']}")["version"] == 1
    assert stranger.get("/orders")["items"] == []


def test_another_users_account_takes_no_orders(owner: Caller, stranger: Caller) -> None:
    before = owner.get("/orders")
    for account in (owner.account, "ACC-999999", "ACC-1", "", "x" * 1_000):
        response = stranger.order("AAPL", price=150, accountId=account)
        assert (response.status_code, response.json()["code"]) == (404, "UNKNOWN_ACCOUNT")
    assert owner.get("/orders") == before


def test_lists_and_mass_cancels_of_another_are_not_found(owner: Caller, stranger: Caller) -> None:
    for method in ("GET", "DELETE"):
        response = stranger.send(method, "/orders", params={"accountId": owner.account})
        assert (response.status_code, response.json()["code"]) == (404, "UNKNOWN_ACCOUNT")


def test_client_order_id_of_another_reveals_nothing(owner: Caller, stranger: Caller) -> None:
    owner.place("AAPL", price=150, clientOrderId="secret plan")
    order = stranger.place("AAPL", price=149, clientOrderId="secret plan")
    assert order["accountId"] == stranger.account


def test_private_channels_of_another_are_not_found(
    exchange: Exchange, owner: Caller, stranger: Caller
) -> None:
    with exchange.socket() as socket:
        for channel in ("orders", "account"):
            answer = socket.subscribe(channel, token=stranger.token, accountId=owner.account)
            assert (answer["event"], answer["code"]) == ("ERROR", "UNKNOWN_ACCOUNT")
