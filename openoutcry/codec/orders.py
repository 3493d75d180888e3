"""Orders and their fills as clients see them."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from openoutcry import _engine
from openoutcry.codec import terms
from openoutcry.codec.decimals import average_price, money_decimal, price_decimal
from openoutcry.codec.identifiers import account_id, order_id, trade_id
from openoutcry.codec.shape import (
    AccountId,
    Money,
    OrderId,
    Price,
    Shape,
    Shares,
    Time,
    TradeId,
)
from openoutcry.codec.timestamps import write_time

Side = Literal["BUY", "SELL", "SELL_SHORT"]
OrderType = Literal["MARKET", "LIMIT", "STOP", "STOP_LIMIT"]
TimeInForce = Literal["DAY", "GTC", "IOC", "FOK", "GTD"]
SelfTradePrevention = Literal[
    "NONE", "CANCEL_NEWEST", "CANCEL_OLDEST", "CANCEL_BOTH", "DECREMENT_AND_CANCEL"
]
OrderStatus = Literal[
    "NEW", "PARTIAL", "FILLED", "CANCELLED", "REJECTED", "EXPIRED", "PENDING_TRIGGER"
]
Liquidity = Annotated[
    Literal["MAKER", "TAKER"], Meta(description="Whether the order rested or took.")
]

PRICE_PER_MONEY = 100


class Fill(Shape):
    """One trade of an order, from the order's side."""

    trade_id: TradeId
    quantity: Shares
    price: Money
    time: Time
    liquidity: Liquidity


class Order(Shape):
    """An order as it stands."""

    order_id: OrderId
    client_order_id: str | None
    account_id: AccountId
    status: OrderStatus
    symbol: Annotated[
        str, Meta(description='"-" where the order named a symbol that is not listed.')
    ]
    side: Side
    type: OrderType
    time_in_force: TimeInForce
    quantity: Shares
    filled_quantity: Shares
    leaves_quantity: Annotated[
        int, Meta(description="Shares still working; 0 once the order is done.")
    ]
    price: Price | None
    stop_price: Price | None
    average_fill_price: Annotated[
        Money | None, Meta(description="Value of the fills per share, to the nearest millionth.")
    ]
    created_at: Time
    updated_at: Time
    estimated_value: Annotated[
        Money,
        Meta(
            description="Price (else stop price) times quantity; for market orders the value "
            "of the fills."
        ),
    ]
    version: Annotated[int, Meta(description="Grows with every change; also the ETag.")]
    reject_reason: Annotated[str, Meta(description="Code; only when REJECTED.")] | UnsetType = UNSET
    end_reason: (
        Annotated[str, Meta(description="Code; only when CANCELLED or EXPIRED.")] | UnsetType
    ) = UNSET
    expires_at: Annotated[Time, Meta(description="Of a GTD order.")] | UnsetType = UNSET
    post_only: Annotated[bool, Meta(description="Only when it must not take.")] | UnsetType = UNSET
    reprice: (
        Annotated[bool, Meta(description="Only when it is repriced rather than refused.")]
        | UnsetType
    ) = UNSET
    minimum_quantity: (
        Annotated[Shares, Meta(description="Only when it insists on one.")] | UnsetType
    ) = UNSET
    fills: list[Fill] | UnsetType = UNSET


def order_shape(order: _engine.Order, ticker: str, fills: list[Fill] | UnsetType = UNSET) -> Order:
    """Return `order` as clients see it; `ticker` is its symbol's."""
    status, filled, price = order.status, order.filled, order.price
    created = write_time(order.created_ns)
    reject_reason: str | UnsetType = UNSET
    end_reason: str | UnsetType = UNSET
    if status == "REJECTED":
        reject_reason = terms.REASON[order.reason].code
    elif status in {"CANCELLED", "EXPIRED"}:
        end_reason = terms.REASON[order.reason].code
    estimate = (price or order.stop_price) * PRICE_PER_MONEY * order.quantity
    shape = Order(
        order_id(order.order),
        None if order.name is None else order.name.decode("utf-8", "replace"),
        account_id(order.account),
        status,  # type: ignore[arg-type]  # the engine's word, pinned by a test
        ticker,
        terms.SIDE[order.side],  # type: ignore[arg-type]
        terms.ORDER_TYPE[order.order_type],  # type: ignore[arg-type]
        terms.TIME_IN_FORCE[order.time_in_force],  # type: ignore[arg-type]
        order.quantity,
        filled,
        order.quantity - filled if status in terms.OPEN_STATUSES else 0,
        price_decimal(price) if price else None,
        price_decimal(order.stop_price) if order.stop_price else None,
        money_decimal(average_price(order.value, filled)) if filled else None,
        created,
        created if order.updated_ns == order.created_ns else write_time(order.updated_ns),
        money_decimal(estimate or order.value),
        order.version,
        reject_reason,
        end_reason,
        fills=fills,
    )
    if order.special is not None:
        _add_special(shape, order.special)
    return shape


def _add_special(shape: Order, special: _engine.Special) -> None:
    """Add to `shape` the terms that few orders have."""
    if special.expires_at_ns:
        shape.expires_at = write_time(special.expires_at_ns)
    if special.instructions & terms.INSTRUCTION_NUMBER["POST_ONLY"]:
        shape.post_only = True
    if special.instructions & terms.INSTRUCTION_NUMBER["REPRICE"]:
        shape.reprice = True
    if special.minimum_quantity:
        shape.minimum_quantity = special.minimum_quantity


def fill_shape(trade: _engine.Trade, order: int) -> Fill:
    """Return `trade` from the side of `order`."""
    return Fill(
        trade_id(trade.trade),
        trade.quantity,
        money_decimal(trade.price),
        write_time(trade.time_ns),
        "MAKER" if trade.maker_order == order else "TAKER",
    )
