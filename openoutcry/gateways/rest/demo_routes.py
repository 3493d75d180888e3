"""POST /demo/reset: a demo's accounts as they were when it began."""

from fastapi import APIRouter, Request, Response

from openoutcry.codec.identifiers import account_id
from openoutcry.codec.shape import AccountId, Shape
from openoutcry.errors import NotFound
from openoutcry.gateways.audit import audit
from openoutcry.gateways.rest.caller import request_caller
from openoutcry.gateways.rest.openapi import Documents
from openoutcry.gateways.rest.pages import json_response
from openoutcry.gateways.services import Services
from openoutcry.identity import Scope


class Reset(Shape):
    """Accounts that are as they were when the demo began."""

    accounts: list[AccountId]


class DemoRoutes:
    """Answers 404 in a venue that is no demo."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def router(self, documents: Documents) -> APIRouter:
        """Return the route with its documentation."""
        router = APIRouter(prefix="/api/v1/demo", tags=["demo"])
        words = documents.route(Reset, 404, 409, scopes=(Scope.TRADE, Scope.ADMIN))
        router.add_api_route("/reset", self.reset, methods=["POST"], **words)
        return router

    async def reset(self, request: Request) -> Response:
        """Cancel open orders and bring cash and shares back to the start.

        Of the caller's own accounts; an operator starts everyone afresh. The ledger keeps all that
        happened: what is missing comes in as deposits, what is too much goes out as withdrawals.
        """
        demo = self._services.demo
        if demo is None:
            raise NotFound("NOT_A_DEMO", "This venue is no demo.")
        principal = request_caller(self._services.identity, request, Scope.TRADE, Scope.ADMIN)
        own = self._services.floor.own_accounts(principal)
        everyone = Scope.ADMIN in principal.scopes
        numbers = [number for number in demo.accounts() if everyone or number in own]
        await demo.reset(numbers)
        accounts = [account_id(number) for number in numbers]
        audit("demo reset", principal, accounts=accounts)
        return json_response(Reset(accounts))
