"""The OpenAPI page, made from the shapes that requests and answers are read and written with."""

from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi
from msgspec import Meta

from openoutcry import __version__
from openoutcry.identity import Scope

_REF = "#/components/schemas/{name}"

_DESCRIPTION = """\
A stock exchange in a box. Prices and money are JSON numbers with exact decimals; strings of the
same form are accepted. Times are ISO 8601 UTC with nanoseconds. Lists are
`{"items": [...], "next": cursor}`: pass `next` as `cursor` for the page after. Every error is
`application/problem+json` with a stable `code`. `X-Request-ID` comes back as it was sent, or new.
A 201 or 200 to an order means that it is on disk.

Market data as it happens comes over the WebSocket `/ws/v1`.
"""

_ERRORS = {
    400: "The request is malformed: `code` and, where one is at fault, `field` say how.",
    401: "No token, or one that does not hold.",
    403: "The caller may not do this.",
    404: "There is no such thing, or it is another's.",
    405: "This path has other methods.",
    408: "The request did not arrive in time.",
    409: "It contradicts what stands already.",
    412: "The order has changed since the version in If-Match.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "Refused by the venue's rules. A refused new order is kept as REJECTED: `orderId`.",
    429: "Too many requests; see Retry-After.",
    503: "Not ready, or overloaded; nothing was acknowledged.",
}


class Problem(msgspec.Struct):
    """An error (RFC 9457). Further members depend on `code`."""

    type: str
    title: str
    status: int
    detail: str
    code: Annotated[str, Meta(description="Stable, for programs.", examples=["OFF_TICK"])]


class Schemas:
    """Collects the shapes that routes use, and refers to them."""

    def __init__(self) -> None:
        self._references: dict[Any, dict[str, Any]] = {}

    def ref(self, shape: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return the reference to `shape` and keep it for `components`."""
        if shape not in self._references:
            (schema,), _ = msgspec.json.schema_components([shape], ref_template=_REF)
            self._references[shape] = schema
        return dict(self._references[shape])

    def components(self) -> dict[str, Any]:
        """Return the schemas of all shapes referred to."""
        _, components = msgspec.json.schema_components(self._references, ref_template=_REF)
        numbers: dict[str, Any] = _as_numbers(components)
        return numbers


def _as_numbers(schema: Any) -> Any:  # noqa: ANN401
    """Decimals are written as numbers, which msgspec's schema does not know."""
    if isinstance(schema, dict):
        if schema.get("format") == "decimal":
            schema = {**schema, "type": "number"}
            del schema["format"]
        return {name: _as_numbers(member) for name, member in schema.items()}
    return [_as_numbers(member) for member in schema] if isinstance(schema, list) else schema


class Documents:
    """Says for each route what it takes, answers and refuses."""

    def __init__(self) -> None:
        self.schemas = Schemas()

    def operation(
        self,
        answer: Any,  # noqa: ANN401
        *errors: int,
        status: int = 200,
        takes: type[msgspec.Struct] | None = None,
        scopes: tuple[Scope, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """Return the part of an OpenAPI operation that shapes determine.

        errors: statuses beyond those that every such route may answer. scopes: any one suffices.
        headers: of the answer, with their descriptions.
        """
        good: dict[str, Any] = {"description": "Done."}
        good["content"] = {"application/json": {"schema": self.schemas.ref(answer)}}
        if headers:
            good["headers"] = {
                name: {"description": words, "schema": {"type": "string"}}
                for name, words in headers.items()
            }
        statuses = {503, *errors}
        if takes is not None:
            statuses |= {400, 408, 413, 415}
        if scopes:
            statuses |= {401, 403}
        operation: dict[str, Any] = {"responses": {str(status): good}}
        for code in sorted(statuses):
            operation["responses"][str(code)] = self.error(code)
        if takes is not None:
            operation["requestBody"] = {
                "required": True,
                "content": {"application/json": {"schema": self.schemas.ref(takes)}},
            }
        if scopes:
            operation["security"] = [
                {name: [scope]} for scope in scopes for name in ("password", "client")
            ]
        return operation

    def route(self, answer: Any, *errors: int, status: int = 200, **rest: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return the arguments of FastAPI's `add_api_route` for such an operation."""
        operation = self.operation(answer, *errors, status=status, **rest)
        responses = {int(code): words for code, words in operation.pop("responses").items()}
        return {
            "status_code": status,
            "responses": responses,
            "response_class": Response,
            "openapi_extra": operation,
        }

    def error(self, code: int) -> dict[str, Any]:
        """Return the answer with this status, a problem."""
        content = {"application/problem+json": {"schema": self.schemas.ref(Problem)}}
        error: dict[str, Any] = {"description": _ERRORS[code], "content": content}
        if code in {429, 503}:
            words = "Whole seconds after which a repeat may succeed."
            error["headers"] = {"Retry-After": {"description": words, "schema": {"type": "string"}}}
        return error


def build_openapi(app: FastAPI, documents: Documents, lane: dict[str, Any]) -> dict[str, Any]:
    """Return the whole page: FastAPI's routes and the lane's."""
    page = get_openapi(
        title="Open Outcry",
        version=__version__,
        description=_DESCRIPTION,
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    for path, operations in lane.items():
        page["paths"].setdefault(path, {}).update(operations)
    for operations in page["paths"].values():
        for operation in operations.values():
            # FastAPI's own idea of a malformed request; ours is the problem with status 400.
            if "HTTPValidationError" in str(operation["responses"].get("422", "")):
                del operation["responses"]["422"]
                operation["responses"]["400"] = documents.error(400)
    components = page.setdefault("components", {})
    components["schemas"] = documents.schemas.components()
    scopes = {scope.value: "" for scope in Scope}
    flows = {
        "password": {"password": {"tokenUrl": "/oauth2/token", "scopes": scopes}},
        "client": {"clientCredentials": {"tokenUrl": "/oauth2/token", "scopes": scopes}},
    }
    components["securitySchemes"] = {
        name: {"type": "oauth2", "flows": flow} for name, flow in flows.items()
    }
    return page
