"""Answers before they become HTTP: JSON, or a problem with a stable code (RFC 9457)."""

from http import HTTPStatus
from typing import Any, NamedTuple

from openoutcry import _engine
from openoutcry.codec.shape import encode
from openoutcry.errors import GrantError, Problem
from openoutcry.gateways.rejects import REJECTS, code_of, explain, figure

JSON = b"application/json"
PROBLEM = b"application/problem+json"

Headers = list[tuple[bytes, bytes]]


class Reply(NamedTuple):
    """A status, a body and the headers beyond type and length."""

    status: int
    body: bytes
    headers: Headers
    content_type: bytes = JSON


class Refusal(Problem):
    """Ends a request with a status of its own and further members, as `orderId`."""

    def __init__(self, status: int, code: str, detail: str, **members: Any) -> None:  # noqa: ANN401
        super().__init__(code, detail)
        self.status = status
        self.members = members


def problem(
    status: int,
    code: str,
    detail: str,
    members: dict[str, Any] | None = None,
    retry_after: int | None = None,
) -> Reply:
    """Return an `application/problem+json` answer; `members` extend the standard ones."""
    body = {
        "type": "urn:openoutcry:problem:" + code.lower().replace("_", "-"),
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **(members or {}),
    }
    headers: Headers = []
    if retry_after is not None:
        headers.append((b"retry-after", b"%d" % retry_after))
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    return Reply(status, encode(body), headers, PROBLEM)


def problem_of(error: Problem) -> Reply:
    """Return the answer to a request that ended with `error`."""
    members: dict[str, Any] = {}
    code = error.code
    if isinstance(error, Refusal):
        members = error.members
    elif isinstance(error, GrantError):
        # OAuth2 clients look for these two (RFC 6749, section 5.2).
        members = {"error": code, "error_description": error.detail}
        code = code.upper()
    return problem(error.status, code, error.detail, members, error.retry_after)


def internal_error() -> Reply:
    """Return the answer to a request that the venue failed to answer; the log says why."""
    return problem(500, "INTERNAL_ERROR", "The venue failed to answer. Its log says why.")


def refusal(answer: _engine.Answer, **members: Any) -> Refusal:  # noqa: ANN401
    """Return the engine's refusal as what ends the request, with its figures as members."""
    code = code_of(answer.reason)
    reject = REJECTS[code]
    if reject.figures and (answer.required or answer.available):
        members["required"] = figure(reject.figures, answer.required)
        members["available"] = figure(reject.figures, answer.available)
    return Refusal(reject.http, code, explain(answer), **members)
