"""What operators do with users and their accounts."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Request, Response

from openoutcry import _engine
from openoutcry.codec import accounts, terms
from openoutcry.codec.decimals import MONEY_PLACES, money_decimal
from openoutcry.codec.identifiers import account_id
from openoutcry.codec.shape import Page
from openoutcry.codec.timestamps import write_moment
from openoutcry.gateways.audit import audit
from openoutcry.gateways.reply import refusal
from openoutcry.gateways.rest import admin_shapes as shapes
from openoutcry.gateways.rest.account_routes import AccountPath
from openoutcry.gateways.rest.body import NumberField, read_json
from openoutcry.gateways.rest.caller import request_caller
from openoutcry.gateways.rest.openapi import Documents
from openoutcry.gateways.rest.order_entry import read_name
from openoutcry.gateways.rest.order_routes import cancel_account
from openoutcry.gateways.rest.pages import Cursor, Limit, json_response, page, read_cursor
from openoutcry.gateways.services import Floor, Services, first_account_name
from openoutcry.identity import Principal, Role, Scope
from openoutcry.identity.users import KycStatus, User

_LARGEST_USER = 2**31 - 1
_ORDER_VALUE = NumberField("maximumOrderValue", MONEY_PLACES, 0, 2**63 - 1, "INVALID_AMOUNT")

_USER = msgspec.json.Decoder(shapes.UserRequest)
_KYC = msgspec.json.Decoder(shapes.KycRequest)
_PASSWORD = msgspec.json.Decoder(shapes.NewPasswordRequest)
_ACCOUNT = msgspec.json.Decoder(shapes.AccountRequest)
_STATUS = msgspec.json.Decoder(shapes.StatusRequest)
_LIMITS = msgspec.json.Decoder(shapes.LimitsRequest)

UserPath = Annotated[int, Path(alias="userId", ge=1, le=_LARGEST_USER)]


class UserAdminRoutes:
    """/admin/users and /admin/accounts; all need the scope admin and leave an audit line."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def router(self, documents: Documents) -> APIRouter:
        """Return the routes with their documentation."""
        router = APIRouter(prefix="/api/v1/admin", tags=["administration"])
        user, account = "/users/{userId}", "/accounts/{accountId}"

        def post(path: str, endpoint: Any, answer: Any, *errors: int, **rest: Any) -> None:  # noqa: ANN401
            words = documents.route(answer, 400, *errors, scopes=(Scope.ADMIN,), **rest)
            router.add_api_route(path, endpoint, methods=["POST"], **words)

        listed = documents.route(Page[shapes.User], 400, scopes=(Scope.ADMIN,))
        router.add_api_route("/users", self.users, methods=["GET"], **listed)
        post("/users", self.create, shapes.User, 409, status=201, takes=shapes.UserRequest)
        post(user + "/disable", self.disable, shapes.User, 404, 409)
        post(user + "/enable", self.enable, shapes.User, 404)
        post(user + "/kyc", self.set_kyc, shapes.User, 404, takes=shapes.KycRequest)
        post(
            user + "/password",
            self.reset_password,
            shapes.User,
            404,
            takes=shapes.NewPasswordRequest,
        )
        post(
            "/accounts",
            self.open_account,
            accounts.Account,
            404,
            status=201,
            takes=shapes.AccountRequest,
        )
        post(
            account + "/status", self.set_status, shapes.StatusSet, 404, takes=shapes.StatusRequest
        )
        post(account + "/limits", self.set_limits, shapes.Limits, 404, takes=shapes.LimitsRequest)
        return router

    async def users(self, request: Request, limit: Limit = 100, cursor: Cursor = None) -> Response:
        """All users, in the order in which they were made."""
        operator = self._operator(request)
        found = await self._services.identity.users.list(operator, limit, read_cursor(cursor))
        return page([self._shape(user) for user in found.items], found.next)

    async def create(self, request: Request) -> Response:
        """Make a user; a trader gets an account."""
        operator = self._operator(request)
        floor = self._services.floor
        wanted = await read_json(request, _USER)
        role = Role(wanted.role or Role.TRADER)
        kyc_status = KycStatus(wanted.kyc_status or KycStatus.PENDING)
        user = await self._services.identity.users.create(
            operator, wanted.username, wanted.password, role, kyc_status
        )
        audit("user created", operator, user=user.user_id, role=role, kyc_status=kyc_status)
        if role is Role.TRADER:
            await open_first_account(floor, user.user_id, wanted.account_type or "CASH")
        return json_response(self._shape(user), 201)

    async def disable(self, request: Request, user_id: UserPath) -> Response:
        """Shut a user out: every token ends at once. Open orders stay; see the kill switch."""
        operator = self._operator(request)
        user = await self._services.identity.users.disable(operator, user_id)
        audit("user disabled", operator, user=user_id)
        return json_response(self._shape(user))

    async def enable(self, request: Request, user_id: UserPath) -> Response:
        """Let a disabled user log in again."""
        operator = self._operator(request)
        user = await self._services.identity.users.enable(operator, user_id)
        audit("user enabled", operator, user=user_id)
        return json_response(self._shape(user))

    async def set_kyc(self, request: Request, user_id: UserPath) -> Response:
        """Record how far the venue knows a user; only APPROVED may send orders."""
        operator = self._operator(request)
        status = KycStatus((await read_json(request, _KYC)).status)
        user = await self._services.identity.users.set_kyc_status(operator, user_id, status)
        audit("kyc status set", operator, user=user_id, kyc_status=status)
        return json_response(self._shape(user))

    async def reset_password(self, request: Request, user_id: UserPath) -> Response:
        """Give a user another password, which ends all of the user's tokens."""
        operator = self._operator(request)
        wanted = await read_json(request, _PASSWORD)
        users = self._services.identity.users
        await users.reset_password(operator, user_id, wanted.new_password)
        audit("password reset", operator, user=user_id)
        return json_response(self._shape(await users.get(user_id)))

    async def open_account(self, request: Request) -> Response:
        """Open one more account for a user. Idempotent by the user's `reference`."""
        operator = self._operator(request)
        floor = self._services.floor
        wanted = await read_json(request, _ACCOUNT)
        user = await self._services.identity.users.get(wanted.user_id)
        reference = read_name(wanted.reference, "reference")
        number = await _open_account(floor, user.user_id, wanted.type, reference)
        row = floor.engine.account(number)
        assert row is not None, "it was opened just now, or before"
        audit("account opened", operator, user=user.user_id, account=account_id(number))
        return json_response(accounts.account_shape(row), 201)

    async def set_status(self, request: Request, account: AccountPath) -> Response:
        """The kill switch: SUSPENDED cancels all open orders and refuses new ones."""
        operator = self._operator(request)
        floor = self._services.floor
        status = (await read_json(request, _STATUS)).status
        number = floor.visible_account(operator, account).account
        answer = await floor.sequencer.submit(
            _engine.set_account_status(number, terms.ACCOUNT_STATUS_NUMBER[status])
        )
        if answer.event != terms.EVENT_NUMBER["AccountStatusSet"]:
            raise refusal(answer)
        audit("account status set", operator, account=account, status=status)
        cancelled: list[str] = []
        if status == "SUSPENDED":
            cancelled = await cancel_account(floor, number, by_operator=True)
        return json_response(shapes.StatusSet(account, status, cancelled))

    async def set_limits(self, request: Request, account: AccountPath) -> Response:
        """Set the pre-trade limits of an account."""
        operator = self._operator(request)
        floor = self._services.floor
        wanted = await read_json(request, _LIMITS)
        number = floor.visible_account(operator, account).account
        most, value = wanted.maximum_open_orders or 0, _ORDER_VALUE.read(wanted.maximum_order_value)
        answer = await floor.sequencer.submit(_engine.set_limits(number, most, value))
        if answer.event != terms.EVENT_NUMBER["LimitsSet"]:
            raise refusal(answer)
        audit("limits set", operator, account=account, open_orders=most, order_value=value)
        shape = shapes.Limits(account, most or None, money_decimal(value) if value else None)
        return json_response(shape)

    def _operator(self, request: Request) -> Principal:
        return request_caller(self._services.identity, request, Scope.ADMIN)

    def _shape(self, user: User) -> shapes.User:
        owned = self._services.floor.engine.accounts_of(user.user_id)
        return shapes.User(
            user.user_id,
            user.username,
            user.role.value,
            user.kyc_status.value,
            user.disabled,
            write_moment(user.created_at),
            [account_id(number) for number in owned],
        )


async def open_first_account(floor: Floor, user_id: int, kind: str) -> int:
    """Open the account that every trader has, once; return its number."""
    return await _open_account(floor, user_id, kind, first_account_name(user_id))


async def _open_account(floor: Floor, user_id: int, kind: str, reference: bytes) -> int:
    answer = await floor.sequencer.submit(
        _engine.open_account(user_id, terms.ACCOUNT_KIND_NUMBER[kind], 0, reference)
    )
    opened = answer.event in {terms.EVENT_NUMBER["AccountOpened"], terms.EVENT_NUMBER["Repeated"]}
    if not opened or answer.reason:
        raise refusal(answer)
    return answer.made
