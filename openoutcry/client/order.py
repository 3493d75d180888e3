"""An order as its owner sees it."""

from decimal import Decimal
from typing import Literal

import msgspec

Side = Literal["BUY", "SELL", "SELL_SHORT"]
OrderType = Literal["MARKET", "LIMIT", "STOP", "STOP_LIMIT"]
TimeInForce = Literal["DAY", "GTC", "IOC", "FOK", "GTD"]

#: The statuses of an order that will not trade any more.
DONE = frozenset({"FILLED", "CANCELLED", "REJECTED", "EXPIRED"})


class OrderRequest(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A new order. `price` and `stop_price` in dollars, where the type has them.

    `expires_at` in ISO 8601 UTC, of a GTD order.

    The same `client_order_id` with the same content is the same order, however often it is sent.
    """

    symbol: str
    side: Side
    type: OrderType
    quantity: int
    price: Decimal | None = None
    stop_price: Decimal | None = None
    time_in_force: TimeInForce | None = None
    client_order_id: str | None = None
    account_id: str | None = None
    expires_at: str | None = None
    post_only: bool = False
    reprice: bool = False
    minimum_quantity: int | None = None


class OrderChange(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A new total quantity or new prices, in dollars; what is None stays."""

    quantity: int | None = None
    price: Decimal | None = None
    stop_price: Decimal | None = None


class Fill(msgspec.Struct, rename="camel", kw_only=True):
    """One trade of an order; `price` in dollars, `liquidity` MAKER or TAKER."""

    trade_id: str
    quantity: int
    price: Decimal
    time: str
    liquidity: str


class Order(msgspec.Struct, rename="camel", kw_only=True):
    """An order as of `version`. Prices and values in dollars, times in ISO 8601 UTC."""

    order_id: str
    account_id: str
    status: str
    symbol: str
    side: Side
    type: str
    time_in_force: str
    quantity: int
    filled_quantity: int
    leaves_quantity: int
    created_at: str
    updated_at: str
    version: int
    client_order_id: str | None = None
    price: Decimal | None = None
    stop_price: Decimal | None = None
    average_fill_price: Decimal | None = None
    estimated_value: Decimal | None = None
    reject_reason: str | None = None
    expires_at: str | None = None
    post_only: bool = False
    reprice: bool = False
    minimum_quantity: int | None = None
    fills: list[Fill] = []

    @property
    def is_open(self) -> bool:
        """Whether the order can still trade."""
        return self.status not in DONE


class Cancelled(msgspec.Struct, rename="camel", kw_only=True):
    """The answer to a cancel."""

    order_id: str
    status: str
    cancelled_at: str


class AllCancelled(msgspec.Struct, rename="camel", kw_only=True):
    """The answer to a mass cancel: the orders that were open and are cancelled now."""

    count: int
    order_ids: list[str]
