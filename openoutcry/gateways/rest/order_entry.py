"""New orders and replaces: from JSON to the engine's command, and its answer back."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from openoutcry import _engine
from openoutcry.codec import terms
from openoutcry.codec.decimals import PRICE_PLACES, SHARE_PLACES
from openoutcry.codec.identifiers import order_id
from openoutcry.codec.orders import (
    Order,
    OrderType,
    SelfTradePrevention,
    Side,
    TimeInForce,
    order_shape,
)
from openoutcry.codec.shape import OrderId, Shape, Time, encode
from openoutcry.codec.timestamps import read_time, write_time
from openoutcry.errors import Malformed
from openoutcry.gateways.reply import Refusal, Reply, refusal
from openoutcry.gateways.rest import number_schemas as schemas
from openoutcry.gateways.rest.body import NumberField, RequestBody, decode_body
from openoutcry.sequencer.listings import UNLISTED, Listings

_LARGEST = 2**32 - 1
# What the engine keeps of a client's own id.
LONGEST_NAME = 63

# Bytes are counted, not characters: what is longer than this in any script is too long.
NAME_SCHEMA = {"minLength": 1, "maxLength": LONGEST_NAME}

QuantityField = Annotated[
    Raw,
    Meta(description="Whole shares.", examples=[100], extra_json_schema=schemas.QUANTITY),
]
OptionalQuantityField = Annotated[
    Raw,
    Meta(
        description="Whole shares: the new total, filled ones included.",
        examples=[100],
        extra_json_schema=schemas.OPTIONAL_QUANTITY,
    ),
]
PriceField = Annotated[
    Raw,
    Meta(
        description="Dollars, exact, as number or string, at most 4 decimals.",
        examples=[150.5],
        extra_json_schema=schemas.OPTIONAL_PRICE,
    ),
]


MinimumField = Annotated[
    Raw,
    Meta(
        description="Trade this much at once or nothing; for orders that leave nothing behind: "
        "market orders, IOC.",
        extra_json_schema=schemas.OPTIONAL_QUANTITY,
    ),
]


class OrderRequest(RequestBody):
    """A new order."""

    symbol: Annotated[str, Meta(min_length=1, max_length=32, examples=["AAPL"])]
    side: Side
    type: OrderType
    quantity: QuantityField
    price: PriceField | UnsetType = UNSET
    stop_price: PriceField | UnsetType = UNSET
    time_in_force: (
        Annotated[TimeInForce, Meta(description="DAY where left out.")] | UnsetType | None
    ) = UNSET
    client_order_id: (
        Annotated[
            str,
            Meta(
                description="Unique in the account, up to 63 bytes of printable UTF-8. The same "
                "one with the same content answers the first order again.",
                examples=["my-order-1"],
                extra_json_schema=NAME_SCHEMA,
            ),
        ]
        | UnsetType
        | None
    ) = UNSET
    account_id: (
        Annotated[str, Meta(description="The caller's first account where left out.")]
        | UnsetType
        | None
    ) = UNSET
    self_trade_prevention: (
        Annotated[SelfTradePrevention, Meta(description="NONE where left out.")] | UnsetType | None
    ) = UNSET
    expires_at: (
        Annotated[
            str,
            Meta(
                description="With GTD, and only there: the moment at which the order ends.",
                examples=["2030-12-31T21:00:00Z"],
            ),
        ]
        | UnsetType
        | None
    ) = UNSET
    post_only: (
        Annotated[bool, Meta(description="Refuse a limit order that would trade at once.")]
        | UnsetType
        | None
    ) = UNSET
    reprice: (
        Annotated[
            bool,
            Meta(
                description="With postOnly: instead of refusing it, price it one tick short of "
                "the other side."
            ),
        ]
        | UnsetType
        | None
    ) = UNSET
    minimum_quantity: MinimumField | UnsetType = UNSET


class ReplaceRequest(RequestBody):
    """What to change of an order; what is left out stays."""

    quantity: OptionalQuantityField | UnsetType = UNSET
    price: PriceField | UnsetType = UNSET
    stop_price: PriceField | UnsetType = UNSET


class Cancelled(Shape):
    """A cancel carried out."""

    order_id: OrderId
    status: str
    cancelled_at: Time


ORDER_REQUEST = msgspec.json.Decoder(OrderRequest)
REPLACE_REQUEST = msgspec.json.Decoder(ReplaceRequest)

_QUANTITY = NumberField("quantity", SHARE_PLACES, 1, _LARGEST, "INVALID_QUANTITY")
_MINIMUM = NumberField("minimumQuantity", SHARE_PLACES, 1, _LARGEST, "INVALID_QUANTITY")
_PRICE = NumberField("price", PRICE_PLACES, 1, _LARGEST, "INVALID_PRICE", (422, "OFF_TICK"))
_STOP_PRICE = NumberField(
    "stopPrice", PRICE_PLACES, 1, _LARGEST, "INVALID_PRICE", (422, "OFF_TICK")
)

REPEATED = terms.EVENT_NUMBER["Repeated"]
REPLACED = terms.EVENT_NUMBER["Replaced"]
CANCELLED = terms.EVENT_NUMBER["Cancelled"]


def read_order(body: bytes | bytearray) -> OrderRequest:
    """Return the order that `body` asks for. Raises Malformed."""
    return decode_body(ORDER_REQUEST, body)


def order_command(request: OrderRequest, account: int, listings: Listings) -> bytes:
    """Return the engine's command for `request`. Raises Malformed, Refusal."""
    symbol = listings.number(request.symbol)
    time_in_force = request.time_in_force or "DAY"
    self_trade = request.self_trade_prevention or "NONE"
    name = request.client_order_id
    price, fine_price = _PRICE.read_down(request.price)
    stop_price, fine_stop = _STOP_PRICE.read_down(request.stop_price)
    return _engine.new_order(
        account,
        # Refused by the engine, which keeps the order, as every refusal of a rule is kept.
        UNLISTED if symbol is None else symbol,
        terms.SIDE_NUMBER[request.side],
        terms.ORDER_TYPE_NUMBER[request.type],
        terms.TIME_IN_FORCE_NUMBER[time_in_force],
        _QUANTITY.read_given(request.quantity),
        price,
        stop_price,
        terms.SELF_TRADE_NUMBER[self_trade],
        None if name is None or name is UNSET else read_name(name, "clientOrderId"),
        instructions=_instructions(request, between_ticks=fine_price or fine_stop),
        minimum_quantity=_MINIMUM.read(request.minimum_quantity),
        expires_at=_expiry(request.expires_at),
    )


