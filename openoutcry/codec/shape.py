"""The form that all JSON shapes share: camelCase members, exact decimals as numbers."""

from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct, json

Price = Annotated[Decimal, Meta(description="Dollars, exact, at most 4 decimals.")]
Money = Annotated[Decimal, Meta(description="Dollars, exact, at most 6 decimals.")]
Time = Annotated[
    str,
    Meta(
        description="ISO 8601 UTC with nanoseconds.",
        examples=["2026-11-22T18:14:37.123456789Z"],
    ),
]
Shares = Annotated[int, Meta(description="Whole shares.")]
OrderId = Annotated[str, Meta(examples=["ORD-0000000042"])]
AccountId = Annotated[str, Meta(examples=["ACC-000001"])]
TradeId = Annotated[str, Meta(examples=["TRD-0000000007"])]
Ticker = Annotated[str, Meta(examples=["AAPL"])]


class Shape(Struct, rename="camel", gc=False):
    """A JSON object of the contract. None refers to itself, so none needs collecting."""


Item = TypeVar("Item")


class Page(Shape, Generic[Item]):
    """A list, newest first unless it says otherwise; `next` is the cursor of the page after."""

    items: list[Item]
    next: str | None = None


encode = json.Encoder(decimal_format="number").encode
