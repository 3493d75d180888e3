"""Accounts: cash, positions, portfolio, ledger, trades; deposits and withdrawals."""

import secrets
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Request, Response
from msgspec import UNSET, Meta, Raw, UnsetType

from openoutcry import _engine
from openoutcry.codec import accounts, terms
from openoutcry.codec.decimals import MONEY_PLACES, SHARE_PLACES
from openoutcry.codec.identifiers import account_id, transfer_id
from openoutcry.codec.shape import AccountId, Money, Page, Shape
from openoutcry.gateways.audit import audit
from openoutcry.gateways.reply import refusal
from openoutcry.gateways.rest import number_schemas
from openoutcry.gateways.rest.body import NumberField, RequestBody, read_json
from openoutcry.gateways.rest.caller import request_caller
from openoutcry.gateways.rest.openapi import Documents
from openoutcry.gateways.rest.order_entry import NAME_SCHEMA, read_name
from openoutcry.gateways.rest.pages import (
    Cursor,
    Limit,
    json_response,
    page,
    read_cursor,
    split_page,
)
from openoutcry.gateways.services import Floor, Services
from openoutcry.identity import Scope

_LARGEST = 2**63 - 1
_TRANSFERRED = terms.EVENT_NUMBER["Transferred"]
_REPEATED = terms.EVENT_NUMBER["Repeated"]

_CASH = NumberField("amount", MONEY_PLACES, 1, _LARGEST, "INVALID_AMOUNT")
_SHARES = NumberField("amount", SHARE_PLACES, 1, _LARGEST, "INVALID_AMOUNT")


class TransferRequest(RequestBody):
    """Money or shares to bring in or take out."""

    amount: Annotated[
        Raw,
        Meta(
            description="Dollars, or whole shares where `asset` is a symbol; above 0.",
            examples=[1000.5],
            extra_json_schema=number_schemas.MONEY,
        ),
    ]
    asset: Annotated[str, Meta(description="USD, or a symbol.", max_length=32)] | UnsetType = UNSET
    reference: (
        Annotated[
            str,
            Meta(
                description="Up to 63 bytes, unique in the venue: the same one with the same "
                "content moves nothing twice. A new one is made where it is left out.",
                extra_json_schema=NAME_SCHEMA,
            ),
        ]
        | UnsetType
    ) = UNSET


class Transfer(Shape):
    """A deposit or withdrawal carried out."""

    transfer_id: str
    account_id: AccountId
    kind: Literal["DEPOSIT", "WITHDRAWAL"]
    asset: str
    amount: Money
    reference: str


AccountPath = Annotated[str, Path(alias="accountId")]

_TRANSFER_REQUEST = msgspec.json.Decoder(TransferRequest)


