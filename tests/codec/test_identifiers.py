"""Each id has one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openoutcry.codec.identifiers import account_id, order_id, read_account_id, read_order_id


@given(st.integers(0, 10**17))
def test_id_comes_back_as_it_went(number: int) -> None:
    assert read_order_id(order_id(number)) == number
    assert read_account_id(account_id(number)) == number


def test_account_ids_look_as_the_contract_says() -> None:
    assert account_id(1) == "ACC-000001"


@pytest.mark.parametrize(
    "text", ["", "ACC-", "ACC-1", "ACC-0000001", "acc-000001", "ACC-00000x", "000001", "ORD-000001"]
)
def test_other_spellings_name_nothing(text: str) -> None:
    assert read_account_id(text) is None
