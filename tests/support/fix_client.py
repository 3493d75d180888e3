"""A FIX client that says exactly what a test tells it to."""

import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

SOH = b"\x01"
VENUE = "OPENOUTCRY"
Pairs = list[tuple[str, str]]


def utc(seconds: float = 0) -> str:
    """The time now, or so many seconds later, as FIX writes it."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y%m%d-%H:%M:%S")


def sealed(inner: bytes, begin: str = "FIX.4.4") -> bytes:
    """A whole message around what stands between its length and its checksum."""
    message = b"8=%b\x019=%d\x01" % (begin.encode(), len(inner)) + inner
    return message + b"10=%03d\x01" % (sum(message) % 256)


def pairs_of(message: bytes) -> Pairs:
    """Tags and values in their order."""
    fields = [field.partition(b"=") for field in message.rstrip(SOH).split(SOH)]
    return [(tag.decode(), value.decode()) for tag, _, value in fields]


class FixClient:
    """One connection, and the numbers of its session."""

    # All that were made, for whoever has to close them.
    clients: ClassVar[list["FixClient"]] = []

    def __init__(self, port: int, comp_id: str, username: str, password: str) -> None:
        self.port = port
        self.comp_id = comp_id
        self.login = [("553", username), ("554", password)]
        self.next_out = 1
        self.bodies: dict[int, tuple[str, Pairs]] = {}
        self._received = b""
        self.socket = socket.socket()
        self.connect()
        FixClient.clients.append(self)

    def connect(self) -> None:
        """Another connection of the same session."""
        self.close()
        self._received = b""
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_on(self, *fields: tuple[str, str]) -> dict[str, str]:
        """Log on; the answer."""
        self.send("A", [("98", "0"), ("108", "30"), *self.login, *fields])
        return self.receive("A")

    def message(self, kind: str, fields: Pairs, header: dict[str, str] | None = None) -> bytes:
        """A message with our next number, but for `header`."""
        head = {
            "35": kind,
            "34": str(self.next_out),
            "49": self.comp_id,
            "52": utc(),
            "56": VENUE,
            **(header or {}),
        }
        begin = head.pop("8", "FIX.4.4")
        pairs = [(tag, value) for tag, value in head.items() if value != "-"]
        text = "".join(f"{tag}={value}\x01" for tag, value in [*pairs, *fields])
        return sealed(text.encode(), begin)

    def send(self, kind: str, fields: Pairs, header: dict[str, str] | None = None) -> None:
        """Send a message; with our next number, the one after it is next."""
        self.socket.sendall(self.message(kind, fields, header))
        if "34" not in (header or {}):
            self.bodies[self.next_out] = (kind, fields)
            self.next_out += 1

    def send_again(self, number: int) -> None:
        """Send what had this number again; a gap in place of what was no order."""
        kind, fields = self.bodies.get(number, ("0", []))
        header = {"34": str(number), "43": "Y", "122": utc()}
        if kind not in "DFG":
            kind, fields = "4", [("123", "Y"), ("36", str(number + 1))]
        self.send(kind, fields, header)

    def secure(self, certificate: Path) -> None:
        """Go on in TLS, trusting this certificate alone."""
        context = ssl.create_default_context(cafile=str(certificate))
        self.socket = context.wrap_socket(self.socket, server_hostname="127.0.0.1")

    def raw(self, data: bytes) -> None:
        """Send exactly this."""
        self.socket.sendall(data)

    def next_message(self) -> Pairs | None:
        """The next message, None at the end of the connection."""
        while True:
            end = self._received.find(b"\x0110=")
            if end >= 0:
                end = self._received.index(SOH, end + 1) + 1
                message, self._received = self._received[:end], self._received[end:]
                return self.checked(message)
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self._received += data

    @staticmethod
    def checked(message: bytes) -> Pairs:
        """The fields of a message whose length and checksum hold."""
        pairs = pairs_of(message)
        body = message.index(SOH, message.index(b"\x019=") + 1) + 1
        trailer = message.rindex(b"10=")
        assert [tag for tag, _ in pairs[:3]] == ["8", "9", "35"]
        assert int(pairs[1][1]) == trailer - body
        assert int(pairs[-1][1]) == sum(message[:trailer]) % 256
        return pairs

    def receive(self, *kinds: str) -> dict[str, str]:
        """The next message of one of these types; heartbeats before it are dropped."""
        while True:
            pairs = self.next_message()
            assert pairs is not None, f"the connection ended before {kinds}"
            message = dict(pairs)
            if message["35"] == "0" and "0" not in kinds:
                continue
            assert not kinds or message["35"] in kinds, message
            return message

    def closed(self, within: float = 15) -> bool:
        """Whether the venue ends the connection, having said nothing more."""
        self.socket.settimeout(within)
        ended = self.next_message() is None
        self.socket.settimeout(30)
        return ended

    def silent(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for a while."""
        time.sleep(seconds)
        self.socket.setblocking(False)
        try:
            self._received += self.socket.recv(65536)
        except BlockingIOError:
            pass
        finally:
            self.socket.settimeout(30)
        return not self._received

    def order(self, name: str, symbol: str, **fields: str) -> None:
        """Buy 100 at 100.00, but for `fields` named by T and their tag; empty ones are left out."""
        order = {
            "11": name,
            "55": symbol,
            "54": "1",
            "60": utc(),
            "38": "100",
            "40": "2",
            "44": "100.00",
        }
        order.update({tag.lstrip("T"): value for tag, value in fields.items()})
        self.send("D", [(tag, value) for tag, value in order.items() if value])

    def close(self) -> None:
        """Break the connection off."""
        self.socket.close()
