"""Every malformed order gets a code and changes nothing."""

from typing import Any

import pytest
from exchange import Caller, Exchange

GOOD = {"symbol": "AAPL", "side": "BUY", "type": "LIMIT", "quantity": 1, "price": 150}


@pytest.fixture(scope="module")
def trader(exchange: Exchange) -> Caller:
    return exchange.trader()


def refused(trader: Caller, body: bytes, status: int, code: str, **headers: str) -> None:
    orders = trader.get("/orders", limit=500)
    response = trader.raw(body, **headers)
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.json()["detail"]) < 250
    assert trader.get("/orders", limit=500) == orders
    assert trader.cash()["held"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "MALFORMED_JSON"),
        (b"{", "MALFORMED_JSON"),
        (b"null", "INVALID_BODY"),
        (b"[]", "INVALID_BODY"),
        (b'"order"', "INVALID_BODY"),
        (b"NaN", "MALFORMED_JSON"),
        (b"\xef\xbb\xbf{}", "MALFORMED_JSON"),
        (b"[" * 10_000, "INVALID_BODY"),
        (b'{"symbol":' + b"[" * 10_000, "INVALID_FIELD"),
        (b'{"x":' + b'{"x":' * 3_000, "UNKNOWN_FIELD"),
        (b'{"symbol":"\xff\xfe"}', "MALFORMED_JSON"),
        (b'{"symbol":"\\ud800"}', "MALFORMED_JSON"),
        (b'{"sym\xffbol":"AAPL"}', "MALFORMED_JSON"),
        (b'{"symbol":"A","side":"BUY","type":"MARKET","quantity":1} {}', "MALFORMED_JSON"),
        (b"{'symbol':'AAPL'}", "MALFORMED_JSON"),
    ],
)
def test_what_is_no_order_in_json_is_refused(trader: Caller, body: bytes, code: str) -> None:
    refused(trader, body, 400, code)


