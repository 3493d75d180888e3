"""The FastAPI application: every documented route but those of single orders."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from openoutcry.codec.orders import Order
from openoutcry.codec.shape import encode
from openoutcry.errors import Problem
from openoutcry.gateways.metrics import Metrics
from openoutcry.gateways.reply import Reply, internal_error, problem, problem_of
from openoutcry.gateways.rest import order_lane
from openoutcry.gateways.rest.account_routes import AccountRoutes
from openoutcry.gateways.rest.credential_routes import CredentialRoutes
from openoutcry.gateways.rest.demo_routes import DemoRoutes
from openoutcry.gateways.rest.docs_page import docs_router
from openoutcry.gateways.rest.market_admin_routes import MarketAdminRoutes
from openoutcry.gateways.rest.market_routes import MarketRoutes
from openoutcry.gateways.rest.openapi import Documents, build_openapi
from openoutcry.gateways.rest.order_entry import Cancelled, OrderRequest, ReplaceRequest
from openoutcry.gateways.rest.order_routes import OrderRoutes
from openoutcry.gateways.rest.system_routes import SystemRoutes
from openoutcry.gateways.rest.terminal_files import TerminalFiles
from openoutcry.gateways.rest.user_admin_routes import UserAdminRoutes
from openoutcry.gateways.services import Services
from openoutcry.identity import Scope


class ApiPage:
    """The OpenAPI page, made when it is first asked for: a venue trades before that."""

    def __init__(self, app: FastAPI, documents: Documents) -> None:
        self._app = app
        self._documents = documents

    @cached_property
    def body(self) -> bytes:
        """The page."""
        return encode(self._page)

    def methods(self, path: str) -> list[str]:
        """Return the methods of `path`; GET for the pages that are not documented."""
        return next((methods for form, methods in self._methods if form.match(path)), ["GET"])

    @cached_property
    def _page(self) -> dict[str, Any]:
        return build_openapi(self._app, self._documents, lane_operations(self._documents))

    @cached_property
    def _methods(self) -> list[tuple[re.Pattern[str], list[str]]]:
        return [
            (compile_path(path)[0], sorted(method.upper() for method in operations))
            for path, operations in self._page["paths"].items()
        ]


def build_api(services: Services, metrics: Metrics) -> FastAPI:
    """Return the application, with the page that documents it and the lane."""
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,
    )
    documents = Documents()
    for routes in (
        OrderRoutes(services),
        MarketRoutes(services),
        AccountRoutes(services),
        CredentialRoutes(services),
        UserAdminRoutes(services),
        MarketAdminRoutes(services),
        DemoRoutes(services),
        SystemRoutes(services, metrics),
    ):
        app.include_router(routes.router(documents))
    page = ApiPage(app, documents)

    async def show_openapi() -> Response:
        # In a thread: the first time takes as long as a thousand orders.
        body = await asyncio.to_thread(lambda: page.body)
        headers = {"cache-control": "no-cache"}
        return Response(body, media_type="application/json", headers=headers)

    app.add_api_route("/openapi.json", show_openapi, methods=["GET"], include_in_schema=False)
    app.include_router(docs_router())
    # Last of all, so that a path of the API with a wrong method is told so.
    app.router.default = TerminalFiles()
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http(page))
    app.add_exception_handler(Exception, _on_failure)
    return app


def lane_operations(documents: Documents) -> dict[str, dict[str, Any]]:
    """Return the OpenAPI operations of the order lane, by path and method."""
    etag = {"ETag": "The order's version, for If-Match."}
    limits = {
        "X-RateLimit-Limit": "Requests that the bucket holds.",
        "X-RateLimit-Remaining": "Requests left in it.",
        "X-RateLimit-Reset": "When it is full again, in seconds since 1970.",
    }
    trade, read = (Scope.TRADE,), (Scope.READ,)
    return {
        order_lane.COLLECTION: {
            "post": {
                **documents.operation(
                    Order,
                    404,
                    409,
                    422,
                    429,
                    status=201,
                    takes=OrderRequest,
                    scopes=trade,
                    headers=etag | limits,
                ),
                "summary": "Place an order",
                "description": "201: the order is durable and has matched as far as it could. A "
                "`clientOrderId` sent again with the same content answers the first order.",
                "operationId": "place_order",
                "tags": ["orders"],
            }
        },
        order_lane.ITEM_ROUTE: {
            "get": {
                **documents.operation(Order, 404, scopes=read, headers=etag),
                "summary": "One order with its fills",
                "operationId": "show_order",
                "tags": ["orders"],
                "parameters": [_ORDER_ID],
            },
            "patch": {
                **documents.operation(
                    Order,
                    404,
                    409,
                    412,
                    422,
                    429,
                    takes=ReplaceRequest,
                    scopes=trade,
                    headers=etag | limits,
                ),
                "summary": "Replace quantity or prices",
                "description": "A smaller quantity at the same price keeps the order's priority.",
                "operationId": "replace_order",
                "tags": ["orders"],
                "parameters": [_ORDER_ID, _IF_MATCH],
            },
            "delete": {
                **documents.operation(
                    Cancelled, 404, 409, 429, scopes=(Scope.TRADE, Scope.ADMIN), headers=limits
                ),
                "summary": "Cancel what is left of an order",
                "operationId": "cancel_order",
                "tags": ["orders"],
                "parameters": [_ORDER_ID],
            },
        },
    }


_ORDER_ID = {
    "name": "orderId",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "example": "ORD-0000000042",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that the order must still have.",
    "schema": {"type": "string"},
    "example": '"1"',
}


def as_response(reply: Reply) -> Response:
    """Return a reply as FastAPI sends it."""
    response = Response(reply.body, reply.status, media_type=reply.content_type.decode())
    for name, value in reply.headers:
        response.headers[name.decode()] = value.decode()
    return response


async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return as_response(problem_of(error))


async def _on_invalid(_request: Request, error: Exception) -> Response:
    """A path or query parameter that cannot be read."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = str(first["loc"][-1])
    detail = f"{name}: {first['msg']}."
    return as_response(problem(400, "INVALID_PARAMETER", detail, {"field": name}))


def _on_http(page: ApiPage) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404:
            return as_response(problem(404, "NOT_FOUND", "There is nothing at this path."))
        if error.status_code == 405:
            words = "This path has other methods."
            response = as_response(problem(405, "METHOD_NOT_ALLOWED", words))
            methods = await asyncio.to_thread(page.methods, request.scope["path"])
            response.headers["allow"] = ", ".join(methods)
            return response
        return as_response(problem(error.status_code, "HTTP_ERROR", str(error.detail)))

    return answer


async def _on_failure(_request: Request, _error: Exception) -> Response:
    """The failure itself is passed on to the gateway, which logs it."""
    return as_response(internal_error())
