"""What operators send and get."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Raw, UnsetType

from openoutcry.codec.accounts import AccountKind, AccountStatus
from openoutcry.codec.market import HaltReason
from openoutcry.codec.shape import AccountId, Money, OrderId, Price, Shape, Ticker, Time
from openoutcry.gateways.rest.body import RequestBody
from openoutcry.gateways.rest.number_schemas import OPTIONAL_MONEY, PRICE

_USERNAME = {"pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$"}
_PASSWORD = {"minLength": 8, "maxLength": 128}

Role = Literal["trader", "operator", "compliance"]
KycStatus = Literal["PENDING", "APPROVED", "REJECTED"]
UserName = Annotated[str, Meta(max_length=1024, extra_json_schema=_USERNAME)]
Password = Annotated[str, Meta(max_length=1024, extra_json_schema=_PASSWORD)]
BasisPoints = Annotated[int, Meta(ge=0, le=100_000, description="Of the reference price; 0: none.")]
UnsignedCount = Annotated[int, Meta(ge=0, le=2**32 - 1)]
SymbolOrAll = Annotated[str, Meta(max_length=32, description="All symbols where left out.")]


class UserRequest(RequestBody):
    """A new user. Traders get an account of `accountType`."""

    username: UserName
    password: Password
    role: Annotated[Role, Meta(description="trader where left out")] | UnsetType = UNSET
    kyc_status: Annotated[KycStatus, Meta(description="PENDING where left out")] | UnsetType = UNSET
    account_type: Annotated[AccountKind, Meta(description="CASH where left out")] | UnsetType = (
        UNSET
    )


class User(Shape):
    """A user as operators see it."""

    user_id: int
    username: str
    role: str
    kyc_status: KycStatus
    disabled: bool
    created_at: Time
    accounts: list[AccountId]


class KycRequest(RequestBody):
    """How far the venue knows a user."""

    status: KycStatus


class NewPasswordRequest(RequestBody):
    """Another password for a user."""

    new_password: Password


class AccountRequest(RequestBody):
    """One more account for a user; the same `reference` opens it once."""

    user_id: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    type: AccountKind
    reference: Annotated[str, Meta(min_length=1, max_length=63)]


class SymbolRequest(RequestBody):
    """A symbol to list. Prices in dollars, collars in basis points."""

    symbol: Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9.]{0,7}$", examples=["ORCL"])]
    previous_close: Annotated[Raw, Meta(examples=[100.25], extra_json_schema=PRICE)]
    tick_size: (
        Annotated[
            Raw,
            Meta(description="By the venue's table where left out.", extra_json_schema=PRICE),
        ]
        | UnsetType
    ) = UNSET
    maximum_quantity: UnsignedCount | UnsetType = UNSET
    sweep_collar: BasisPoints | UnsetType = UNSET
    limit_collar: BasisPoints | UnsetType = UNSET


class HaltRequest(RequestBody):
    """Stop or continue trading."""

    symbol: SymbolOrAll | UnsetType = UNSET
    reason: Annotated[HaltReason, Meta(description="OPERATOR where left out")] | UnsetType = UNSET


class Halted(Shape):
    """Symbols with their status now."""

    symbols: list[Ticker]
    status: Literal["OPEN", "HALTED"]


class StatusRequest(RequestBody):
    """SUSPENDED cancels all open orders and refuses new ones until ACTIVE: the kill switch."""

    status: AccountStatus


class StatusSet(Shape):
    """An account's status now, with the orders cancelled by it."""

    account_id: AccountId
    status: AccountStatus
    cancelled_orders: list[OrderId]


class LimitsRequest(RequestBody):
    """Limits of one account; 0 or left out: the venue's default."""

    maximum_open_orders: UnsignedCount | UnsetType = UNSET
    maximum_order_value: (
        Annotated[Raw, Meta(description="Dollars.", extra_json_schema=OPTIONAL_MONEY)] | UnsetType
    ) = UNSET


class Limits(Shape):
    """Limits of one account; null: the venue's default."""

    account_id: AccountId
    maximum_open_orders: int | None
    maximum_order_value: Money | None


class EndOfDayRequest(RequestBody):
    """Ends the trading day: day orders expire, the last prices become the closes."""

    symbol: SymbolOrAll | UnsetType = UNSET


class Close(Shape):
    """A symbol's closing price."""

    symbol: Ticker
    close: Price


class DayEnded(Shape):
    """The closes of a day that ended."""

    closes: list[Close]
