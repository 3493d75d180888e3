"""Single orders are answered by the connection itself: HTTP holds there as everywhere."""

import itertools
import json
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from exchange import Caller, Exchange

from openoutcry.gateways.rest.body import LARGEST_BODY

ORDERS = "/api/v1/orders"


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Wire:
    """A connection on which every byte is the test's own."""

    connection: socket.socket
    token: str
    _read: bytes = field(default=b"")

    def head(self, method: str, path: str, *lines: str) -> bytes:
        fixed = (f"{method} {path} HTTP/1.1", "host: x", f"authorization: Bearer {self.token}")
        return "\r\n".join((*fixed, *lines, "", "")).encode()

    def order(self, *lines: str, **fields: object) -> bytes:
        """A request for an order to buy 1 AAPL at 1.00, but for `fields`."""
        order = {"symbol": "AAPL", "side": "BUY", "type": "LIMIT", "quantity": 1, "price": 1}
        body = json.dumps(order | fields).encode()
        return self.head("POST", ORDERS, f"content-length: {len(body)}", *lines) + body

    def send(self, *parts: bytes) -> None:
        self.connection.sendall(b"".join(parts))

    def send_each(self, requests: Iterable[bytes]) -> None:
        for request in requests:
            self.send(request)

    def answer(self, *, to_head: bool = False) -> Answer:
        """The next answer."""
        while b"\r\n\r\n" not in self._read:
            self._receive()
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = 0 if to_head else int(headers.get("content-length", 0))
        while len(self._read) < length:
            self._receive()
        body, self._read = self._read[:length], self._read[length:]
        return Answer(int(status.split()[1]), headers, body)

    def ended(self) -> bool:
        """Whether the venue closes, having said no more."""
        return not self._read and not self.connection.recv(1)

    def _receive(self) -> None:
        part = self.connection.recv(65_536)
        assert part, f"the venue hung up after {self._read!r}"
        self._read += part


@pytest.fixture
def trader(exchange: Exchange) -> Caller:
    return exchange.trader()


@pytest.fixture
def wire(exchange: Exchange, trader: Caller) -> Iterator[Wire]:
    url = httpx.URL(exchange.url)
    assert url.port is not None
    with socket.create_connection((url.host, url.port), timeout=30) as connection:
        yield Wire(connection, trader.token)


def placed(answer: Answer) -> str:
    """The id of the order that `answer` acknowledges."""
    assert answer.status == 201, answer.body
    order_id: str = json.loads(answer.body)["orderId"]
    return order_id


def code(answer: Answer) -> str:
    problem: str = json.loads(answer.body)["code"]
    return problem


def test_pipelined_orders_are_carried_out_and_answered_in_order(wire: Wire) -> None:
    names = [f"order-{number}" for number in range(50)]
    wire.send(*[wire.order(f"x-request-id: {name}", clientOrderId=name) for name in names])
    answers = [wire.answer() for _ in names]
    assert [answer.headers["x-request-id"] for answer in answers] == names
    assert [json.loads(answer.body)["clientOrderId"] for answer in answers] == names
    ids = [placed(answer) for answer in answers]
    assert ids == sorted(ids)


def test_pipelined_requests_of_all_kinds_wait_for_one_another(wire: Wire) -> None:
    wire.send(
        wire.order(clientOrderId="first"),
        wire.head("GET", "/health"),
        wire.head("GET", ORDERS + "?limit=1"),
        wire.head("GET", ORDERS + "/nothing"),
        wire.head("GET", "/nothing"),
        wire.order(clientOrderId="second"),
        wire.head("GET", ORDERS + "?limit=1"),
    )
    first, health, listed, missing, nothing, second, listed_again = (
        wire.answer() for _ in range(7)
    )
    assert health.status == 200
    assert [one["orderId"] for one in json.loads(listed.body)["items"]] == [placed(first)]
    assert (code(missing), code(nothing)) == ("UNKNOWN_ORDER", "NOT_FOUND")
    assert [one["orderId"] for one in json.loads(listed_again.body)["items"]] == [placed(second)]


@pytest.mark.parametrize("path", ["/health", ORDERS + "/ORD-0000000001"])
def test_client_that_does_not_read_its_answers_is_not_read(wire: Wire, path: str) -> None:
    wire.connection.settimeout(2)
    with pytest.raises(TimeoutError):
        wire.send(wire.head("GET", path) * 100_000)


def test_answers_wait_for_a_client_that_reads_late(wire: Wire) -> None:
    numbers = itertools.count()
    requests = (
        wire.head("GET", f"{ORDERS}/ORD-9999999999", f"x-request-id: {number}")
        for number in numbers
    )
    wire.connection.settimeout(1)
    with pytest.raises(TimeoutError):
        wire.send_each(requests)
    # All are whole but the last.
    sent = next(numbers) - 1
    wire.connection.settimeout(30)
    for number in range(sent):
        answer = wire.answer()
        assert (code(answer), answer.headers["x-request-id"]) == ("UNKNOWN_ORDER", str(number))


def test_head_of_an_order_is_its_get_without_the_body(wire: Wire) -> None:
    wire.send(wire.order())
    path = f"{ORDERS}/{placed(wire.answer())}"
    wire.send(wire.head("GET", path), wire.head("HEAD", path), wire.head("GET", path))
    whole, head, again = wire.answer(), wire.answer(to_head=True), wire.answer()
    assert (whole.status, head.status, again.body) == (200, 200, whole.body)
    for name in ("content-length", "content-type", "etag"):
        assert head.headers[name] == whole.headers[name]


