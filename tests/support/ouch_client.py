"""An OUCH 5.0 client, written from the protocol's description alone."""

import socket
import struct
from typing import Any, NamedTuple

_EXTRA = {"firm": (2, "4s"), "minimum": (3, ">I"), "floor": (5, ">I"), "post_only": (12, "1s")}


class Report(NamedTuple):
    kind: str
    fields: tuple[Any, ...]


_LAYOUTS = {
    "S": ">Qs",
    "A": ">QIsI8sQssQssss14sH",
    "U": ">QIIsI8sQssQssss14sH",
    "C": ">QIIs",
    "E": ">QIIQsQH",
    "J": ">QIH14s",
    "I": ">QI",
    "T": ">QIQsQ",
    "Q": ">QI",
}


class OuchClient:
    """One connection; `sequence` counts what was read, to go on from after a break."""

    def __init__(
        self,
        address: tuple[str, int],
        username: str,
        password: str,
        sequence: int = 1,
        session: str = "",
    ) -> None:
        self._stream = socket.create_connection(address, 30)
        self._file = self._stream.makefile("rb")
        login = f"{username:6}{password:10}{session:>10}{sequence:>20}"
        self.packet(b"L" + login.encode())
        self.answer = self.receive()
        self.sequence = sequence
        self.session = self.answer[1:11].decode().strip()

    def close(self) -> None:
        self._file.close()
        self._stream.close()

    def packet(self, packet: bytes) -> None:
        self._stream.sendall(len(packet).to_bytes(2, "big") + packet)

    def receive(self) -> bytes:
        """The next packet but heartbeats; empty at the connection's end."""
        while True:
            length = int.from_bytes(self._file.read(2), "big")
            packet = self._file.read(length)
            if packet != b"H":
                return packet

    def report(self) -> Report:
        packet = self.receive()
        assert packet[:1] == b"S", packet
        self.sequence += 1
        kind = packet[1:2].decode()
        return Report(kind, struct.unpack(_LAYOUTS[kind], packet[2:]))

    def enter(
        self,
        reference: int,
        side: str,
        quantity: int,
        symbol: str,
        price: int,
        *,
        tif: str = "0",
        display: str = "Y",
        name: str = "",
        extras: bytes = b"",
    ) -> None:
        fixed = struct.pack(
            ">sIsI8sQsssss14sH",
            b"O",
            reference,
            side.encode(),
            quantity,
            symbol.ljust(8).encode(),
            price,
            tif.encode(),
            display.encode(),
            b"P",
            b"N",
            b"N",
            name.ljust(14).encode(),
            len(extras),
        )
        self.packet(b"U" + fixed + extras)

    def replace(self, old: int, reference: int, quantity: int, price: int) -> None:
        fixed = struct.pack(
            ">sIIIQsss14sH", b"U", old, reference, quantity, price, b"0", b"Y", b"N", b"", 0
        )
        self.packet(b"U" + fixed)

    def cancel(self, reference: int, quantity: int = 0) -> None:
        self.packet(b"U" + struct.pack(">sII", b"X", reference, quantity))

    def query(self) -> None:
        self.packet(b"UQ")


def extra(name: str, value: int | bytes) -> bytes:
    """An extra of a name: length, tag, value."""
    tag, layout = _EXTRA[name]
    body = bytes([tag]) + struct.pack(layout, value)
    return bytes([len(body)]) + body
