"""One participant at work: its strategy's decisions, sent as a client of the venue."""

import asyncio
from typing import NoReturn

from openoutcry.client import Client, ClientError, OrderRequest, Refused, Subscription, Unreachable
from openoutcry.client.messages import OrderEvent, OrdersSnapshot
from openoutcry.simulation.blotter import Blotter
from openoutcry.simulation.participants import Login
from openoutcry.simulation.strategy import Action, Floor, Move, Place, Strategy, Withdraw

_PAUSE_S = 1.0
# A trader that has fallen behind, as after a restart of the venue, does not catch up in a burst.
_FURTHEST_BEHIND_S = 0.5
_GONE = frozenset({404, 409})


class Trader:
    """Sends one action after the other over one connection, and hears of its orders on another."""

    def __init__(self, client: Client, login: Login, strategy: Strategy, floor: Floor) -> None:
        self._client = client
        self._login = login
        self._strategy = strategy
        self._floor = floor
        self._blotter = Blotter(floor.instruments)
        self._account_id = ""
        self._informed = asyncio.Event()

    async def run(self, started: float) -> None:
        """Trade until cancelled. started: the event loop's time when the simulation began.

        Raises Refused when the venue does not know the participant.
        """
        await self._log_in()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._trade(started))

    async def _log_in(self) -> None:
        while not self._account_id:
            try:
                await self._client.log_in_with_key(self._login.client_id, self._login.client_secret)
                self._account_id = (await self._client.accounts.all())[0].account_id
            except ClientError as error:
                if isinstance(error, Refused) and error.status in {400, 401, 403}:
                    raise
                await asyncio.sleep(_PAUSE_S)

    async def _listen(self) -> NoReturn:
        mine = Subscription("orders", account_id=self._account_id)
        while True:
            async for message in self._client.stream(mine).messages():
                match message:
                    case OrdersSnapshot():
                        self._blotter.replace_all(message.orders)
                        self._informed.set()
                    case OrderEvent():
                        self._blotter.take(message.data)

    async def _trade(self, started: float) -> NoReturn:
        await self._informed.wait()
        time = asyncio.get_running_loop().time
        due = time()
        while True:
            await asyncio.sleep(due - time())
            now = time()
            self._floor.values.advance(now - started)
            for action in self._strategy.decide(now - started, self._floor, self._blotter):
                await self._carry_out(action)
            due = max(due, time() - _FURTHEST_BEHIND_S) + self._strategy.wait()

    async def _carry_out(self, action: Action) -> None:
        try:
            await self._send(action)
        except Refused as refusal:
            if refusal.retry_after is not None:
                await asyncio.sleep(refusal.retry_after)
            elif refusal.status in _GONE and not isinstance(action, Place):
                self._blotter.drop(action.order.symbol, action.order.order_id)
            # Else the market moved on, or is halted: the next decision sees it.
        except Unreachable:
            await asyncio.sleep(_PAUSE_S)

    async def _send(self, action: Action) -> None:
        orders = self._client.orders
        one = action.instrument
        match action:
            case Place():
                request = OrderRequest(
                    symbol=one.symbol,
                    side="BUY" if action.is_buy else "SELL",
                    type=action.type,
                    quantity=action.quantity,
                    price=one.dollars(action.price) if action.type == "LIMIT" else None,
                    time_in_force=action.time_in_force,
                    account_id=self._account_id,
                )
                self._blotter.take(await orders.place(request))
            case Move(order=order):
                changed = await orders.replace(
                    order.order_id,
                    quantity=order.filled + action.leaves,
                    price=one.dollars(action.price),
                )
                self._blotter.take(changed)
            case Withdraw(order=order):
                await orders.cancel(order.order_id)
                self._blotter.drop(order.symbol, order.order_id)