def encoded(fields: dict[str, Any]) -> bytes:
    """JSON in which a value of bytes stands for itself."""
    import json

    members = [
        json.dumps(name).encode() + b":" + (v if isinstance(v, bytes) else json.dumps(v).encode())
        for name, v in fields.items()
    ]
    return b"{" + b",".join(members) + b"}"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"quantity": 0}, "INVALID_QUANTITY"),
        ({"quantity": -1}, "INVALID_QUANTITY"),
        ({"quantity": 1.5}, "INVALID_QUANTITY"),
        ({"quantity": "1.5"}, "INVALID_QUANTITY"),
        ({"quantity": "ten"}, "INVALID_QUANTITY"),
        ({"quantity": ""}, "INVALID_QUANTITY"),
        ({"quantity": None}, "INVALID_QUANTITY"),
        ({"quantity": True}, "INVALID_QUANTITY"),
        ({"quantity": []}, "INVALID_QUANTITY"),
        ({"quantity": {}}, "INVALID_QUANTITY"),
        ({"quantity": 2**32}, "INVALID_QUANTITY"),
        ({"quantity": 10**18}, "INVALID_QUANTITY"),
        ({"quantity": b"1" * 5_000}, "INVALID_QUANTITY"),
        ({"quantity": b"1e400"}, "INVALID_QUANTITY"),
        ({"quantity": "NaN"}, "INVALID_QUANTITY"),
        ({"quantity": "1_0"}, "INVALID_QUANTITY"),
        ({"quantity": " 1"}, "INVALID_QUANTITY"),
        ({"quantity": "+1"}, "INVALID_QUANTITY"),
        ({"quantity": "0x10"}, "INVALID_QUANTITY"),
        ({"quantity": "\u0661"}, "INVALID_QUANTITY"),
        ({"price": 0}, "INVALID_PRICE"),
        ({"price": -150.5}, "INVALID_PRICE"),
        ({"price": b"-0.0"}, "INVALID_PRICE"),
        ({"price": "abc"}, "INVALID_PRICE"),
        ({"price": "NaN"}, "INVALID_PRICE"),
        ({"price": "Infinity"}, "INVALID_PRICE"),
        ({"price": "-Infinity"}, "INVALID_PRICE"),
        ({"price": b"1e400"}, "INVALID_PRICE"),
        ({"price": b"1e-400"}, "INVALID_PRICE"),
        ({"price": b"1E99"}, "INVALID_PRICE"),
        ({"price": 429_496.7296}, "INVALID_PRICE"),
        ({"price": b"9" * 17}, "INVALID_PRICE"),
        ({"price": b"9" * 5_000}, "INVALID_PRICE"),
        ({"price": b"1." + b"0" * 5_000}, "INVALID_PRICE"),
        ({"price": True}, "INVALID_PRICE"),
        ({"price": ["150"]}, "INVALID_PRICE"),
        ({"price": "150,00"}, "INVALID_PRICE"),
        ({"price": "$150"}, "INVALID_PRICE"),
        ({"price": "015"}, "INVALID_PRICE"),
        ({"price": "\u0661\u0662"}, "INVALID_PRICE"),
        ({"stopPrice": -1}, "INVALID_PRICE"),
        ({"price": b"NaN"}, "MALFORMED_JSON"),
        ({"price": b"Infinity"}, "MALFORMED_JSON"),
        ({"price": b"0x1"}, "MALFORMED_JSON"),
        ({"price": b".5"}, "MALFORMED_JSON"),
        ({"side": "buy"}, "INVALID_FIELD"),
        ({"side": "HOLD"}, "INVALID_FIELD"),
        ({"side": 1}, "INVALID_FIELD"),
        ({"side": None}, "INVALID_FIELD"),
        ({"type": "TELEPATHIC"}, "INVALID_FIELD"),
        ({"timeInForce": "FOREVER"}, "INVALID_FIELD"),
        ({"symbol": ""}, "INVALID_FIELD"),
        ({"symbol": "A" * 33}, "INVALID_FIELD"),
        ({"symbol": 7}, "INVALID_FIELD"),
        ({"symbol": None}, "INVALID_FIELD"),
        ({"clientOrderId": ""}, "INVALID_FIELD"),
        ({"clientOrderId": "x" * 64}, "INVALID_FIELD"),
        ({"clientOrderId": "é" * 32}, "INVALID_FIELD"),
        ({"clientOrderId": "a\u0000b"}, "INVALID_FIELD"),
        ({"clientOrderId": "line\nbreak"}, "INVALID_FIELD"),
        ({"clientOrderId": "\u202eright to left"}, "INVALID_FIELD"),
        ({"clientOrderId": 5}, "INVALID_FIELD"),
        ({"selfTradePrevention": "MAYBE"}, "INVALID_FIELD"),
        ({"orderId": "ORD-0000000001"}, "UNKNOWN_FIELD"),
        ({"Price": 150}, "UNKNOWN_FIELD"),
        ({"client_order_id": "x"}, "UNKNOWN_FIELD"),
        ({"__proto__": {}}, "UNKNOWN_FIELD"),
    ],
)
def test_field_that_makes_no_sense_is_named(
    trader: Caller, fields: dict[str, Any], code: str
) -> None:
    body = encoded(GOOD | fields)
    refused(trader, body, 400, code)
    if code != "MALFORMED_JSON":
        assert trader.raw(body).json()["field"] == next(iter(fields))


@pytest.mark.parametrize("missing", ["symbol", "side", "type", "quantity"])
def test_missing_field_is_named(trader: Caller, missing: str) -> None:
    body = encoded({name: value for name, value in GOOD.items() if name != missing})
    refused(trader, body, 400, "MISSING_FIELD")
    assert trader.raw(body).json()["field"] == missing


