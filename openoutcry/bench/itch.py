"""The ITCH feed: events of the engine become messages, which are kept and sent as packets."""

import socket
import threading
from pathlib import Path

from openoutcry import _engine
from openoutcry.bench.case import Case

_SYMBOLS = 100
_GROUP = "239.192.0.2"
_HEADER = 20  # bytes of a packet, the last two its count
_LARGEST = 2_048


class _Listener:
    """One reader of the group, who counts what it hears."""

    def __init__(self) -> None:
        self.heard = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 23)
        self._socket.bind((_GROUP, 0))
        member = socket.inet_aton(_GROUP) + socket.inet_aton("127.0.0.1")
        self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        self._socket.settimeout(0.2)
        self.port: int = self._socket.getsockname()[1]
        self._ending = False
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                packet = self._socket.recv(_LARGEST)
            except TimeoutError:
                if self._ending:
                    return
                continue
            self.heard += int.from_bytes(packet[_HEADER - 2 : _HEADER], "big")

    def close(self) -> None:
        """Hear what is still on its way, and end."""
        self._ending = True
        self._thread.join()
        self._socket.close()


def bench_itch(directory: Path, *, quick: bool) -> list[Case]:
    """Publish as fast as one thread can, to a group that one reader hears."""
    listener = _Listener()
    try:
        messages, packets, nanoseconds = _engine.measure_feed(
            _SYMBOLS,
            300_000 if quick else 3_000_000,
            f"{_GROUP}:{listener.port}",
            str(directory),
        )
    finally:
        listener.close()
    return [
        Case.timed(
            "itch/publish",
            f"{_SYMBOLS} symbols, turns of 256 commands; one thread from events to MoldUDP64 "
            "packets on loopback, with one reader in Python",
            messages * 1e9 / nanoseconds,
            messages=messages,
            packets=packets,
            heard_percent=round(100 * listener.heard / messages),
        )
    ]