def _instructions(request: OrderRequest, *, between_ticks: bool) -> int:
    number = terms.INSTRUCTION_NUMBER["BETWEEN_TICKS"] if between_ticks else 0
    if request.post_only:
        number |= terms.INSTRUCTION_NUMBER["POST_ONLY"]
    if request.reprice:
        number |= terms.INSTRUCTION_NUMBER["REPRICE"]
    return number


def _expiry(text: str | UnsetType | None) -> int:
    if text is UNSET or text is None:
        return 0
    try:
        return read_time(text)
    except ValueError as error:
        problem = f"expiresAt: {error}."
        raise Refusal(400, "INVALID_FIELD", problem, field="expiresAt") from None


def read_name(text: str, field: str) -> bytes:
    """Return a client's own id as the engine keeps it. Raises Refusal (400)."""
    name = text.encode("utf-8")
    if not 1 <= len(name) <= LONGEST_NAME or not text.isprintable():
        raise Refusal(
            400,
            "INVALID_FIELD",
            f"{field} has 1 to {LONGEST_NAME} bytes of printable UTF-8.",
            field=field,
        )
    return name


def read_replace(body: bytes | bytearray) -> tuple[int, int, int]:
    """Return quantity, price and stop price to replace, 0 for what stays. Raises Malformed."""
    request = decode_body(REPLACE_REQUEST, body)
    return (
        _QUANTITY.read(request.quantity),
        _PRICE.read(request.price),
        _STOP_PRICE.read(request.stop_price),
    )


def replace_command(body: bytes | bytearray, order: _engine.Order, version: int) -> bytes:
    """Return the command that changes `order`; `version` 0 for whatever version it has now."""
    fields = read_replace(body)
    if not any(fields):
        raise Malformed("NOTHING_TO_CHANGE", "Give quantity, price or stopPrice.")
    return _engine.replace_order(order.account, order.order, *fields, version)


def read_if_match(header: bytes | None) -> int:
    """Return the version that If-Match names, 0 where any will do. Raises Refusal (412)."""
    if header is None or header.strip() == b"*":
        return 0
    tag = header.strip().removeprefix(b"W/")
    digits = tag[1:-1]
    if len(tag) > 2 and tag[:1] == tag[-1:] == b'"' and digits.isdigit() and len(digits) <= 10:
        version = int(digits)
        if 0 < version <= _LARGEST:
            return version
    raise Refusal(412, "VERSION_MISMATCH", "If-Match names no version of this order.")


def order_answer(answer: _engine.Answer, order: _engine.Order, listings: Listings) -> Reply:
    """Return 201 with the order, or raise the Refusal that the engine's answer is."""
    if order.status == "REJECTED":
        if answer.event == REPEATED:
            answer = answer._replace(reason=order.reason)
        raise refusal(answer, orderId=order_id(order.order), clientOrderId=_text(order.name))
    return order_reply(201, order_shape(order, listings.ticker(order.symbol)))


def order_reply(status: int, shape: Order) -> Reply:
    """Return an order with its version as the ETag."""
    return Reply(status, encode(shape), [(b"etag", b'"%d"' % shape.version)])


def cancel_reply(order: _engine.Order) -> Reply:
    """Return what a cancel is answered with."""
    shape = Cancelled(order_id(order.order), order.status, write_time(order.updated_ns))
    return Reply(200, encode(shape), [])


def _text(name: bytes | None) -> str | None:
    return None if name is None else name.decode("utf-8", "replace")
