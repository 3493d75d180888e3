"""Where a venue's API is."""

import ssl
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from openoutcry.client.errors import ClientError

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The parts of a base URL such as `http://127.0.0.1:8080`; `path` has no slash at its end."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read a base URL. Raises ClientError for anything but http and https with a host."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ClientError(f"{url!r} is no URL") from None
        if parts.scheme not in _PORTS or not parts.hostname or parts.query or parts.fragment:
            raise ClientError(f"{url!r}: expected a URL such as http://127.0.0.1:8080")
        return cls(
            parts.scheme, parts.hostname, port or _PORTS[parts.scheme], parts.path.rstrip("/")
        )

    @property
    def authority(self) -> str:
        """Host and port as the Host header names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def websocket(self) -> str:
        """The URL of the WebSocket API."""
        scheme = "wss" if self.scheme == "https" else "ws"
        return f"{scheme}://{self.authority}{self.path}/ws/v1"

    def tls(self) -> ssl.SSLContext | None:
        """The certificates to trust; None where the connection is plain."""
        return ssl.create_default_context() if self.scheme == "https" else None
