"""What holds for every request, whatever it asks for."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest
from exchange import Exchange

from openoutcry.gateways.rest import protocol

CHUNKED = b"POST /api/v1/orders HTTP/1.1\r\nhost: y\r\ntransfer-encoding: chunked\r\n\r\n"
UPGRADE = (
    b"GET /ws/v1 HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
)


@contextmanager
def raw_connection(exchange: Exchange) -> Iterator[socket.socket]:
    url = httpx.URL(exchange.url)
    assert url.port is not None
    with socket.create_connection((url.host, url.port), timeout=30) as connection:
        yield connection


def read_all(connection: socket.socket) -> bytes:
    answer = b""
    while part := connection.recv(65_536):
        answer += part
    return answer


def test_request_id_comes_back(exchange: Exchange) -> None:
    for path in ("/api/v1/venue", "/api/v1/orders/ORD-0000000001", "/nothing", "/"):
        answer = exchange.client.get(path, headers={"x-request-id": "my-id-1"})
        assert answer.headers["x-request-id"] == "my-id-1"


@pytest.mark.parametrize("given", [None, "", "x" * 129, "caf\u00e9".encode(), b"tab\there"])
def test_request_without_a_usable_id_gets_a_new_one(
    exchange: Exchange, given: str | bytes | None
) -> None:
    headers = {} if given is None else {"x-request-id": given}
    ids = {exchange.client.get("/health", headers=headers).headers["x-request-id"] for _ in "ab"}
    assert len(ids) == 2
    assert given not in ids


@pytest.mark.parametrize(
    "path", ["/nothing", "/api/v1/nothing", "/api/v1/orders/a/b", "/api/v1/orders/", "/api/v2/me"]
)
def test_path_without_anything_is_a_problem(exchange: Exchange, path: str) -> None:
    answer = exchange.client.post(path, json={})
    assert answer.status_code in {404, 405}
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in {"NOT_FOUND", "METHOD_NOT_ALLOWED"}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/v1/orders", "DELETE, GET, POST"),
        ("PUT", "/api/v1/orders/ORD-0000000001", "DELETE, GET, PATCH"),
        ("POST", "/api/v1/symbols", "GET"),
        ("DELETE", "/api/v1/api-keys", "GET, POST"),
        ("GET", "/oauth2/token", "POST"),
    ],
)
def test_wrong_method_says_which_are_right(
    exchange: Exchange, method: str, path: str, allowed: str
) -> None:
    answer = exchange.client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("path", ["/health", "/ready", "/api/v1/symbols", "/docs", "/"])
def test_head_is_get_without_the_body(exchange: Exchange, path: str) -> None:
    whole, head = exchange.client.get(path), exchange.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


def test_private_answers_are_not_kept_by_caches(exchange: Exchange) -> None:
    for path in ("/me", "/orders", "/orders/ORD-0000000001"):
        answer = exchange.operator.send("GET", path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "bytes_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost x\r\n\r\n",
        b"POST /api/v1/orders HTTP/1.1\r\ncontent-length: -5\r\n\r\n",
        b"POST /api/v1/orders HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
        b"POST /api/v1/orders HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_http_is_answered_and_hung_up_on(exchange: Exchange, bytes_: bytes) -> None:
    with raw_connection(exchange) as connection:
        connection.sendall(bytes_)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert exchange.client.get("/health").status_code == 200


def test_headers_have_a_largest_size(exchange: Exchange) -> None:
    with raw_connection(exchange) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nx: " + b"a" * protocol.LARGEST_HEAD)
        answer = read_all(connection)
    assert b"HEAD_TOO_LARGE" in answer


@pytest.mark.parametrize(
    "bytes_",
    [
        b"GET /health HTTP/1.1\r\nhost: x\r\nx: " + b"a" * protocol.LARGEST_HEAD + b"\r\n\r\n",
        b"GET /health HTTP/1.1\r\nhost: x\r\n" + b"x: a\r\n" * 10_000 + b"\r\n",
        b"GET /" + b"a" * protocol.LARGEST_HEAD + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_head_that_comes_at_once_has_the_same_bound(exchange: Exchange, bytes_: bytes) -> None:
    with raw_connection(exchange) as connection:
        connection.sendall(bytes_)
        assert b"HEAD_TOO_LARGE" in connection.recv(65_536)


@pytest.mark.parametrize("bytes_", [b"1;" + b"a" * 60_000, b"0\r\n" + b"x: a\r\n" * 10_000])
def test_what_surrounds_a_body_is_bounded(exchange: Exchange, bytes_: bytes) -> None:
    token = exchange.trader().token.encode()
    with raw_connection(exchange) as connection:
        lines = b"host: y\r\nexpect: 100-continue\r\nauthorization: Bearer " + token
        connection.sendall(CHUNKED.replace(b"host: y", lines))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(bytes_)
        assert b"HEAD_TOO_LARGE" in connection.recv(65_536)


def test_trailers_are_no_headers(exchange: Exchange) -> None:
    token = exchange.operator.token.encode()
    with raw_connection(exchange) as connection:
        connection.sendall(
            b"POST /api/v1/admin/symbols HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
            b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
            b"authorization: Bearer " + token + b"\r\n\r\n"
        )
        assert read_all(connection).startswith(b"HTTP/1.1 401 ")


ENDLESS = {
    "nothing": b"",
    "half a head": b"GET /health HTTP/1.1\r\nhost: x\r\n",
    "an order's body": CHUNKED,
    "a chunk's extension": CHUNKED + b"1;aaa",
    "trailers": CHUNKED + b"1\r\n{\r\n0\r\nx: a\r\n",
    "a form": b"POST /oauth2/token HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n",
    "a form's end": b"POST /oauth2/token HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n123",
    "a whole request and half a head": b"GET /health HTTP/1.1\r\nhost: x\r\n\r\nGET /he",
}
# They have had their answer when the rest of their bodies does not come.
ANSWERED = {
    "a body that nobody reads": (
        b"GET /health HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n1",
        b"200",
    ),
    "a stranger's order": (
        b"POST /api/v1/orders HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n",
        b"401",
    ),
}


def test_request_that_never_ends_is_hung_up_on(exchange: Exchange) -> None:
    token = exchange.trader().token.encode()
    with ExitStack() as stack:
        opened = {}
        for name, bytes_ in (ENDLESS | {name: one for name, (one, _) in ANSWERED.items()}).items():
            opened[name] = stack.enter_context(raw_connection(exchange))
            opened[name].sendall(
                bytes_.replace(b"host: y", b"host: y\r\nauthorization: Bearer " + token)
            )
        answers = {name: read_all(connection) for name, connection in opened.items()}
    for name in ENDLESS:
        assert b"REQUEST_TOO_SLOW" in answers[name], name
    for name, (_, status) in ANSWERED.items():
        assert answers[name].startswith(b"HTTP/1.1 " + status), name
        assert answers[name].count(b"HTTP/1.1 ") == 1, name


def test_request_that_drips_is_hung_up_on(exchange: Exchange) -> None:
    token = exchange.trader().token.encode()
    head = CHUNKED.replace(b"host: y", b"host: y\r\nauthorization: Bearer " + token)
    drips = {
        b"x: a\r\n": b"GET /health HTTP/1.1\r\nhost: x\r\n",
        b"1\r\n \r\n": head,
        b"y: a\r\n": head + b"0\r\n",
        b"a": b"GET /health HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n",
    }
    with ExitStack() as stack:
        opened = {drop: stack.enter_context(raw_connection(exchange)) for drop in drips}
        for drop, connection in opened.items():
            connection.sendall(drips[drop])
        deadline = time.monotonic() + 6 * protocol.REQUEST_DEADLINE_S
        while opened and time.monotonic() < deadline:
            time.sleep(0.2)
            for drop, connection in list(opened.items()):
                try:
                    connection.sendall(drop)
                except OSError:
                    del opened[drop]
    assert not opened


@pytest.mark.parametrize(
    "head",
    [
        b"GET /health HTTP/1.1\r\n",
        b"GET /health HTTP/1.1\r\nhost: x\r\nhost: x\r\n",
        b"POST /api/v1/orders HTTP/1.1\r\n",
        b"GET /health\r\n",
        UPGRADE.replace(b"GET", b"POST"),
        UPGRADE.replace(b"HTTP/1.1", b"HTTP/1.0"),
        UPGRADE + b"content-length: 5\r\n",
        UPGRADE.replace(b"websocket", b"h2c") + b"content-length: 5\r\n",
        UPGRADE + b"transfer-encoding: chunked\r\n",
    ],
)
def test_head_that_leaves_open_what_is_asked_is_refused(exchange: Exchange, head: bytes) -> None:
    with raw_connection(exchange) as connection:
        connection.sendall(head + b"\r\n")
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"MALFORMED_HTTP" in answer


def test_http_1_0_needs_no_host(exchange: Exchange) -> None:
    with raw_connection(exchange) as connection:
        connection.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        assert read_all(connection).startswith(b"HTTP/1.1 200 ")


def test_http_goes_on_behind_an_upgrade_that_is_not_made(exchange: Exchange) -> None:
    with raw_connection(exchange) as connection:
        connection.sendall(
            UPGRADE.replace(b"websocket", b"h2c")
            + b"\r\nGET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        )
        assert read_all(connection).count(b"HTTP/1.1 ") == 2


def test_pipelined_requests_are_answered_in_order(exchange: Exchange) -> None:
    with raw_connection(exchange) as connection:
        for number in range(3):
            ending = b"connection: close\r\n" if number == 2 else b""
            connection.sendall(
                b"GET /health HTTP/1.1\r\nhost: x\r\nx-request-id: %d\r\n%s\r\n" % (number, ending)
            )
        answer = read_all(connection)
    assert [answer.index(b"x-request-id: %d" % number) for number in range(3)] == sorted(
        answer.index(b"x-request-id: %d" % number) for number in range(3)
    )


def test_half_closed_connection_still_gets_its_answer(exchange: Exchange) -> None:
    with raw_connection(exchange) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "ending", [b"", b"content-length: 100\r\n\r\n{", b"transfer-encoding: chunked\r\n\r\n5\r\n{"]
)
def test_client_that_goes_away_in_its_request_harms_nobody(
    exchange: Exchange, ending: bytes
) -> None:
    token = exchange.log_in("alice").token.encode()
    with raw_connection(exchange) as connection:
        connection.sendall(
            b"POST /api/v1/orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
            + token
            + b"\r\n"
            + ending
        )
    assert exchange.client.get("/health").status_code == 200


def test_metrics_have_bounded_labels(exchange: Exchange) -> None:
    for number in range(20):
        exchange.client.get(f"/api/v1/orders/ORD-{number:010d}")
        exchange.client.request(f"ODD{number}", f"/odd/{number}")
    text = exchange.client.get("/metrics").text
    assert 'route="/api/v1/orders/{orderId}"' in text
    assert "ODD" not in text
    assert "odd/" not in text
    assert "openoutcry_engine_accepting 1.0" in text
    assert 'openoutcry_engine_sync_seconds{quantile="0.99"}' in text


def test_docs_need_no_internet(exchange: Exchange) -> None:
    page = exchange.client.get("/docs")
    assert page.status_code == 200
    assert "http" not in page.text.replace(page.text[: page.text.index("<html")], "")
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js", "favicon-32x32.png"):
        assert f"docs/{name}" in page.text
        assert exchange.client.get(f"/docs/{name}").status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_terminal_is_served_with_its_cache_rules(exchange: Exchange) -> None:
    page = exchange.client.get("/")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in page.headers["content-security-policy"]
    asset = page.text.split('src="./')[1].split('"')[0]
    script = exchange.client.get("/" + asset)
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    etag = {"if-none-match": script.headers["etag"]}
    assert exchange.client.get("/" + asset, headers=etag).status_code == 304


@pytest.mark.parametrize(
    "path", ["/assets/nothing.js", "/../pyproject.toml", "/%2e%2e/settings.py", "/src/main.tsx"]
)
def test_terminal_serves_nothing_but_its_files(exchange: Exchange, path: str) -> None:
    answer = exchange.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
