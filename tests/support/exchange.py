"""A running venue from the outside: traders of one's own, symbols of one's own."""

import itertools
import string
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import msgspec
from websockets.sync.client import ClientConnection, connect

_decode = msgspec.json.Decoder(float_hook=Decimal).decode

Json = dict[str, Any]


def body_of(response: httpx.Response) -> Any:
    """The JSON of an answer, numbers with a point as exact decimals."""
    return _decode(response.content)


@dataclass(slots=True)
class Caller:
    """Requests with one user's token, or with none, over connections that all callers share."""

    client: httpx.Client
    username: str = ""
    token: str = ""
    account: str = ""

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, **arguments: Any
    ) -> httpx.Response:
        """A request below /api/v1 (`/orders`) or anywhere (`//health`)."""
        path = path[1:] if path.startswith("//") else "/api/v1" + path
        headers = dict(headers or {})
        if self.token:
            headers.setdefault("authorization", f"Bearer {self.token}")
        return self.client.request(method, path, headers=headers, **arguments)

    def get(self, path: str, **query: Any) -> Any:
        """The body of a good answer."""
        response = self.send("GET", path, params=query)
        assert response.status_code == 200, response.text
        return body_of(response)

    def post(self, path: str, body: Json | None = None, status: int = 200) -> Any:
        """The body of the answer, whose status is asserted."""
        response = self.send("POST", path, json=body)
        assert response.status_code == status, response.text
        return body_of(response)

    def order(self, symbol: str, **fields: Any) -> httpx.Response:
        """Send a limit order to buy 100 at 100.00, but for `fields`; None leaves a field out."""
        body = {
            "symbol": symbol,
            "side": "BUY",
            "type": "LIMIT",
            "quantity": 100,
            "price": 100,
            **fields,
        }
        return self.send(
            "POST", "/orders", json={name: word for name, word in body.items() if word is not None}
        )

    def place(self, symbol: str, **fields: Any) -> Json:
        """The order that `order` was answered with, 201."""
        response = self.order(symbol, **fields)
        assert response.status_code == 201, response.text
        return body_of(response)

    def raw(self, body: bytes, **headers: str) -> httpx.Response:
        """POST /orders with exactly these bytes."""
        headers.setdefault("content-type", "application/json")
        return self.send("POST", "/orders", content=body, headers=headers)

    def cash(self) -> Json:
        """total, held, available, settled."""
        return self.get(f"/accounts/{self.account}")["cash"]

    def position(self, symbol: str) -> Json | None:
        """The position in `symbol`, None without one."""
        items = self.get(f"/accounts/{self.account}/positions")["items"]
        return next((item for item in items if item["symbol"] == symbol), None)


class Exchange:
    """One venue, with an operator at hand."""

    def __init__(self, url: str, fix_port: int = 0) -> None:
        self.url = url
        self.fix_port = fix_port
        self.client = httpx.Client(base_url=url, timeout=30)
        self._names = itertools.count(1)
        self.anyone = Caller(self.client)
        self.operator = self.log_in("operator")
        self.compliance = self.log_in("compliance")

    def log_in(self, username: str, password: str | None = None) -> Caller:
        """A caller with a token got by password; `NAME-demo` by default."""
        form = {
            "grant_type": "password",
            "username": username,
            "password": password or f"{username}-demo",
        }
        answer = self.client.post("/oauth2/token", data=form)
        assert answer.status_code == 200, answer.text
        caller = Caller(self.client, username, answer.json()["access_token"])
        accounts = caller.get("/me")["accounts"]
        caller.account = accounts[0] if accounts else ""
        return caller

    def trader(
        self,
        cash: int = 1_000_000,
        shares: dict[str, int] | None = None,
        kyc_status: str = "APPROVED",
    ) -> Caller:
        """A new user with an account that holds this."""
        name = f"trader.{next(self._names)}"
        body = {"username": name, "password": "correct horse", "kycStatus": kyc_status}
        self.operator.post("/admin/users", body, 201)
        caller = self.log_in(name, "correct horse")
        for asset, amount in {"USD": cash, **(shares or {})}.items():
            if amount:
                path = f"/accounts/{caller.account}/deposits"
                self.operator.post(path, {"amount": amount, "asset": asset}, 201)
        return caller

    def symbol(self, previous_close: str = "100.00", **fields: Any) -> str:
        """A new symbol, so that its book is the test's own."""
        number = next(self._names)
        letters = string.ascii_uppercase
        ticker = "Z" + "".join(letters[number // 26**place % 26] for place in (3, 2, 1, 0))
        body = {"symbol": ticker, "previousClose": previous_close, **fields}
        self.operator.post("/admin/symbols", body, 201)
        return ticker

    def socket(self) -> "Socket":
        """A WebSocket."""
        return Socket(self.url)


class Socket:
    """A WebSocket whose messages are read one by one."""

    def __init__(self, url: str) -> None:
        self._connect = connect(
            url.replace("http", "ws", 1) + "/ws/v1", compression=None, max_size=None, proxy=None
        )
        self.connection: ClientConnection

    def __enter__(self) -> "Socket":
        self.connection = self._connect.__enter__()
        return self

    def __exit__(self, *ending: object) -> None:
        self._connect.__exit__(*ending)

    def send(self, message: Json | str | bytes) -> None:
        """A message, or exactly this text."""
        if isinstance(message, dict):
            message = msgspec.json.encode(message).decode()
        self.connection.send(message)

    def subscribe(self, channel: str, *symbols: str, **fields: Any) -> Json:
        """The answer to a subscription: SUBSCRIBED, or ERROR."""
        request: Json = {"action": "subscribe", "channel": channel, **fields}
        if symbols:
            request["symbols"] = list(symbols)
        self.send(request)
        return self.receive()

    def receive(self, timeout: float = 30) -> Any:
        """The next message, or array of messages."""
        return _decode(self.connection.recv(timeout))

    def until(self, **wanted: Any) -> Json:
        """The next message with these members; those before it are dropped."""
        while True:
            message = self.receive()
            if all(message.get(name) == value for name, value in wanted.items()):
                return message
