"""Readers of the ITCH feed, written from the protocols' descriptions alone."""

import random
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

_HEADER = struct.Struct(">10sQH")


def messages_in(packet: bytes) -> Iterator[bytes]:
    """The messages of a MoldUDP64 packet."""
    at = _HEADER.size
    while at < len(packet):
        length = int.from_bytes(packet[at : at + 2], "big")
        yield packet[at + 2 : at + 2 + length]
        at += 2 + length


@dataclass(slots=True)
class MoldReader:
    """Hears a group, loses what chance tells it to, and asks for it again."""

    group: tuple[str, int]
    rerequest: tuple[str, int]
    loss: float
    chance: random.Random
    messages: list[bytes] = field(default_factory=list)
    lost: int = 0
    ended: bool = False
    _session: bytes = b""
    _heard: socket.socket = field(init=False)
    _asking: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self._heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._heard.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._heard.bind(self.group)
        member = socket.inet_aton(self.group[0]) + socket.inet_aton("127.0.0.1")
        self._heard.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        self._heard.settimeout(10)
        self._asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._asking.settimeout(1)

    def close(self) -> None:
        self._heard.close()
        self._asking.close()

    def catch_up(self) -> None:
        """Hear everything up to a heartbeat that promises nothing newer, or to the end."""
        while not self.ended:
            packet = self._heard.recv(2048)
            session, sequence, count = _HEADER.unpack_from(packet)
            self._session = self._session or session
            assert session == self._session, "one session from start to end"
            if count not in {0, 0xFFFF} and self.chance.random() < self.loss:
                self.lost += 1
                continue
            while len(self.messages) + 1 < sequence:
                self._ask(sequence)
            if count == 0:
                return
            self.ended = count == 0xFFFF
            if not self.ended:
                self._take(packet)

    def _ask(self, before: int) -> None:
        first = len(self.messages) + 1
        count = min(before - first, 0xFFFE)
        self._asking.sendto(_HEADER.pack(self._session, first, count), self.rerequest)
        answer = self._asking.recv(2048)
        assert _HEADER.unpack_from(answer)[:2] == (self._session, first)
        self._take(answer)

    def _take(self, packet: bytes) -> None:
        _, sequence, count = _HEADER.unpack_from(packet)
        carried = list(messages_in(packet))
        assert len(carried) == count
        assert len(packet) <= 1_400
        self.messages += carried[max(len(self.messages) + 1 - sequence, 0) :]


class SoupReader:
    """A SoupBinTCP client that reads what is sequenced."""

    def __init__(self, address: tuple[str, int], sequence: int = 1, session: str = "") -> None:
        self._stream = socket.create_connection(address, 30)
        self._file = self._stream.makefile("rb")
        login = f"{'reader':6}{'':10}{session:>10}{sequence:>20}"
        self.send(b"L" + login.encode())
        self.answer = self.receive()

    def close(self) -> None:
        self._file.close()
        self._stream.close()

    def send(self, packet: bytes) -> None:
        self._stream.sendall(len(packet).to_bytes(2, "big") + packet)

    def receive(self) -> bytes:
        """The next packet; empty at the connection's end."""
        length = int.from_bytes(self._file.read(2), "big")
        return self._file.read(length)

    def read(self, count: int) -> list[bytes]:
        """So many sequenced messages."""
        messages: list[bytes] = []
        while len(messages) < count:
            packet = self.receive()
            assert packet, "the connection ended"
            if packet[:1] == b"S":
                messages.append(packet[1:])
        return messages
