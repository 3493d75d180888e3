"""Lists of orders and mass cancels; single orders take the lane (order_lane.py)."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from openoutcry import _engine
from openoutcry.codec import terms
from openoutcry.codec.identifiers import order_id
from openoutcry.codec.orders import Order, order_shape
from openoutcry.codec.shape import OrderId, Page, Shape
from openoutcry.errors import Malformed, RateLimited
from openoutcry.gateways.reply import refusal
from openoutcry.gateways.rest.caller import request_caller
from openoutcry.gateways.rest.openapi import Documents
from openoutcry.gateways.rest.pages import (
    Cursor,
    Limit,
    json_response,
    page,
    read_cursor,
    split_page,
)
from openoutcry.gateways.services import Floor, Services
from openoutcry.identity import Principal, Scope

# Orders read at a time.
_CHUNK = 1_000
_ALL_CANCELLED = terms.EVENT_NUMBER["AllCancelled"]

_STATUSES = "|".join(terms.ORDER_STATUSES)

AccountFilter = Annotated[
    str | None,
    Query(alias="accountId", description="Of this account alone.", examples=["ACC-000001"]),
]
SymbolFilter = Annotated[str | None, Query(description="In this symbol alone.")]
StatusFilter = Annotated[
    str | None,
    Query(
        description="One or more statuses, separated by commas.",
        examples=["NEW,PARTIAL"],
        json_schema_extra={"pattern": f"^({_STATUSES})(,({_STATUSES}))*$"},
    ),
]


class AllCancelled(Shape):
    """A mass cancel carried out: the orders that were open and are cancelled now."""

    count: int
    order_ids: list[OrderId]


class OrderRoutes:
    """GET and DELETE /orders."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def router(self, documents: Documents) -> APIRouter:
        """Return the routes with their documentation."""
        router = APIRouter(prefix="/api/v1", tags=["orders"])
        listed = documents.route(Page[Order], 400, 404, scopes=(Scope.READ,))
        cancelled = documents.route(AllCancelled, 404, 429, scopes=(Scope.TRADE, Scope.ADMIN))
        router.add_api_route("/orders", self.orders, methods=["GET"], **listed)
        router.add_api_route("/orders", self.cancel_all, methods=["DELETE"], **cancelled)
        return router

    async def orders(
        self,
        request: Request,
        status: StatusFilter = None,
        symbol: SymbolFilter = None,
        account: AccountFilter = None,
        limit: Limit = 100,
        cursor: Cursor = None,
    ) -> Response:
        """The caller's orders, newest first. With the scope audit, `accountId` may be anyone's."""
        floor = self._services.floor
        principal = request_caller(self._services.identity, request, Scope.READ)
        statuses = _statuses(status)
        listed = None if symbol is None else floor.symbol(symbol)
        before = read_cursor(cursor)
        found: list[_engine.Order] = []
        for number in visible_accounts(floor, principal, account):
            found += floor.engine.orders(number, statuses, listed, before, limit + 1)
        found.sort(key=lambda order: order.order, reverse=True)
        rows, last = split_page(found, limit)
        items = [order_shape(row, floor.listings.ticker(row.symbol)) for row in rows]
        return page(items, None if last is None else last.order)

    async def cancel_all(
        self, request: Request, symbol: SymbolFilter = None, account: AccountFilter = None
    ) -> Response:
        """Cancel all open orders of the caller; with the scope admin, of any `accountId`."""
        floor = self._services.floor
        principal = request_caller(self._services.identity, request, Scope.TRADE, Scope.ADMIN)
        allowance = self._services.cancels.take(principal.user_id)
        if not allowance.allowed:
            raise RateLimited("Too many cancels.", retry_after=allowance.retry_after)
        number = None if symbol is None else floor.symbol(symbol)
        accounts = visible_accounts(floor, principal, account)
        cancelled: list[str] = []
        for owned in accounts:
            cancelled += await cancel_account(
                floor, owned, number, by_operator=Scope.TRADE not in principal.scopes
            )
        return json_response(AllCancelled(len(cancelled), cancelled))


def visible_accounts(floor: Floor, principal: Principal, account: str | None) -> list[int]:
    """Return the one account that is named, or the caller's own. Raises NotFound."""
    if account is None:
        return floor.own_accounts(principal)
    return [floor.visible_account(principal, account).account]


async def cancel_account(
    floor: Floor, account: int, symbol: int | None = None, *, by_operator: bool
) -> list[str]:
    """Cancel all open orders of `account` and return their ids. Raises Refusal."""
    newest = floor.engine.orders(account, limit=1)
    before = _all_orders(floor, account, symbol, terms.OPEN_STATUSES, 0)
    answer = await floor.sequencer.submit(
        _engine.cancel_all(account, symbol, by_operator=by_operator)
    )
    if answer.event != _ALL_CANCELLED:
        raise refusal(answer)
    # Orders that came in between were cancelled as well.
    above = newest[0].order if newest else 0
    candidates = _all_orders(floor, account, symbol, ("CANCELLED",), above) + before
    return [
        order_id(number)
        for number in candidates
        if (row := floor.engine.order(number)) is not None
        and row.status == "CANCELLED"
        and row.updated_ns == answer.time_ns
    ]


def _all_orders(
    floor: Floor, account: int, symbol: int | None, statuses: Sequence[str], above: int
) -> list[int]:
    numbers: list[int] = []
    before = None
    while True:
        rows = floor.engine.orders(account, statuses, symbol, before, _CHUNK)
        numbers += [row.order for row in rows if row.order > above]
        if len(rows) < _CHUNK or rows[-1].order <= above:
            return numbers
        before = rows[-1].order


def _statuses(text: str | None) -> list[str] | None:
    if text is None:
        return None
    statuses = text.split(",")
    if not set(statuses) <= set(terms.ORDER_STATUSES):
        raise Malformed("INVALID_STATUS", "status is one or more of the order statuses.")
    return statuses
