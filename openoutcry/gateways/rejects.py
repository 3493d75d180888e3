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
    fix_order: OrdRejReason, tag 103 of FIX 4.4. fix_cancel: CxlRejReason, tag 102. 99 is "other":
    the text then begins with the code.
    """

    http: int
    figures: str | None = None
    fix_order: int = 99
    fix_cancel: int = 99


_MONEY, _PRICE, _COUNT = "money", "price", "count"

REJECTS = {
    "MALFORMED": Reject(400),
    "UNKNOWN_SYMBOL": Reject(422, fix_order=1),
    "UNKNOWN_ACCOUNT": Reject(404, fix_order=15),
    "UNKNOWN_ORDER": Reject(404, fix_order=5, fix_cancel=1),
    "INVALID_QUANTITY": Reject(422, _COUNT, fix_order=13),
    "INVALID_PRICE": Reject(422),
    "OFF_TICK": Reject(422, _PRICE),
    "INVALID_TIME_IN_FORCE": Reject(422, fix_order=11),
    "INSUFFICIENT_FUNDS": Reject(422, _MONEY, fix_order=3),
    "INSUFFICIENT_SHARES": Reject(422, _COUNT, fix_order=3),
    "SHORT_SALE_NOT_PERMITTED": Reject(422, fix_order=0),
    "HALTED": Reject(422, fix_order=2, fix_cancel=2),
    "PRICE_COLLAR": Reject(422, _PRICE, fix_order=3),
    "ORDER_TOO_LARGE": Reject(422, _MONEY, fix_order=3),
    "TOO_MANY_ORDERS": Reject(422, _COUNT, fix_order=3),
    "DUPLICATE_CLIENT_ORDER_ID": Reject(409, fix_order=6, fix_cancel=6),
    "ACCOUNT_SUSPENDED": Reject(422, fix_order=0, fix_cancel=2),
    "VERSION_MISMATCH": Reject(412, fix_cancel=5),
    "ORDER_ALREADY_DONE": Reject(409, fix_cancel=0),
    "NOT_REPLACEABLE": Reject(422),
    "DUPLICATE_REFERENCE": Reject(409),
    "INVALID_AMOUNT": Reject(422),
    "ALREADY_LISTED": Reject(409),
    "STALE_SESSION_SEQUENCE": Reject(409),
    "VENUE_FULL": Reject(503, fix_order=0, fix_cancel=2),
    "UNKNOWN_VERSION": Reject(422),
    "POST_ONLY_WOULD_TAKE": Reject(422, _PRICE, fix_order=0),
    "INVALID_INSTRUCTION": Reject(422, fix_order=11),
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


def fix_codes() -> list[tuple[int, int, int, str]]:
    """Return for each reason its number, OrdRejReason, CxlRejReason, and code with sentence."""
    other = Reject(422)
    return [
        (row.number, reject.fix_order, reject.fix_cancel, f"{row.code}: {row.text}")
        for row in _engine.reasons()
        for reject in [REJECTS.get(row.code, other)]
    ]


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
