"""The client for programs that wait: the same calls, without `await`.

Each method is made from that of the asynchronous client, with its parameters and its answer, so
that there is one source. They run on an event loop in a thread of the client's own: a stream's
heartbeats go on while the program is busy, and notebooks that run a loop already can use it.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

from openoutcry.client import accounts, administration, keys, market, orders
from openoutcry.client import client as asynchronous
from openoutcry.client.messages import Connected, Failed, Message
from openoutcry.client.stream import Subscription

P = ParamSpec("P")
T = TypeVar("T")
Part = TypeVar("Part")


class _Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="openoutcry-client", daemon=True
        )
        self._thread.start()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns; cancel it where the caller is interrupted."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def iterate(self, items: AsyncIterator[T]) -> Iterator[T]:
        """Return the items one by one."""

        async def following() -> tuple[bool, T | None]:
            try:
                return True, await anext(items)
            except StopAsyncIteration:
                return False, None

        while True:
            there, item = self.wait(following())
            if not there:
                return
            yield item  # type: ignore[misc]

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class _Half(Generic[Part]):
    """A part of the client: the asynchronous one, and the loop that runs it."""

    def __init__(self, part: Part, loop: _Loop) -> None:
        self._part = part
        self._loop = loop


def _answer(
    method: Callable[Concatenate[Part, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[_Half[Part], P], T]:
    @wraps(method)
    def call(self: _Half[Part], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._loop.wait(method(self._part, *args, **kwargs))

    return call


def _items(
    method: Callable[Concatenate[Part, P], AsyncIterator[T]],
) -> Callable[Concatenate[_Half[Part], P], Iterator[T]]:
    @wraps(method)
    def call(self: _Half[Part], /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        return self._loop.iterate(method(self._part, *args, **kwargs))

    return call


class Orders(_Half[orders.Orders]):
    """Place, change, cancel and read orders."""

    place = _answer(orders.Orders.place)
    replace = _answer(orders.Orders.replace)
    cancel = _answer(orders.Orders.cancel)
    cancel_all = _answer(orders.Orders.cancel_all)
    get = _answer(orders.Orders.get)
    all = _items(orders.Orders.all)


class Accounts(_Half[accounts.Accounts]):
    """Read cash, positions, ledger and trades."""

    all = _answer(accounts.Accounts.all)
    get = _answer(accounts.Accounts.get)
    positions = _answer(accounts.Accounts.positions)
    portfolio = _answer(accounts.Accounts.portfolio)
    ledger = _items(accounts.Accounts.ledger)
    trades = _items(accounts.Accounts.trades)


class Market(_Half[market.Market]):
    """Read what everyone may see."""

    symbols = _answer(market.Market.symbols)
    quote = _answer(market.Market.quote)
    book = _answer(market.Market.book)
    trades = _items(market.Market.trades)
    candles = _answer(market.Market.candles)


class Keys(_Half[keys.Keys]):
    """API keys, the password, who one is."""

    me = _answer(keys.Keys.me)
    all = _answer(keys.Keys.all)
    create = _answer(keys.Keys.create)
    revoke = _answer(keys.Keys.revoke)
    change_password = _answer(keys.Keys.change_password)


class Administration(_Half[administration.Administration]):
    """What operators do."""

    users = _items(administration.Administration.users)
    create_user = _answer(administration.Administration.create_user)
    disable_user = _answer(administration.Administration.disable_user)
    enable_user = _answer(administration.Administration.enable_user)
    set_kyc_status = _answer(administration.Administration.set_kyc_status)
    reset_password = _answer(administration.Administration.reset_password)
    open_account = _answer(administration.Administration.open_account)
    deposit = _answer(administration.Administration.deposit)
    withdraw = _answer(administration.Administration.withdraw)
    set_account_status = _answer(administration.Administration.set_account_status)
    set_limits = _answer(administration.Administration.set_limits)
    list_symbol = _answer(administration.Administration.list_symbol)
    halt = _answer(administration.Administration.halt)
    resume = _answer(administration.Administration.resume)


class Client:
    """One user's way to one venue, for programs that wait.

        with Client("http://127.0.0.1:8080") as client:
            client.log_in("alice", "alice-demo")
            order = client.orders.place(OrderRequest(...))

    Every call raises a ClientError: Refused with the venue's code, Unreachable, or BadAnswer.
    May be used by several threads.
    """

    def __init__(self, url: str, *, connections: int = 8, timeout: float = 15.0) -> None:
        self._loop = _Loop()
        try:
            self._client = asynchronous.Client(url, connections=connections, timeout=timeout)
        except BaseException:
            self._loop.close()
            raise
        self.orders = Orders(self._client.orders, self._loop)
        self.accounts = Accounts(self._client.accounts, self._loop)
        self.market = Market(self._client.market, self._loop)
        self.keys = Keys(self._client.keys, self._loop)
        self.administration = Administration(self._client.administration, self._loop)

    def log_in(self, username: str, password: str) -> None:
        """Act as this user from now on."""
        self._loop.wait(self._client.log_in(username, password))

    def log_in_with_key(self, client_id: str, client_secret: str) -> None:
        """Act as the owner of this API key from now on."""
        self._loop.wait(self._client.log_in_with_key(client_id, client_secret))

    def stream(self, *subscriptions: Subscription) -> Iterator[Message | Connected | Failed]:
        """Messages of these channels, for as long as they are read."""
        return self._loop.iterate(self._client.stream(*subscriptions).messages())

    def close(self) -> None:
        """Drop the connections and end the thread."""
        self._loop.wait(_closed(self._client))
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


async def _closed(client: asynchronous.Client) -> None:
    async with client:
        """Entered to be left: that is how it ends."""
