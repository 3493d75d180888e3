"""Requests over kept connections: what the venue says comes through, and so does its silence."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from openoutcry.client import BadAnswer, Client, ClientError, OrderRequest, Refused, Unreachable
from openoutcry.client.session import Session

Scripted = Callable[..., AbstractAsyncContextManager[str]]


def reply(body: object, status: int = 200, headers: str = "") -> bytes:
    content = json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n{headers}\r\n"
    return head.encode() + content


def token(number: int = 1, expires_in: float = 3600) -> bytes:
    return reply({"access_token": f"token-{number}", "expires_in": expires_in})


async def test_connection_is_kept_from_one_request_to_the_next(scripted: Scripted) -> None:
    async def answer(_: bytes, connection: int) -> bytes:
        return reply(connection)

    async with scripted(answer) as url:
        session = Session(url)
        assert [await session.get("/", int) for _ in range(3)] == [1, 1, 1]
        session.close()


async def test_body_in_chunks_is_put_together(scripted: Scripted) -> None:
    async def answer(_: bytes, __: int) -> bytes:
        return (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n12\r\n1\r\n3\r\n0\r\n\r\n"
        )

    async with scripted(answer) as url:
        session = Session(url)
        assert await session.get("/", int) == 123
        session.close()


async def test_read_that_meets_a_closing_connection_is_sent_again(scripted: Scripted) -> None:
    """Servers close idle connections, sometimes just as the next request is on its way."""
    seen: list[int] = []

    async def answer(_: bytes, connection: int) -> bytes | None:
        seen.append(connection)
        return None if seen == [1, 1] else reply(connection)

    async with scripted(answer) as url:
        session = Session(url)
        assert await session.get("/", int) == 1
        assert await session.get("/", int) == 2
        assert seen == [1, 1, 2]
        session.close()


async def test_cancel_that_meets_a_closing_connection_is_not_sent_again(
    scripted: Scripted,
) -> None:
    seen: list[bytes] = []

    async def answer(request: bytes, _: int) -> bytes | None:
        seen.append(request)
        return reply(0) if request.startswith(b"GET") else None

    async with scripted(answer) as url, Client(url) as client:
        await client.session.get("/", int)
        with pytest.raises(Unreachable):
            await client.orders.cancel("ORD-1")
        assert len(seen) == 2


async def test_every_order_carries_a_client_order_id_so_that_it_can_be_sent_again(
    scripted: Scripted,
) -> None:
    bodies: list[bytes] = []

    async def answer(request: bytes, connection: int) -> bytes | None:
        if not request.startswith(b"POST"):
            return reply(0)
        bodies.append(request.partition(b"\r\n\r\n")[2])
        return None if connection == 1 else reply({"code": "HALTED", "detail": "no"}, 422)

    async with scripted(answer) as url, Client(url) as client:
        await client.session.get("/", int)
        with pytest.raises(Refused, match="HALTED"):
            await client.orders.place(
                OrderRequest(symbol="AAPL", side="BUY", type="MARKET", quantity=1)
            )
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert json.loads(bodies[0])["clientOrderId"]


async def test_problem_comes_through_with_code_and_order(scripted: Scripted) -> None:
    async def answer(_: bytes, __: int) -> bytes:
        problem = {"code": "INSUFFICIENT_FUNDS", "detail": "short of cash", "orderId": "ORD-9"}
        return reply(problem, 422, "Retry-After: 2\r\n")

    async with scripted(answer) as url:
        session = Session(url)
        with pytest.raises(Refused) as raised:
            await session.get("/", int)
        refusal = raised.value
        assert (refusal.status, refusal.code, refusal.order_id, refusal.retry_after) == (
            422,
            "INSUFFICIENT_FUNDS",
            "ORD-9",
            2.0,
        )
        session.close()


@pytest.mark.parametrize("body", [b"<html>", b"", b"[1]", b"\xff"])
async def test_refusal_without_a_problem_still_has_its_status(
    scripted: Scripted, body: bytes
) -> None:
    async def answer(_: bytes, __: int) -> bytes:
        return b"HTTP/1.1 502 X\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    async with scripted(answer) as url:
        session = Session(url)
        with pytest.raises(Refused, match="HTTP_502"):
            await session.get("/", int)
        session.close()


@pytest.mark.parametrize(
    "answered", [b"SSH-2.0-OpenSSH\r\n\r\n", reply("not a number"), reply({"a": 1})]
)
async def test_whoever_is_no_venue_is_told_apart(scripted: Scripted, answered: bytes) -> None:
    async def answer(_: bytes, __: int) -> bytes:
        return answered

    async with scripted(answer) as url:
        session = Session(url)
        with pytest.raises(BadAnswer):
            await session.get("/", int)
        session.close()


async def test_silence_ends_in_an_error(scripted: Scripted) -> None:
    async def answer(_: bytes, __: int) -> bytes:
        await asyncio.sleep(60)
        return reply(0)

    async with scripted(answer) as url:
        session = Session(url, timeout=0.05)
        with pytest.raises(Unreachable, match="no answer in"):
            await session.get("/", int)
        session.close()


async def test_answer_that_comes_too_late_is_not_taken_for_the_next_one(
    scripted: Scripted,
) -> None:
    release = asyncio.Event()

    async def answer(_: bytes, connection: int) -> bytes:
        if connection == 1:
            await release.wait()
        return reply(connection)

    async with scripted(answer) as url:
        session = Session(url, timeout=0.05)
        with pytest.raises(Unreachable):
            await session.get("/", int)
        release.set()
        assert await session.get("/", int) == 2
        session.close()


async def test_nobody_listening_is_one_line(unused_tcp_port: int) -> None:
    session = Session(f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(Unreachable, match=f"no venue answers at 127.0.0.1:{unused_tcp_port}"):
        await session.get("/", int)


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8080", "ftp://host", "http://", "http://host:99999", "http://h?a=b"]
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ClientError):
        Session(url)


async def test_token_is_sent_and_renewed_when_the_venue_no_longer_takes_it(
    scripted: Scripted,
) -> None:
    tokens = 0

    async def answer(request: bytes, _: int) -> bytes:
        nonlocal tokens
        if request.startswith(b"POST /oauth2/token"):
            tokens += 1
            return token(tokens)
        fresh = b"Authorization: Bearer token-2" in request
        return reply(7) if fresh else reply({"code": "UNAUTHENTICATED", "detail": ""}, 401)

    async with scripted(answer) as url:
        session = Session(url)
        await session.log_in("alice", "secret & more")
        assert await session.get("/", int) == 7
        assert tokens == 2
        session.close()


async def test_token_about_to_end_is_renewed_before_it_is_used(scripted: Scripted) -> None:
    tokens = 0

    async def answer(request: bytes, _: int) -> bytes:
        nonlocal tokens
        if request.startswith(b"POST /oauth2/token"):
            tokens += 1
            return token(tokens, expires_in=0)
        return reply(int(request.partition(b"Bearer token-")[2].split(b"\r")[0]))

    async with scripted(answer) as url:
        session = Session(url)
        await session.log_in_with_key("id", "secret")
        assert await session.get("/", int) == 2
        session.close()


async def test_wrong_password_is_refused_and_forgotten(scripted: Scripted) -> None:
    async def answer(request: bytes, _: int) -> bytes:
        if request.startswith(b"POST /oauth2/token"):
            return reply({"error": "invalid_grant", "error_description": "wrong"}, 401)
        return reply(b"Authorization" in request)

    async with scripted(answer) as url:
        session = Session(url)
        with pytest.raises(Refused, match="invalid_grant: wrong"):
            await session.log_in("alice", "guess")
        assert await session.get("/", bool) is False
        session.close()
