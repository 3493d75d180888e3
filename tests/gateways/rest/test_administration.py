"""What operators do, and that nobody else may."""

from decimal import Decimal

import pytest
from exchange import Caller, Exchange

ADMINISTRATION = [
    ("POST", "/admin/users", {"username": "intruder", "password": "correct horse"}),
    ("GET", "/admin/users", None),
    ("POST", "/admin/users/1/disable", None),
    ("POST", "/admin/users/1/enable", None),
    ("POST", "/admin/users/1/kyc", {"status": "APPROVED"}),
    ("POST", "/admin/users/1/password", {"newPassword": "correct horse"}),
    ("POST", "/admin/accounts", {"userId": 1, "type": "CASH", "reference": "x"}),
    ("POST", "/admin/accounts/ACC-000001/status", {"status": "SUSPENDED"}),
    ("POST", "/admin/accounts/ACC-000001/limits", {"maximumOpenOrders": 1}),
    ("POST", "/admin/symbols", {"symbol": "MINE", "previousClose": 1}),
    ("POST", "/admin/halts", {}),
    ("POST", "/admin/resumes", {}),
    ("POST", "/admin/end-of-day", {}),
    ("POST", "/accounts/ACC-000001/deposits", {"amount": 1_000_000}),
    ("POST", "/accounts/ACC-000001/withdrawals", {"amount": 1}),
]


@pytest.mark.parametrize(("method", "path", "body"), ADMINISTRATION)
@pytest.mark.parametrize("role", ["trader", "compliance"])
def test_administration_needs_an_operator(
    exchange: Exchange, role: str, method: str, path: str, body: object
) -> None:
    caller = exchange.log_in("alice") if role == "trader" else exchange.compliance
    response = caller.send(method, path, json=body)
    assert (response.status_code, response.json()["code"]) == (403, "FORBIDDEN")


def test_new_trader_has_an_account_of_the_type_asked_for(exchange: Exchange) -> None:
    body = {"username": "margo", "password": "correct horse", "accountType": "MARGIN"}
    user = exchange.operator.post("/admin/users", body, 201)
    assert (user["role"], user["kycStatus"], user["disabled"]) == ("trader", "PENDING", False)
    (account,) = user["accounts"]
    assert exchange.operator.get(f"/accounts/{account}")["type"] == "MARGIN"
    again = exchange.operator.send("POST", "/admin/users", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "USERNAME_TAKEN")


def test_new_operator_has_no_account(exchange: Exchange) -> None:
    body = {"username": "second.operator", "password": "correct horse", "role": "operator"}
    assert exchange.operator.post("/admin/users", body, 201)["accounts"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "x"},
        {"username": "no spaces", "password": "correct horse"},
        {"username": "short", "password": "short"},
        {"username": "role", "password": "correct horse", "role": "emperor"},
        {"username": "x" * 33, "password": "correct horse"},
        {"username": "kyc", "password": "correct horse", "kycStatus": "PERHAPS"},
    ],
)
def test_user_that_makes_no_sense_is_refused(exchange: Exchange, body: object) -> None:
    assert exchange.operator.send("POST", "/admin/users", json=body).status_code == 400


def test_users_are_listed_page_after_page(exchange: Exchange) -> None:
    first = exchange.operator.get("/admin/users", limit=2)
    assert [user["username"] for user in first["items"]] == ["alice", "bob"]
    second = exchange.operator.get("/admin/users", limit=2, cursor=first["next"])
    assert [user["username"] for user in second["items"]] == ["carol", "mona"]


def test_disabled_user_is_shut_out_at_once(exchange: Exchange) -> None:
    trader = exchange.trader()
    user_id = trader.get("/me")["userId"]
    assert exchange.operator.post(f"/admin/users/{user_id}/disable")["disabled"]
    assert trader.send("GET", "/me").status_code == 401
    assert trader.order("AAPL", price=150).status_code == 401
    assert not exchange.operator.post(f"/admin/users/{user_id}/enable")["disabled"]
    assert exchange.log_in(trader.username, "correct horse").account == trader.account


def test_password_given_by_an_operator_replaces_the_old_one(exchange: Exchange) -> None:
    trader = exchange.trader()
    path = f"/admin/users/{trader.get('/me')['userId']}/password"
    exchange.operator.post(path, {"newPassword": "battery staple"})
    assert trader.send("GET", "/me").status_code == 401
    exchange.log_in(trader.username, "battery staple")


