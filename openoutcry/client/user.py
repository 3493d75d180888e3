"""Users as operators see them."""

import msgspec


class User(msgspec.Struct, rename="camel", kw_only=True):
    """A user of the venue; `role` is trader, operator or compliance."""

    user_id: int
    username: str
    role: str
    kyc_status: str
    disabled: bool
    created_at: str
    accounts: list[str]
