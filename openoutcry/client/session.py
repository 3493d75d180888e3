"""A user's log-in and the requests made with it."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from openoutcry import __version__
from openoutcry.client.connection import Response
from openoutcry.client.endpoint import Endpoint
from openoutcry.client.errors import BadAnswer, ClientError, Refused
from openoutcry.client.pool import Pool

T = TypeVar("T")

# A token this close to its end is not used for a new request.
_MARGIN_S = 20.0

_encode = msgspec.json.Encoder(decimal_format="number").encode


class _Grant(msgspec.Struct):
    access_token: str
    expires_in: float


class _Problem(msgspec.Struct, rename="camel"):
    code: str = ""
    detail: str = ""
    title: str = ""
    order_id: str | None = None


class _GrantProblem(msgspec.Struct):
    error: str
    error_description: str = ""


class Session:
    """Requests to one venue, under one user's token once `log_in` has been called.

    The token is renewed before it ends, with the credentials of the last log-in.
    """

    def __init__(self, url: str, *, connections: int = 8, timeout: float = 15.0) -> None:
        self.endpoint = Endpoint.parse(url)
        self._pool = Pool(self.endpoint, size=connections, timeout=timeout)
        self._grant_form: bytes | None = None
        self._token = ""
        self._ends = 0.0
        self._renewal = asyncio.Lock()
        self._common = (
            f"Host: {self.endpoint.authority}\r\n"
            f"User-Agent: openoutcry/{__version__}\r\n"
            "Accept: application/json\r\n"
        )

    async def log_in(self, username: str, password: str) -> None:
        """Take a token for a user name and password. Raises Refused where they are wrong."""
        await self._grant(grant_type="password", username=username, password=password)

    async def log_in_with_key(self, client_id: str, client_secret: str) -> None:
        """Take a token for an API key. Raises Refused where it is wrong or revoked."""
        await self._grant(
            grant_type="client_credentials", client_id=client_id, client_secret=client_secret
        )

    async def token(self) -> str:
        """The token to send, renewed where it is about to end; empty before any log-in."""
        if self._grant_form is not None and time.monotonic() > self._ends:
            async with self._renewal:
                if time.monotonic() > self._ends:
                    await self._renew()
        return self._token

    async def get(self, path: str, kind: type[T], query: Mapping[str, object] | None = None) -> T:
        """Read `path` as `kind`. `query` leaves out what is None. Raises ClientError."""
        return await self.send("GET", with_query(path, query or {}), kind, repeatable=True)

    async def send(
        self,
        method: str,
        path: str,
        kind: type[T],
        body: object = None,
        *,
        headers: str = "",
        repeatable: bool = False,
    ) -> T:
        """Send `body` as JSON and read the answer as `kind`.

        headers: further header lines, each ending in CRLF. repeatable: sending the request twice
        does no more than sending it once. Raises Refused, Unreachable or BadAnswer.
        """
        content = b"" if body is None else _encode(body)
        if body is not None:
            headers += "Content-Type: application/json\r\n"
        response = await self._request(method, path, content, headers, repeatable=repeatable)
        if response.status >= 400:
            raise _refusal(response)
        try:
            return msgspec.json.decode(response.body or b"null", type=kind)
        except msgspec.MsgspecError as error:
            raise BadAnswer(f"{method} {path}: {error}") from None

    def close(self) -> None:
        """Drop the connections."""
        self._pool.close()

    async def _request(
        self, method: str, path: str, content: bytes, headers: str, *, repeatable: bool
    ) -> Response:
        token = await self.token()
        response = await self._pool.send(
            self._bytes(method, path, content, headers, token), repeatable=repeatable
        )
        if response.status == 401 and self._grant_form is not None:
            # The venue no longer takes the token, as after a change of its key. Nothing happened.
            async with self._renewal:
                if token == self._token:
                    await self._renew()
            response = await self._pool.send(
                self._bytes(method, path, content, headers, self._token), repeatable=repeatable
            )
        return response

    def _bytes(self, method: str, path: str, content: bytes, headers: str, token: str) -> bytes:
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        head = (
            f"{method} {self.endpoint.path}{path} HTTP/1.1\r\n{self._common}{authorization}"
            f"{headers}Content-Length: {len(content)}\r\n\r\n"
        )
        return head.encode("ascii") + content

    async def _grant(self, **form: str) -> None:
        self._grant_form = urlencode(form).encode()
        try:
            async with self._renewal:
                await self._renew()
        except ClientError:
            self._grant_form = None
            raise

    async def _renew(self) -> None:
        assert self._grant_form is not None
        headers = "Content-Type: application/x-www-form-urlencoded\r\n"
        request = self._bytes("POST", "/oauth2/token", self._grant_form, headers, "")
        response = await self._pool.send(request, repeatable=True)
        if response.status >= 400:
            raise _refusal(response)
        try:
            grant = msgspec.json.decode(response.body, type=_Grant)
        except msgspec.MsgspecError as error:
            raise BadAnswer(f"the answer to the log-in: {error}") from None
        self._token = grant.access_token
        self._ends = time.monotonic() + max(grant.expires_in - _MARGIN_S, grant.expires_in / 2)


def segment(text: str) -> str:
    """`text` as one segment of a path."""
    return quote(text, safe="")


def with_query(path: str, query: Mapping[str, object]) -> str:
    """`path` with those of the query's members that are not None."""
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _refusal(response: Response) -> Refused:
    """Read a problem+json answer, or the OAuth2 error of a log-in, or neither."""
    after = _seconds(response.headers.get(b"retry-after"))
    for kind in (_GrantProblem, _Problem):
        try:
            problem: Any = msgspec.json.decode(response.body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        if isinstance(problem, _GrantProblem):
            return Refused(
                response.status, problem.error, problem.error_description, retry_after=after
            )
        return Refused(
            response.status,
            problem.code or f"HTTP_{response.status}",
            problem.detail or problem.title,
            order_id=problem.order_id,
            retry_after=after,
        )
    return Refused(response.status, f"HTTP_{response.status}", "", retry_after=after)


def _seconds(value: bytes | None) -> float | None:
    try:
        return None if value is None else max(0.0, float(value))
    except ValueError:
        return None
