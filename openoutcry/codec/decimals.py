"""Decimals at the edge, integers inside: no digit ever passes through binary floating point.

Order prices are integers of 1/10000 dollar, money and execution prices of 1/1,000,000 dollar,
quantities whole shares. Outside they are JSON numbers, or strings of the same form.
"""

import re
from decimal import Decimal
from functools import lru_cache

PRICE_PLACES = 4
MONEY_PLACES = 6
SHARE_PLACES = 0

# No venue needs more digits, before and behind the point.
_MOST_WHOLE, _MOST_FRACTION = 18, 24
# The grammar of a JSON number (RFC 8259, section 6) in these bounds.
_WITH_EXPONENT = re.compile(rb"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,24})?[eE][+-]?[0-9]{1,2}")
_TENS = tuple(int(10**places) for places in range(MONEY_PLACES + 1))


class NotDecimal(ValueError):
    """The text is no decimal number, or has more digits than any amount here."""


class TooFine(ValueError):
    """The number is exact, but finer than the unit it is counted in.

    floor: in that unit, rounded towards zero.
    """

    def __init__(self, floor: int) -> None:
        super().__init__(floor)
        self.floor = floor


def read_decimal(token: bytes, places: int) -> int:
    """Return the number in `token`, JSON as it stands, in units of 10 ** -places, exact.

    A number may have an exponent, a string has none.

    Raises NotDecimal, or TooFine for digits other than 0 beyond `places`.
    """
    quoted = token[:1] == b'"' and token[-1:] == b'"' and len(token) > 1
    text = token[1:-1] if quoted else token
    negative = text[:1] == b"-"
    whole, point, fraction = (text[1:] if negative else text).partition(b".")
    # The same grammar without an exponent, by hand: no regular expression is as quick. `isdigit`
    # of bytes knows ASCII alone.
    if (
        not whole.isdigit()
        or (point and not fraction.isdigit())
        or len(whole) > _MOST_WHOLE
        or len(fraction) > _MOST_FRACTION
        or (whole[:1] == b"0" and len(whole) > 1)
    ):
        if quoted:
            raise NotDecimal
        return _read_exponent(token, places)
    if len(fraction) > places:
        if fraction[places:].strip(b"0"):
            floor = int(whole + fraction[:places])
            raise TooFine(-floor if negative else floor)
        fraction = fraction[:places]
    units = int(whole + fraction) * _TENS[places - len(fraction)]
    return -units if negative else units


def _read_exponent(token: bytes, places: int) -> int:
    if _WITH_EXPONENT.fullmatch(token) is None:
        raise NotDecimal
    sign, digits, exponent = Decimal(token.decode("ascii")).as_tuple()
    assert isinstance(exponent, int)
    units = int("".join(map(str, digits)))
    shift = exponent + places
    if shift < 0:
        units, rest = divmod(units, 10**-shift)
        if rest:
            raise TooFine(-units if sign else units)
    else:
        units *= int(10**shift)
    return -units if sign else units


@lru_cache(maxsize=1 << 16)
def price_decimal(price: int) -> Decimal:
    """Return a price in 1/10000 dollar as dollars, with two decimals or all four."""
    if price % 100 == 0:
        return Decimal(price // 100).scaleb(-2)
    return Decimal(price).scaleb(-PRICE_PLACES)


def money_decimal(money: int) -> Decimal:
    """Return money in 1/1,000,000 dollar as dollars, with two, four or six decimals."""
    if money % 10_000 == 0:
        return Decimal(money // 10_000).scaleb(-2)
    if money % 100 == 0:
        return Decimal(money // 100).scaleb(-4)
    return Decimal(money).scaleb(-MONEY_PLACES)


def average_price(value: int, quantity: int) -> int:
    """Return value per share in 1/1,000,000 dollar, rounded half to even.

    The one rounding of the edge: an average need not be a decimal at all.
    """
    whole, rest = divmod(value, quantity)
    if rest * 2 > quantity or (rest * 2 == quantity and whole % 2):
        whole += 1
    return whole
