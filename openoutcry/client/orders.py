"""The orders of the user who is logged in."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from openoutcry.client.order import AllCancelled, Cancelled, Order, OrderChange, OrderRequest
from openoutcry.client.page import every
from openoutcry.client.session import Session, segment, with_query

_PATH = "/api/v1/orders"


@dataclass(frozen=True, slots=True)
class Orders:
    """Place, change, cancel and read orders. All raise ClientError; refusals raise Refused."""

    _session: Session

    async def place(self, request: OrderRequest) -> Order:
        """Send a new order and return it as it stands once it is durable.

        A request without a client order id gets a random one, so that a lost connection cannot
        make two orders of it.
        """
        if request.client_order_id is None:
            request = msgspec.structs.replace(request, client_order_id=uuid.uuid4().hex)
        return await self._session.send("POST", _PATH, Order, request, repeatable=True)

    async def replace(
        self,
        order_id: str,
        *,
        quantity: int | None = None,
        price: Decimal | None = None,
        stop_price: Decimal | None = None,
        version: int | None = None,
    ) -> Order:
        """Change the total quantity or the prices, of `version` alone where it is given."""
        return await self._session.send(
            "PATCH",
            f"{_PATH}/{segment(order_id)}",
            Order,
            OrderChange(quantity=quantity, price=price, stop_price=stop_price),
            headers="" if version is None else f'If-Match: "{version}"\r\n',
        )

    async def cancel(self, order_id: str) -> Cancelled:
        """Cancel what is left of one order."""
        return await self._session.send("DELETE", f"{_PATH}/{segment(order_id)}", Cancelled)

    async def cancel_all(
        self, *, symbol: str | None = None, account_id: str | None = None
    ) -> AllCancelled:
        """Cancel every open order of the user, or of one account, or in one symbol."""
        query = with_query(_PATH, {"symbol": symbol, "accountId": account_id})
        return await self._session.send("DELETE", query, AllCancelled, repeatable=True)

    async def get(self, order_id: str) -> Order:
        """One order with its fills."""
        return await self._session.get(f"{_PATH}/{segment(order_id)}", Order)

    def all(
        self, *, account_id: str | None = None, status: str | None = None, symbol: str | None = None
    ) -> AsyncIterator[Order]:
        """The user's orders, newest first, page after page."""
        query = {"accountId": account_id, "status": status, "symbol": symbol, "limit": 500}
        return every(self._session, _PATH, Order, query)
