"""The connections of one client."""

import asyncio

from openoutcry.client.connection import Connection, Response
from openoutcry.client.endpoint import Endpoint
from openoutcry.client.errors import Unreachable


class Pool:
    """Lends connections to requests: the most recently used first, new ones up to `size`."""

    def __init__(self, endpoint: Endpoint, *, size: int, timeout: float) -> None:
        self.endpoint = endpoint
        self._idle: list[Connection] = []
        self._slots = asyncio.Semaphore(size)
        self._timeout = timeout

    async def send(self, request: bytes, *, repeatable: bool) -> Response:
        """Send one whole request.

        A venue may close an idle connection just as a request leaves on it; a `repeatable`
        request is then sent once more on a new one. Raises Unreachable and BadAnswer.
        """
        try:
            async with asyncio.timeout(self._timeout), self._slots:
                connection = self._take()
                if connection is not None:
                    try:
                        return await self._send(connection, request)
                    except Unreachable:
                        if not repeatable:
                            raise
                return await self._send(await Connection.open(self.endpoint), request)
        except TimeoutError:
            raise Unreachable(
                f"{self.endpoint.authority} gave no answer in {self._timeout:g} seconds"
            ) from None

    def close(self) -> None:
        """Drop all idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.reusable:
                return connection
        return None

    async def _send(self, connection: Connection, request: bytes) -> Response:
        response = await connection.send(request)
        if connection.reusable:
            self._idle.append(connection)
        return response
