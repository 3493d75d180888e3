"""Concurrent clients of one account, and a kill under them: every answer fits one order of events.

Each account trades a symbol of its own, which is how the history is cut into parts.
"""

import contextlib
import itertools
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random
from typing import Any

import httpx
import pytest
from exchange import Caller, Exchange, body_of
from linearizability import UNKNOWN, Operation, is_linearizable
from venue_process import VenueProcess, venue_on_disk

CLIENTS = 4
OPERATIONS = 50
CASH = 20_000
# What an account has left, and its open orders: client order id, price, quantity.
State = tuple[Decimal, frozenset[tuple[str, Decimal, int]]]


@pytest.fixture
def venue() -> Iterator[VenueProcess]:
    with venue_on_disk("--quiet", "--order-rate", "1000000") as process:
        process.start()
        yield process


def step(state: State, what: tuple[Any, ...], result: Any) -> State | None:
    """One account and its symbol, in which nobody else trades."""
    available, orders = state
    match what:
        case ("place", *order):
            return place(state, tuple(order), result)
        case ("cancel", name):
            return cancel(state, name, result)
        case ("balance",):
            return state if result == available else None
    return state if result == levels(orders) else None


def place(state: State, order: tuple[str, Decimal, int], result: Any) -> State | None:
    available, orders = state
    cost = order[1] * order[2]
    fits = cost <= available
    if result is not UNKNOWN and (result == "NEW") != fits:
        return None
    return (available - cost, orders | {order}) if fits else state


def cancel(state: State, name: str, result: Any) -> State | None:
    available, orders = state
    found = next((order for order in orders if order[0] == name), None)
    if result is not UNKNOWN and (result == "CANCELLED") != (found is not None):
        return None
    if found is None:
        return state
    return (available + found[1] * found[2], orders - {found})


def levels(orders: frozenset[tuple[str, Decimal, int]]) -> frozenset[tuple[Decimal, int]]:
    prices = {price for _, price, _ in orders}
    return frozenset(
        (price, sum(order[2] for order in orders if order[1] == price)) for price in prices
    )


class Recorder:
    """One client: what it asks and is answered, with the times."""

    def __init__(self, caller: Caller, symbol: str, url: str, number: int) -> None:
        client = httpx.Client(base_url=url, timeout=30)
        self._caller = Caller(client, caller.username, caller.token, caller.account)
        self._symbol = symbol
        self._random = Random(number)
        self._names = (f"{number}-{place}" for place in itertools.count())
        self._open: dict[str, str] = {}
        self.history: list[Operation] = []

    def run(self) -> None:
        """Ask until all is asked or the venue is gone."""
        with contextlib.suppress(httpx.TransportError), self._caller.client:
            for _ in range(OPERATIONS):
                chance = self._random.random()
                if chance < 0.4:
                    self._place()
                elif chance < 0.6 and self._open:
                    self._cancel()
                elif chance < 0.8:
                    self._record(("balance",), self._balance)
                else:
                    self._record(("book",), self._book)

    def _record(self, what: tuple[Any, ...], ask: Any) -> Any:
        began, result, ended = time.monotonic(), UNKNOWN, math.inf
        try:
            result = ask()
            ended = time.monotonic()
        finally:
            # A read without an answer says nothing.
            if result is not UNKNOWN or what[0] in {"place", "cancel"}:
                self.history.append(Operation(what, result, began, ended))
        return result

    def _place(self) -> None:
        name = next(self._names)
        price, quantity = Decimal(self._random.randint(90, 95)), self._random.randint(1, 40)
        order = {
            "symbol": self._symbol,
            "side": "BUY",
            "type": "LIMIT",
            "quantity": quantity,
            "price": int(price),
            "clientOrderId": name,
            "accountId": self._caller.account,
        }

        def ask() -> str:
            answer = self._caller.send("POST", "/orders", json=order)
            assert answer.status_code in {201, 422}, answer.text
            if answer.status_code == 201:
                self._open[name] = body_of(answer)["orderId"]
                return "NEW"
            return "REJECTED"

        self._record(("place", name, price, quantity), ask)

    def _cancel(self) -> None:
        name = self._random.choice(list(self._open))
        order = self._open[name]

        def ask() -> str:
            answer = self._caller.send("DELETE", f"/orders/{order}")
            assert answer.status_code in {200, 409}, answer.text
            return "CANCELLED" if answer.status_code == 200 else "DONE"

        self._record(("cancel", name), ask)

    def _balance(self) -> Decimal:
        return Decimal(self._caller.get(f"/accounts/{self._caller.account}")["cash"]["available"])

    def _book(self) -> frozenset[tuple[Decimal, int]]:
        bids = self._caller.get(f"/orderbook/{self._symbol}", depth=50)["bids"]
        return frozenset((Decimal(level["price"]), level["quantity"]) for level in bids)


def recorders(exchange: Exchange, first: int) -> tuple[list[Recorder], Caller, str]:
    trader, symbol = exchange.trader(CASH), exchange.symbol()
    numbers = range(first, first + CLIENTS)
    return [Recorder(trader, symbol, exchange.url, n) for n in numbers], trader, symbol


def play(parts: list[list[Recorder]]) -> None:
    with ThreadPoolExecutor(CLIENTS * len(parts)) as pool:
        done = [pool.submit(recorder.run) for part in parts for recorder in part]
        for one in done:
            one.result()


def check(part: list[Recorder], *later: Operation) -> None:
    history = [operation for recorder in part for operation in recorder.history]
    assert history
    assert is_linearizable([*history, *later], (Decimal(CASH), frozenset()), step)


def test_orders_cancels_balances_and_books_are_linearizable(venue: VenueProcess) -> None:
    exchange = Exchange(venue.url)
    parts = [recorders(exchange, first)[0] for first in (0, 100)]
    play(parts)
    for part in parts:
        check(part)
    exchange.client.close()
    assert venue.stop() == 0


def test_a_kill_leaves_one_history(venue: VenueProcess) -> None:
    """What had no answer may have happened or not, and all that is read afterwards agrees."""
    exchange = Exchange(venue.url)
    part, trader, symbol = recorders(exchange, 200)
    with ThreadPoolExecutor(CLIENTS) as pool:
        for recorder in part:
            pool.submit(recorder.run)
        while sum(len(recorder.history) for recorder in part) < OPERATIONS:
            time.sleep(0.001)
        venue.kill()
    exchange.client.close()
    venue.start()
    reader = Recorder(trader, symbol, venue.url, 300)
    with reader._caller.client:
        reader._record(("balance",), reader._balance)
        reader._record(("book",), reader._book)
    check(part, *reader.history)
    assert venue.stop() == 0
