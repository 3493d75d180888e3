"""Decimals are exact in both directions, or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openoutcry.codec.decimals import (
    MONEY_PLACES,
    PRICE_PLACES,
    NotDecimal,
    TooFine,
    average_price,
    money_decimal,
    price_decimal,
    read_decimal,
)


@pytest.mark.parametrize(
    ("token", "places", "units"),
    [
        (b"150.50", 4, 1_505_000),
        (b'"150.50"', 4, 1_505_000),
        (b"0", 4, 0),
        (b"-0.5", 4, -5_000),
        (b"1.50000000000000", 4, 15_000),
        (b"1e2", 4, 1_000_000),
        (b"1.5E-4", 4, None),
        (b"150e-4", 4, 150),
        (b"100.0", 0, 100),
        (b"999999999999999999", 0, 999_999_999_999_999_999),
    ],
)
def test_number_is_read_in_units(token: bytes, places: int, units: int | None) -> None:
    if units is None:
        with pytest.raises(TooFine):
            read_decimal(token, places)
    else:
        assert read_decimal(token, places) == units


@pytest.mark.parametrize(
    "token",
    [
        b"",
        b'"',
        b'""',
        b"null",
        b"true",
        b"NaN",
        b'"Infinity"',
        b"1e400",
        b'"1e2"',
        b"00",
        b"01",
        b"1.",
        b".1",
        b"+1",
        b"--1",
        b"1,5",
        b'"1 "',
        b'"1_0"',
        b"1" * 19,
        "\u0661".encode(),
        b"[1]",
    ],
)
def test_what_is_no_number_is_refused(token: bytes) -> None:
    with pytest.raises(NotDecimal):
        read_decimal(token, PRICE_PLACES)


@given(st.integers(-(2**63), 2**63 - 1))
def test_money_comes_back_as_it_went(money: int) -> None:
    text = str(money_decimal(money)).encode()
    assert read_decimal(text, MONEY_PLACES) == money


@given(st.integers(0, 2**32 - 1))
def test_price_comes_back_as_it_went(price: int) -> None:
    shown = price_decimal(price)
    assert read_decimal(str(shown).encode(), PRICE_PLACES) == price
    assert -shown.as_tuple().exponent in {2, 4}  # type: ignore[operator]


@given(st.decimals(-(10**12), 10**12, places=6, allow_nan=False))
def test_reading_agrees_with_decimal_arithmetic(number: Decimal) -> None:
    assert read_decimal(f"{number:f}".encode(), MONEY_PLACES) == int(number.scaleb(6))


@given(st.integers(0, 10**15), st.integers(1, 10**6))
def test_average_is_the_nearest_millionth_halves_to_even(value: int, quantity: int) -> None:
    exact = Decimal(value) / Decimal(quantity)
    assert average_price(value, quantity) == int(exact.to_integral_value("ROUND_HALF_EVEN"))