@pytest.mark.parametrize("user_id", ["0", "-1", "x", "99999999999999999999"])
def test_user_id_that_is_none_is_refused(exchange: Exchange, user_id: str) -> None:
    response = exchange.operator.send("POST", f"/admin/users/{user_id}/disable")
    assert response.status_code == 400


def test_unknown_user_is_not_found(exchange: Exchange) -> None:
    response = exchange.operator.send("POST", "/admin/users/2000000000/disable")
    assert (response.status_code, response.json()["code"]) == (404, "UNKNOWN_USER")


def test_second_account_is_opened_once_for_each_reference(exchange: Exchange) -> None:
    trader = exchange.trader()
    body = {
        "userId": trader.get("/me")["userId"],
        "type": "MARGIN",
        "reference": f"second of {trader.username}",
    }
    account = exchange.operator.post("/admin/accounts", body, 201)
    assert exchange.operator.post("/admin/accounts", body, 201) == account
    assert trader.get("/me")["accounts"] == [trader.account, account["accountId"]]
    other = exchange.trader()
    theirs = body | {"userId": other.get("/me")["userId"]}
    opened = exchange.operator.post("/admin/accounts", theirs, 201)
    assert other.get("/me")["accounts"] == [other.account, opened["accountId"]]


def test_order_goes_to_the_account_that_it_names(exchange: Exchange) -> None:
    trader = exchange.trader()
    body = {
        "userId": trader.get("/me")["userId"],
        "type": "CASH",
        "reference": f"other of {trader.username}",
    }
    second = exchange.operator.post("/admin/accounts", body, 201)["accountId"]
    response = trader.order("AAPL", price=150, accountId=second)
    assert response.json()["code"] == "INSUFFICIENT_FUNDS"
    exchange.operator.post(f"/accounts/{second}/deposits", {"amount": 15_000}, 201)
    placed = trader.place("AAPL", price=150, accountId=second)
    assert placed["accountId"] == second
    assert [order["accountId"] for order in trader.get("/orders")["items"]] == [second] * 2
    assert trader.get("/orders", accountId=trader.account)["items"] == []


def test_kill_switch_cancels_all_orders_and_refuses_new_ones(exchange: Exchange) -> None:
    trader = exchange.trader()
    orders = {trader.place("AAPL", price=150, quantity=n)["orderId"] for n in (1, 2)}
    path = f"/admin/accounts/{trader.account}/status"
    answer = exchange.operator.post(path, {"status": "SUSPENDED"})
    assert set(answer["cancelledOrders"]) == orders
    assert trader.get(f"/accounts/{trader.account}")["status"] == "SUSPENDED"
    assert trader.order("AAPL", price=150).json()["code"] == "ACCOUNT_SUSPENDED"
    exchange.operator.post(path, {"status": "ACTIVE"})
    trader.place("AAPL", price=150)


def test_limits_are_shown_and_taken_back(exchange: Exchange) -> None:
    path = f"/admin/accounts/{exchange.trader().account}/limits"
    body = {"maximumOpenOrders": 7, "maximumOrderValue": "1000.50"}
    limits = exchange.operator.post(path, body)
    assert (limits["maximumOpenOrders"], limits["maximumOrderValue"]) == (7, Decimal("1000.50"))
    limits = exchange.operator.post(path, {})
    assert (limits["maximumOpenOrders"], limits["maximumOrderValue"]) == (None, None)


@pytest.mark.parametrize(
    "body",
    [
        {"maximumOpenOrders": -1},
        {"maximumOpenOrders": 2**32},
        {"maximumOpenOrders": 1.5},
        {"maximumOrderValue": -1},
        {"maximumOrderValue": "x"},
        {"maximumOrders": 1},
    ],
)
def test_limits_that_make_no_sense_are_refused(exchange: Exchange, body: object) -> None:
    path = f"/admin/accounts/{exchange.trader().account}/limits"
    assert exchange.operator.send("POST", path, json=body).status_code == 400


