"""A trader's own orders and positions, as the venue confirms them."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from openoutcry.client.order import Order
from openoutcry.simulation.instrument import Instrument

# Orders that ended are remembered for as long as news of them may still arrive.
_REMEMBERED = 20_000
_REFERENCE_FILLS = 400  # a position's reference follows it within about as many fills


@dataclass(slots=True)
class OwnOrder:
    """An open order; `price` in ticks."""

    order_id: str
    symbol: str
    is_buy: bool
    price: int
    quantity: int
    filled: int
    version: int

    @property
    def leaves(self) -> int:
        """The shares that can still trade."""
        return self.quantity - self.filled


class Blotter:
    """Answers and events about the same order come on two connections, in either order.

    Each carries the order whole, with a version: the newest one counts.
    """

    def __init__(self, instruments: dict[str, Instrument]) -> None:
        self._instruments = instruments
        self._open: dict[str, dict[str, OwnOrder]] = {symbol: {} for symbol in instruments}
        self._filled: OrderedDict[str, int] = OrderedDict()
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._leaning: dict[str, float] = dict.fromkeys(instruments, 0.0)

    def open(self, symbol: str) -> list[OwnOrder]:
        """The open orders in `symbol`."""
        return list(self._open[symbol].values())

    def leaning(self, symbol: str) -> float:
        """How many more shares the trader has than it had a while ago."""
        return self._leaning[symbol]

    def take(self, order: Order) -> None:
        """Take an order as an answer or an event tells it."""
        if order.symbol not in self._open:
            return
        self._count_fills(order)
        if order.order_id in self._ended:
            return
        orders = self._open[order.symbol]
        known = orders.get(order.order_id)
        if known is not None and order.version < known.version:
            return
        if not order.is_open:
            self.drop(order.symbol, order.order_id)
            return
        if order.price is None:
            return  # a market order does not stay
        orders[order.order_id] = OwnOrder(
            order_id=order.order_id,
            symbol=order.symbol,
            is_buy=order.side == "BUY",
            price=self._instruments[order.symbol].ticks(order.price),
            quantity=order.quantity,
            filled=order.filled_quantity,
            version=order.version,
        )

    def drop(self, symbol: str, order_id: str) -> None:
        """Forget an order that the venue says is done."""
        self._open[symbol].pop(order_id, None)
        self._ended[order_id] = None
        if len(self._ended) > _REMEMBERED:
            self._ended.popitem(last=False)

    def replace_all(self, orders: Iterable[Order]) -> None:
        """Take a snapshot of every open order: at the start, and when news were missed."""
        for known in self._open.values():
            known.clear()
        for order in orders:
            # What was filled before this trader came is not its doing.
            self._filled.setdefault(order.order_id, order.filled_quantity)
            self.take(order)

    def _count_fills(self, order: Order) -> None:
        known = self._filled.get(order.order_id, 0)
        new = order.filled_quantity - known
        if new <= 0:
            return
        self._filled[order.order_id] = order.filled_quantity
        if len(self._filled) > _REMEMBERED:
            self._filled.popitem(last=False)
        signed = new if order.side == "BUY" else -new
        # Nobody mourns for ever what was sold long ago: the reference follows the position.
        before = self._leaning[order.symbol] * (1 - 1 / _REFERENCE_FILLS)
        self._leaning[order.symbol] = before + signed
