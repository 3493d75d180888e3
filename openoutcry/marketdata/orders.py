"""The channel `orders`: the open orders of an account, then everything that happens to any."""

from openoutcry import _engine
from openoutcry.codec import terms
from openoutcry.codec.feed import OrderEvent, OrderMessage, OrdersSnapshot
from openoutcry.codec.identifiers import account_id
from openoutcry.codec.orders import fill_shape, order_shape
from openoutcry.marketdata.stream import SequencedStream
from openoutcry.sequencer.listings import Listings

# Open orders in a snapshot; an account with more reads the rest by GET /orders.
SHOWN = 1_000

_EVENTS: dict[int, OrderEvent] = {
    terms.EVENT_NUMBER["Accepted"]: "NEW",
    terms.EVENT_NUMBER["Rejected"]: "REJECTED",
    terms.EVENT_NUMBER["Trade"]: "FILL",
    terms.EVENT_NUMBER["Cancelled"]: "CANCELLED",
    terms.EVENT_NUMBER["Replaced"]: "REPLACED",
    terms.EVENT_NUMBER["Triggered"]: "TRIGGERED",
}


class OrderStream(SequencedStream):
    """The orders of one account. Updates are handed to it: the engine keeps one queue of all."""

    def __init__(self, engine: _engine.Sequencer, listings: Listings, account: int) -> None:
        super().__init__(("orders", account))
        self.account = account
        self._engine = engine
        self._listings = listings

    def snapshot(self) -> OrdersSnapshot:
        """Return the open orders, newest first."""
        rows = self._engine.orders(self.account, terms.OPEN_STATUSES, limit=SHOWN)
        return OrdersSnapshot(
            "orders",
            "SNAPSHOT",
            account_id(self.account),
            self.sequence,
            [order_shape(row, self._listings.ticker(row.symbol)) for row in rows],
        )

    def advance(self) -> None:
        """Nothing: `update` brings what changed."""

    def update(self, update: _engine.OrderUpdate) -> None:
        """Publish what happened to one order."""
        order, trade = update.order, update.trade
        event = "EXPIRED" if order.status == "EXPIRED" else _EVENTS.get(update.event)
        if event is None:
            return
        fills = [] if trade is None else [fill_shape(trade, order.order)]
        shape = order_shape(order, self._listings.ticker(order.symbol), fills)
        self.publish(
            OrderMessage("orders", event, account_id(self.account), self.next_sequence(), shape)
        )

    def begin_anew(self) -> None:
        """Give every reader the whole state again: updates were lost for lack of room."""
        self.next_sequence()
        self.publish(self.snapshot())
