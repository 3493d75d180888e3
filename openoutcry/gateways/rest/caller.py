"""Who is asking: the bearer token of a request."""

from fastapi import Request

from openoutcry.errors import Forbidden, Unauthenticated
from openoutcry.identity import Identity, Principal, Scope


def caller(identity: Identity, authorization: bytes | None, *scopes: Scope) -> Principal:
    """Return whose token `Authorization` carries.

    scopes: any one of them will do. Raises Unauthenticated, Forbidden.
    """
    if authorization is None or authorization[:7].lower() != b"bearer ":
        raise Unauthenticated("UNAUTHENTICATED", "Send a token: Authorization: Bearer ….")
    principal = identity.verify(authorization[7:].strip().decode("latin-1"))
    if principal.scopes.isdisjoint(scopes):
        raise Forbidden("FORBIDDEN", f"This needs the scope {' or '.join(scopes)}.")
    return principal


def request_caller(identity: Identity, request: Request, *scopes: Scope) -> Principal:
    """Return whose token FastAPI's `request` carries. Raises Unauthenticated, Forbidden."""
    authorization = request.headers.get("authorization")
    return caller(
        identity, None if authorization is None else authorization.encode("latin-1"), *scopes
    )