class AccountRoutes:
    """/accounts and what lies below it."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def router(self, documents: Documents) -> APIRouter:
        """Return the routes with their documentation."""
        router = APIRouter(prefix="/api/v1", tags=["accounts"])
        item = "/accounts/{accountId}"
        for path, endpoint, shape in (
            ("/accounts", self.accounts, Page[accounts.Account]),
            (item, self.account, accounts.Account),
            (item + "/positions", self.positions, Page[accounts.Position]),
            (item + "/portfolio", self.portfolio, accounts.Portfolio),
            (item + "/ledger", self.ledger, Page[accounts.LedgerLine]),
            (item + "/trades", self.trades, Page[accounts.AccountTrade]),
        ):
            errors = (400,) if path == "/accounts" else (400, 404)
            words = documents.route(shape, *errors, scopes=(Scope.READ,))
            router.add_api_route(path, endpoint, methods=["GET"], **words)
        for name, endpoint in (("/deposits", self.deposit), ("/withdrawals", self.withdraw)):
            words = documents.route(
                Transfer, 404, 409, 422, status=201, takes=TransferRequest, scopes=(Scope.ADMIN,)
            )
            router.add_api_route(item + name, endpoint, methods=["POST"], **words)
        return router

    async def accounts(
        self, request: Request, limit: Limit = 100, cursor: Cursor = None
    ) -> Response:
        """The caller's accounts; with the scope audit, everyone's."""
        floor = self._services.floor
        principal = request_caller(self._services.identity, request, Scope.READ)
        after = read_cursor(cursor) or 0
        if Scope.AUDIT in principal.scopes:
            count = floor.engine.status().accounts
            numbers = list(range(after + 1, min(count, after + limit + 1) + 1))
        else:
            numbers = [n for n in floor.own_accounts(principal) if n > after][: limit + 1]
        shown, last = split_page(numbers, limit)
        rows = (floor.engine.account(number) for number in shown)
        return page([accounts.account_shape(row) for row in rows if row is not None], last)

    async def account(self, request: Request, account: AccountPath) -> Response:
        """One account with its cash."""
        _, row = self._visible(request, account)
        return json_response(accounts.account_shape(row))

    async def positions(self, request: Request, account: AccountPath) -> Response:
        """All positions of the account, by symbol."""
        floor, row = self._visible(request, account)
        return page(list(portfolio(floor, row).positions), None)

    async def portfolio(self, request: Request, account: AccountPath) -> Response:
        """Cash, positions and what they are worth at last prices."""
        floor, row = self._visible(request, account)
        return json_response(portfolio(floor, row))

    async def ledger(
        self, request: Request, account: AccountPath, limit: Limit = 100, cursor: Cursor = None
    ) -> Response:
        """Double-entry lines of the account, newest first; two of an entry with itself."""
        floor, row = self._visible(request, account)
        found = floor.engine.entries(row.account, read_cursor(cursor), limit + 1)
        rows, last = split_page(found, limit)
        lines = [
            line
            for entry in rows
            for line in accounts.ledger_lines(entry, row.account, asset_code(floor, entry.asset))
        ]
        return page(lines, None if last is None else last.entry)

    async def trades(
        self, request: Request, account: AccountPath, limit: Limit = 100, cursor: Cursor = None
    ) -> Response:
        """Trades of the account, newest first."""
        floor, row = self._visible(request, account)
        found = floor.engine.account_trades(row.account, read_cursor(cursor), limit + 1)
        rows, last = split_page(found, limit)
        items = [
            accounts.account_trade_shape(trade, row.account, floor.listings.ticker(trade.symbol))
            for trade in rows
        ]
        return page(items, None if last is None else last.trade)

    async def deposit(self, request: Request, account: AccountPath) -> Response:
        """Bring money or shares in from outside. Idempotent by `reference`."""
        return await self._transfer(request, account, "DEPOSIT")

    async def withdraw(self, request: Request, account: AccountPath) -> Response:
        """Send money or shares outside. Idempotent by `reference`."""
        return await self._transfer(request, account, "WITHDRAWAL")

    async def _transfer(
        self, request: Request, text: str, kind: Literal["DEPOSIT", "WITHDRAWAL"]
    ) -> Response:
        floor = self._services.floor
        principal = request_caller(self._services.identity, request, Scope.ADMIN)
        wanted = await read_json(request, _TRANSFER_REQUEST)
        account = floor.visible_account(principal, text).account
        code = wanted.asset or accounts.CASH_CODE
        asset = accounts.CASH_ASSET if code == accounts.CASH_CODE else floor.symbol(code) + 1
        field = _CASH if asset == accounts.CASH_ASSET else _SHARES
        amount = field.read_given(wanted.amount)
        reference = secrets.token_hex(16) if wanted.reference is UNSET else wanted.reference
        source, target = (0, account) if kind == "DEPOSIT" else (account, 0)
        answer = await floor.sequencer.submit(
            _engine.transfer(source, target, asset, amount, read_name(reference, "reference"))
        )
        done = answer.event in {_TRANSFERRED, _REPEATED} and not answer.reason
        audit(
            kind.lower(),
            principal,
            account=account,
            asset=code,
            amount=str(accounts.asset_amount(asset, amount)),
            reference=reference,
            done=done,
        )
        if not done:
            raise refusal(answer)
        shape = Transfer(
            transfer_id(answer.made),
            account_id(account),
            kind,
            code,
            accounts.asset_amount(asset, amount),
            reference,
        )
        return json_response(shape, 201)

    def _visible(self, request: Request, text: str) -> tuple[Floor, _engine.Account]:
        floor = self._services.floor
        principal = request_caller(self._services.identity, request, Scope.READ)
        return floor, floor.visible_account(principal, text)


def asset_code(floor: Floor, asset: int) -> str:
    """Return USD, or the ticker of a symbol's shares."""
    if asset == accounts.CASH_ASSET:
        return accounts.CASH_CODE
    return floor.listings.ticker(asset - 1)


def portfolio(floor: Floor, account: _engine.Account) -> accounts.Portfolio:
    """Return the account valued at last prices."""
    positions = floor.engine.positions(account.account)
    return accounts.portfolio_shape(
        account,
        positions,
        [floor.listings.ticker(position.symbol) for position in positions],
        [floor.engine.quote(position.symbol).last for position in positions],
    )
