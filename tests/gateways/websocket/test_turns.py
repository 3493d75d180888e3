"""A client that asks for much at once is served in turn with everyone else."""

import asyncio

from exchange import Exchange

from openoutcry.gateways.websocket import gateway, limits
from openoutcry.identity.rate_limit import RateLimiter


async def test_whoever_has_asked_for_much_lets_others_in_between() -> None:
    limiter = RateLimiter[int](rate=limits.REQUEST_RATE, burst=limits.REQUEST_BURST)
    served: list[int] = []

    async def ask(connection: int) -> None:
        for _ in range(3):
            await gateway._take_turn(limiter, connection)
            served.append(connection)

    await asyncio.gather(ask(1), ask(2))
    assert served == [1, 2, 1, 2, 1, 2]


async def test_whoever_asks_for_too_much_waits_until_it_is_allowed() -> None:
    now = 0
    limiter = RateLimiter[int](rate=1_000, burst=1, clock_ns=lambda: now)
    await gateway._take_turn(limiter, 1)
    waiting = asyncio.create_task(gateway._take_turn(limiter, 1))
    await asyncio.sleep(0)
    assert not waiting.done()
    now = 1_000_000
    await waiting
    assert not limiter.take(1).allowed


def test_streams_joined_again_and_again_are_all_answered(exchange: Exchange) -> None:
    symbol = exchange.symbol()
    with exchange.socket() as socket:
        for _ in range(limits.REQUEST_BURST):
            socket.send({"action": "subscribe", "channel": "candles", "symbols": [symbol]})
        for _ in range(limits.REQUEST_BURST):
            assert socket.receive()["event"] == "SUBSCRIBED"
            assert socket.receive()["event"] == "SNAPSHOT"
