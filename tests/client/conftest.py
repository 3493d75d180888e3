"""Servers that answer as a test tells them, where no venue would misbehave like that."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

Answer = Callable[[bytes, int], Awaitable[bytes | None]]
Serve = Callable[[Answer], "asyncio.AbstractServer"]


@pytest.fixture
def scripted() -> Callable[[Answer], "asynccontextmanager[str]"]:
    """Serve HTTP with `answer(request, number of the connection)`; None hangs up."""

    @asynccontextmanager
    async def serve(answer: Answer) -> AsyncIterator[str]:
        connections = 0

        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            number = connections
            try:
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                    body = await reader.readexactly(length)
                    response = await answer(head + body, number)
                    if response is None:
                        return
                    writer.write(response)
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(converse, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        try:
            yield f"http://{host}:{port}"
        finally:
            server.close()

    return serve
