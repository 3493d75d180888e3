"""Where a gateway listens."""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Self

from openoutcry.errors import StartError


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a TCP port; port 0 asks the operating system for a free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `HOST:PORT`, an IPv6 host in brackets. Raises ValueError with what was expected."""
        host, colon, port = text.rpartition(":")
        bracketed = host.startswith("[") and host.endswith("]")
        host = host[1:-1] if bracketed else host
        if not colon or not host or (":" in host) != bracketed or any(map(str.isspace, host)):
            raise ValueError("expected HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080")
        if not (port.isascii() and port.isdecimal() and len(port) <= 5 and int(port) <= 65535):
            raise ValueError("expected a port from 0 to 65535 after the last colon")
        return cls(host, int(port))

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it. A name other than localhost counts as beyond."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def bind(address: Address) -> socket.socket:
    """Return a listening socket. Raises StartError, in one line, where that is not possible."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address.host, address.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise StartError(f"cannot listen on {address}: {error.strerror or error}") from None
    listener.setblocking(False)
    return listener