@pytest.mark.parametrize(
    "body",
    [
        b'{"symbol":"AAPL","symbol":"MSFT","side":"BUY","type":"LIMIT","quantity":1,"price":150}',
        b'{"symbol":"AAPL","side":"BUY","type":"LIMIT","quantity":1,"price":150,"price" :1}',
        b'{"symbol":"AAPL","side":"BUY","type":"LIMIT","quantity":1,"price":null,"price":150}',
        b'{"symbol":"AAPL","side":"BUY","type":"LIMIT","quantity":1,"price":150,"pric\\u0065":1}',
    ],
)
def test_field_given_twice_is_refused(trader: Caller, body: bytes) -> None:
    refused(trader, body, 400, "DUPLICATE_FIELD")


def test_colon_inside_a_text_is_no_repeated_field(exchange: Exchange) -> None:
    order = exchange.trader().place("AAPL", price=150, clientOrderId='a:"b":c')
    assert order["clientOrderId"] == 'a:"b":c'


def test_field_that_is_null_counts_as_left_out(exchange: Exchange) -> None:
    body = encoded(GOOD | {"stopPrice": None, "timeInForce": None, "clientOrderId": None})
    assert exchange.trader().raw(body).status_code == 201


def test_number_in_scientific_notation_is_exact(exchange: Exchange) -> None:
    response = exchange.trader().raw(encoded(GOOD | {"price": b"1.5005e2", "quantity": b"1E0"}))
    assert b'"price":150.05,' in response.content


def test_body_has_a_largest_size(trader: Caller) -> None:
    refused(trader, b'{"symbol":"' + b"A" * 20_000 + b'"}', 413, "BODY_TOO_LARGE")


def test_body_has_a_largest_size_in_chunks_too(trader: Caller) -> None:
    response = trader.send(
        "POST",
        "/orders",
        content=(b"[" * 1_000 for _ in range(50)),
        headers={"content-type": "application/json"},
    )
    assert (response.status_code, response.json()["code"]) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "",
        "nonsense",
        "application/json; charset=utf-16",
        'application/json;a=b; Charset = "latin-1"',
    ],
)
def test_body_must_be_json_by_its_type(trader: Caller, content_type: str) -> None:
    body = encoded(GOOD)
    refused(trader, body, 415, "UNSUPPORTED_MEDIA_TYPE", **{"content-type": content_type})


@pytest.mark.parametrize("path", ["/orders", "/api-keys", "//oauth2/token"])
def test_encoded_body_is_refused_instead_of_misread(trader: Caller, path: str) -> None:
    answer = trader.send("POST", path, content=b"{}", headers={"content-encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_body_in_utf_8_may_say_so(trader: Caller, charset: str) -> None:
    content_type = f"application/json; charset={charset}"
    headers = {"content-type": content_type, "content-encoding": "identity"}
    assert trader.raw(encoded(GOOD), **headers).status_code == 201


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_by_any_of_its_spellings_is_taken(exchange: Exchange, content_type: str) -> None:
    response = exchange.trader().raw(encoded(GOOD), **{"content-type": content_type})
    assert response.status_code == 201


@pytest.mark.parametrize(
    "order_id",
    [
        "ORD-0000000000",
        "ORD-9999999999",
        "ORD-99999999999999999999999999",
        "ORD-1",
        "ORD-00000000001",
        "ord-0000000001",
        "0000000001",
        "ORD-" + "\u0660" * 9 + "\u0661",
        "ORD-000000000x",
        "%00",
        "..%2f..%2fetc%2fpasswd",
        "' OR 1=1",
        "x" * 5_000,
    ],
)
def test_order_id_that_names_nothing_is_not_found(trader: Caller, order_id: str) -> None:
    for method in ("GET", "DELETE", "PATCH"):
        json = {"quantity": 1} if method == "PATCH" else None
        response = trader.send(method, f"/orders/{order_id}", json=json)
        assert response.status_code == 404, (method, response.text)
        assert response.json()["code"] in {"UNKNOWN_ORDER", "NOT_FOUND"}
