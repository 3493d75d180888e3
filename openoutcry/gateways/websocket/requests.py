"""What clients send over the WebSocket, understood or refused in words."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from openoutcry.codec.feed import Channel
from openoutcry.codec.market import Interval
from openoutcry.errors import Malformed
from openoutcry.gateways.websocket.limits import DEEPEST_BOOK, LARGEST_MESSAGE, MOST_SYMBOLS

_LONGEST_DETAIL = 200


class FeedRequest(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """One message of a client."""

    action: Literal["subscribe", "unsubscribe", "ping"]
    channel: Channel | UnsetType = UNSET
    symbols: Annotated[list[str], Meta(max_length=MOST_SYMBOLS)] | UnsetType = UNSET
    symbol: str | UnsetType = UNSET
    interval: Interval | UnsetType | None = UNSET
    depth: Annotated[int, Meta(ge=1, le=DEEPEST_BOOK)] | UnsetType | None = UNSET
    account_id: str | UnsetType | None = UNSET
    token: str | UnsetType | None = UNSET
    batch: bool | UnsetType | None = UNSET


_DECODER = msgspec.json.Decoder(FeedRequest)


def read_request(text: str | bytes) -> FeedRequest:
    """Return the request. Raises Malformed."""
    if len(text) > LARGEST_MESSAGE:
        raise Malformed("MESSAGE_TOO_LARGE", f"A message has at most {LARGEST_MESSAGE} bytes.")
    try:
        return _DECODER.decode(text)
    except msgspec.ValidationError as error:
        raise Malformed("INVALID_MESSAGE", str(error)[:_LONGEST_DETAIL]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed("MALFORMED_JSON", "The message is no JSON.") from None