def test_listed_symbol_trades_at_once(exchange: Exchange) -> None:
    body = {"symbol": "ORCL", "previousClose": "100.25", "tickSize": "0.05"}
    listed = exchange.operator.post("/admin/symbols", body, 201)
    assert (listed["last"], listed["tickSize"]) == (Decimal("100.25"), Decimal("0.05"))
    again = exchange.operator.send("POST", "/admin/symbols", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "ALREADY_LISTED")
    trader = exchange.trader()
    trader.place("ORCL", price="100.20")
    assert trader.order("ORCL", price="100.21").json()["code"] == "OFF_TICK"


@pytest.mark.parametrize(
    "body",
    [
        {"symbol": "lower", "previousClose": 1},
        {"symbol": "TOOLONGER", "previousClose": 1},
        {"symbol": "-", "previousClose": 1},
        {"symbol": "", "previousClose": 1},
        {"symbol": "OK", "previousClose": 0},
        {"symbol": "OK", "previousClose": "1.00001"},
        {"symbol": "OK"},
        {"symbol": "OK", "previousClose": 1, "sweepCollar": -1},
        {"symbol": "OK", "previousClose": 1, "tickSize": 0},
    ],
)
def test_symbol_that_makes_no_sense_is_refused(exchange: Exchange, body: object) -> None:
    assert exchange.operator.send("POST", "/admin/symbols", json=body).status_code == 400


def test_halt_and_resume_show_in_the_list_of_symbols(exchange: Exchange) -> None:
    symbol = exchange.symbol()

    def status() -> str:
        items = exchange.anyone.get("/symbols", limit=500)["items"]
        return next(item["status"] for item in items if item["symbol"] == symbol)

    body = {"symbol": symbol, "reason": "NEWS"}
    assert exchange.operator.post("/admin/halts", body) == {
        "symbols": [symbol],
        "status": "HALTED",
    }
    assert status() == "HALTED"
    assert exchange.operator.post("/admin/resumes", body)["status"] == "OPEN"
    assert status() == "OPEN"
    unknown = exchange.operator.send("POST", "/admin/halts", json={"symbol": "NOPE"})
    assert unknown.status_code == 404


def test_orders_of_a_halted_symbol_may_be_cancelled(exchange: Exchange) -> None:
    symbol, trader = exchange.symbol(), exchange.trader()
    order = trader.place(symbol)
    exchange.operator.post("/admin/halts", {"symbol": symbol})
    assert trader.send("DELETE", f"/orders/{order['orderId']}").status_code == 200


def test_end_of_day_expires_day_orders_and_takes_the_close(exchange: Exchange) -> None:
    symbol = exchange.symbol()
    buyer, seller = exchange.trader(), exchange.trader(0, {symbol: 10})
    seller.place(symbol, side="SELL", quantity=1, price=102)
    buyer.place(symbol, quantity=1, price=102)
    day, gtc = (buyer.place(symbol, timeInForce=force) for force in ("DAY", "GTC"))
    ended = exchange.operator.post("/admin/end-of-day", {"symbol": symbol})
    assert ended == {"closes": [{"symbol": symbol, "close": Decimal("102.00")}]}
    assert buyer.get(f"/orders/{day['orderId']}")["status"] == "EXPIRED"
    assert buyer.get(f"/orders/{gtc['orderId']}")["status"] == "NEW"


def test_operator_and_compliance_read_everything(exchange: Exchange) -> None:
    trader: Caller = exchange.trader()
    order = trader.place("AAPL", price=150)
    for reader in (exchange.operator, exchange.compliance):
        assert reader.get(f"/orders/{order['orderId']}")["orderId"] == order["orderId"]
        assert reader.get("/orders", accountId=trader.account)["items"] == [order]
        assert reader.get(f"/accounts/{trader.account}/portfolio")["accountId"] == trader.account
        first = reader.get("/accounts", limit=3)
        assert [item["accountId"] for item in first["items"]] == [
            "ACC-000001",
            "ACC-000002",
            "ACC-000003",
        ]
        rest = reader.get("/accounts", limit=3, cursor=first["next"])
        assert rest["items"][0]["accountId"] == "ACC-000004"


def test_operator_sends_no_orders(exchange: Exchange) -> None:
    response = exchange.operator.order("AAPL", price=150)
    assert (response.status_code, response.json()["code"]) == (403, "FORBIDDEN")