def test_order_may_come_in_chunks_and_in_single_bytes(wire: Wire) -> None:
    body = b'{"symbol":"AAPL","side":"BUY","type":"LIMIT","quantity":1,"price":1}'
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    request = wire.head("POST", ORDERS, "transfer-encoding: chunked") + chunks
    wire.send(request)
    placed(wire.answer())
    wire.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in request:
        wire.send(bytes((byte,)))
    placed(wire.answer())


@pytest.mark.parametrize("path", ["/api/v1/order%73", "http://x" + ORDERS, ORDERS + "?x=1"])
def test_order_finds_its_way_by_any_spelling_of_its_path(wire: Wire, path: str) -> None:
    wire.send(wire.order().replace(b" /api/v1/orders ", b" %b " % path.encode(), 1))
    placed(wire.answer())


def test_client_that_asks_before_it_sends_is_told_to_go_on(wire: Wire) -> None:
    head, _, body = wire.order("expect: 100-continue").partition(b"\r\n\r\n")
    wire.send(head, b"\r\n\r\n")
    assert wire.answer().status == 100
    wire.send(body)
    placed(wire.answer())


@pytest.mark.parametrize(
    ("line", "status"),
    [("authorization: Bearer nonsense", 401), ("content-type: text/plain", 415)],
)
def test_client_that_asks_before_it_sends_is_refused_by_its_head_alone(
    wire: Wire, line: str, status: int
) -> None:
    wire.send(
        wire.head("POST", ORDERS, "content-length: 70", "expect: 100-continue", line),
    )
    assert wire.answer().status == status


def test_stranger_is_refused_before_the_body_and_the_connection_goes_on(wire: Wire) -> None:
    token, wire.token = wire.token, "nonsense"
    wire.send(wire.head("POST", ORDERS, "content-length: 100000"))
    assert code(wire.answer()) == "INVALID_TOKEN"
    wire.send(b"x" * 100_000)
    wire.token = token
    wire.send(wire.order())
    placed(wire.answer())


def test_oversize_body_is_refused_while_it_comes_and_the_connection_goes_on(wire: Wire) -> None:
    size = 20 * LARGEST_BODY
    wire.send(wire.head("POST", ORDERS, f"content-length: {size}"), b"x" * (2 * LARGEST_BODY))
    assert code(wire.answer()) == "BODY_TOO_LARGE"
    wire.send(b"x" * (size - 2 * LARGEST_BODY), wire.order())
    placed(wire.answer())


def test_body_that_does_not_come_ends_the_connection(wire: Wire) -> None:
    wire.send(wire.head("POST", ORDERS, "content-length: 100"))
    answer = wire.answer()
    assert (answer.status, code(answer)) == (408, "REQUEST_TOO_SLOW")
    assert answer.headers["x-request-id"]
    assert wire.ended()


def test_cancel_needs_no_body_and_does_not_mind_one(wire: Wire) -> None:
    wire.send(wire.order())
    path = f"{ORDERS}/{placed(wire.answer())}"
    wire.send(wire.head("DELETE", path, "content-length: 3"))
    assert json.loads(wire.answer().body)["status"] == "CANCELLED"
    wire.send(b"{}\n", wire.head("GET", path))
    assert json.loads(wire.answer().body)["status"] == "CANCELLED"


@pytest.mark.parametrize(
    "malformed",
    [
        b"POST /api/v1/orders HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST /api/v1/\xffrders HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /api/v1/orders HTTP/1.1\r\ncontent-length: x\r\n\r\n",
        b"ORDER /api/v1/orders HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_malformed_head_behind_an_order_ends_the_connection(
    exchange: Exchange, trader: Caller, wire: Wire, malformed: bytes
) -> None:
    wire.send(wire.order())
    placed(wire.answer())
    wire.send(malformed)
    assert (answer := wire.answer()).status == 400
    assert code(answer) == "MALFORMED_HTTP"
    assert wire.ended()
    assert len(trader.get("/orders")["items"]) == 1


@pytest.mark.parametrize(
    "malformed", [b"no HTTP\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\nhost: x\r\n\r\n"]
)
def test_orders_before_a_malformed_head_are_answered_first(wire: Wire, malformed: bytes) -> None:
    wire.send(wire.order(), wire.head("GET", "/health"), wire.order(), malformed)
    placed(wire.answer())
    assert wire.answer().status == 200
    placed(wire.answer())
    assert code(wire.answer()) == "MALFORMED_HTTP"
    assert wire.ended()


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_client_that_wants_no_more_is_answered_and_hung_up_on(wire: Wire, version: str) -> None:
    line = "connection: close" if version == "1.1" else "x: y"
    wire.send(wire.order(line).replace(b"HTTP/1.1", f"HTTP/{version}".encode(), 1))
    answer = wire.answer()
    placed(answer)
    assert answer.headers["connection"] == "close"
    assert wire.ended()


def test_order_of_a_client_that_says_no_more_is_answered(wire: Wire) -> None:
    wire.send(wire.order(clientOrderId="one"), wire.order(clientOrderId="two"))
    wire.connection.shutdown(socket.SHUT_WR)
    placed(wire.answer())
    placed(wire.answer())
    assert wire.ended()


def test_order_of_a_client_that_is_gone_is_carried_out(
    trader: Caller, wire: Wire, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    wire.send(*[wire.order() for _ in range(10)])
    wire.connection.close()
    eventually(lambda: bool(trader.get("/orders")["items"]))
    trader.place("AAPL", price=1)
