"""The one table from which every gateway takes how it refuses what the engine refuses."""

from decimal import Decimal
from typing import NamedTuple

from openoutcry import _engine
from openoutcry.codec import terms
from openoutcry.codec.decimals import money_decimal, price_decimal


class Reject(NamedTuple):
    """How a refusal leaves the venue.

    http: the status of HTTP. figures: how `required` and `available` read, both in the unit of
    the reason: money, a price, shares, or a count; None where the reason has no figures.
    """

    http: int
    figures: str | None = None


_MONEY, _PRICE, _COUNT = "money", "price", "count"

REJECTS = {
    "MALFORMED": Reject(400),
    "UNKNOWN_SYMBOL": Reject(422),
    "UNKNOWN_ACCOUNT": Reject(404),
    "UNKNOWN_ORDER": Reject(404),
    "INVALID_QUANTITY": Reject(422, _COUNT),
    "INVALID_PRICE": Reject(422),
    "OFF_TICK": Reject(422, _PRICE),
    "INVALID_TIME_IN_FORCE": Reject(422),
    "INSUFFICIENT_FUNDS": Reject(422, _MONEY),
    "INSUFFICIENT_SHARES": Reject(422, _COUNT),
    "SHORT_SALE_NOT_PERMITTED": Reject(422),
    "HALTED": Reject(422),
    "PRICE_COLLAR": Reject(422, _PRICE),
    "ORDER_TOO_LARGE": Reject(422, _MONEY),
    "TOO_MANY_ORDERS": Reject(422, _COUNT),
    "DUPLICATE_CLIENT_ORDER_ID": Reject(409),
    "ACCOUNT_SUSPENDED": Reject(422),
    "VERSION_MISMATCH": Reject(412),
    "ORDER_ALREADY_DONE": Reject(409),
    "NOT_REPLACEABLE": Reject(422),
    "DUPLICATE_REFERENCE": Reject(409),
    "INVALID_AMOUNT": Reject(422),
    "ALREADY_LISTED": Reject(409),
    "STALE_SESSION_SEQUENCE": Reject(409),
    "VENUE_FULL": Reject(503),
    "UNKNOWN_VERSION": Reject(422),
    "POST_ONLY_WOULD_TAKE": Reject(422, _PRICE),
    "INVALID_INSTRUCTION": Reject(422),
    "INVALID_EXPIRY": Reject(422),
}

# Why orders that were accepted ended. No request is refused with these.
ENDINGS = frozenset(
    {
        "CANCELLED_BY_USER",
        "CANCELLED_UNFILLED",
        "CANCELLED_NO_LIQUIDITY",
        "CANCELLED_AT_COLLAR",
        "CANCELLED_SELF_TRADE",
        "CANCELLED_BY_OPERATOR",
        "EXPIRED_AT_CLOSE",
        "EXPIRED_AT_TIME",
    }
)

# What the two figures are to the person who reads them.
_SENTENCES = {
    "INVALID_QUANTITY": "{required} asked, at most {available}.",
    "OFF_TICK": "{required} asked, the next allowed price below is {available}.",
    "INSUFFICIENT_FUNDS": "It needs {required}, {available} available.",
    "INSUFFICIENT_SHARES": "It needs {required}, {available} available.",
    "PRICE_COLLAR": "{required} asked, the furthest allowed is {available}.",
    "ORDER_TOO_LARGE": "{required} asked, at most {available}.",
    "POST_ONLY_WOULD_TAKE": "{required} asked, the other side is at {available}.",
    "TOO_MANY_ORDERS": "It would be order {required} of at most {available}.",
}


def code_of(reason: int) -> str:
    """Return the stable code of an engine's reason."""
    return terms.REASON[reason].code


def figure(kind: str, number: int) -> Decimal | int:
    """Return a figure of a refusal in the unit that clients read: dollars, shares, a count."""
    if kind == _MONEY:
        return money_decimal(number)
    return price_decimal(number) if kind == _PRICE else number


def explain(answer: _engine.Answer) -> str:
    """Return the refusal in words, with its figures where there are any."""
    row = terms.REASON[answer.reason]
    sentence = _SENTENCES.get(row.code)
    kind = REJECTS[row.code].figures
    if sentence is None or kind is None or (answer.required == 0 and answer.available == 0):
        return row.text
    words = sentence.format(
        required=_words(kind, answer.required), available=_words(kind, answer.available)
    )
    return f"{row.text} {words}"


def _words(kind: str, number: int) -> str:
    text = f"{figure(kind, number):,}"
    return text + " USD" if kind == _MONEY else text
