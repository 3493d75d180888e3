"""Request bodies: read whole and bounded, understood exactly, or refused with the field named."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from fastapi import Request
from msgspec import UNSET, Struct, structs

from openoutcry.codec.decimals import NotDecimal, TooFine, read_decimal
from openoutcry.errors import Malformed
from openoutcry.gateways.reply import JSON, Refusal

# The largest request there is, an order with every field, takes a tenth of this.
LARGEST_BODY = 16 * 1024

Receive = Callable[[], Awaitable[Any]]
RequestT = TypeVar("RequestT", bound="RequestBody")

_UTF_8 = frozenset({b"utf-8", b"utf8"})
_MISSING = re.compile(r"Object missing required field `(.*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_AT = re.compile(r"(.*) - at `\$\.?(.*)`", re.DOTALL)
_LONGEST_DETAIL = 200


class RequestBody(Struct, rename="camel", forbid_unknown_fields=True):
    """A JSON object that clients send. Optional members default to UNSET."""


async def _read_body(receive: Receive) -> bytes:
    """Return the body; the connection sees that it comes in time. Raises Refusal (413)."""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Malformed("DISCONNECTED", "The client went away.")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
        if size > LARGEST_BODY:
            raise too_large()
    return b"".join(parts)


def too_large() -> Refusal:
    """Return the refusal of a body that is larger than LARGEST_BODY."""
    return Refusal(413, "BODY_TOO_LARGE", f"A body has at most {LARGEST_BODY} bytes.")


def check_media(media: bytes, content_type: bytes | None, encoding: bytes | None) -> None:
    """Raise Refusal (415) for a body that says it is anything else than plain `media` in UTF-8.

    What a client does not say is taken to be so. encoding: of the header Content-Encoding.
    """
    if encoding is not None and encoding.strip().lower() != b"identity":
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as it is, without encoding.")
    if content_type is None or content_type == media:
        return
    said, *parameters = content_type.lower().split(b";")
    if said.strip() != media:
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", f"Send {media.decode()}.")
    for parameter in parameters:
        name, _, value = parameter.partition(b"=")
        if name.strip() == b"charset" and value.strip().strip(b'"') not in _UTF_8:
            raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Send UTF-8.")


async def read_request(request: Request, media: bytes) -> bytes:
    """Return the body of FastAPI's `request`, which is `media`. Raises Refusal, Malformed."""
    headers = dict(request.scope["headers"])
    check_media(media, headers.get(b"content-type"), headers.get(b"content-encoding"))
    return await _read_body(request.receive)


async def read_json(request: Request, decoder: msgspec.json.Decoder[RequestT]) -> RequestT:
    """Return what FastAPI's `request` says in JSON. Raises Refusal, Malformed."""
    return decode_body(decoder, await read_request(request, JSON))


def decode_body(decoder: msgspec.json.Decoder[RequestT], body: bytes | bytearray) -> RequestT:
    """Return what `body` says. Raises Malformed with the field that is wrong."""
    try:
        request = decoder.decode(body)
    except UnicodeDecodeError:
        raise Malformed("MALFORMED_JSON", "The body is not valid UTF-8.") from None
    except RecursionError:
        raise Malformed("MALFORMED_JSON", "The body is nested too deeply.") from None
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    except msgspec.DecodeError as error:
        raise Malformed("MALFORMED_JSON", _bounded(str(error))) from None
    # Each member brings a colon: as many colons as members given leaves no room for a repeat.
    given = structs.astuple(request)
    if body.count(b":") > len(given) - given.count(UNSET):
        _refuse_duplicates(body)
    return request


def _refuse_duplicates(body: bytes | bytearray) -> None:
    def hook(pairs: list[tuple[str, Any]]) -> None:
        seen = set()
        for name, _ in pairs:
            if name in seen:
                raise Refusal(
                    400, "DUPLICATE_FIELD", _bounded(f"{name} is given twice."), field=name
                )
            seen.add(name)

    json.loads(body, object_pairs_hook=hook, parse_float=str, parse_int=str)


def _invalid(text: str) -> Refusal:
    for pattern, code, words in (
        (_MISSING, "MISSING_FIELD", "{} is missing."),
        (_UNKNOWN, "UNKNOWN_FIELD", "There is no field {}."),
    ):
        if match := pattern.match(text):
            name = match[1][:64]
            return Refusal(400, code, words.format(name), field=name)
    if match := _AT.fullmatch(text):
        name = match[2]
        return Refusal(400, "INVALID_FIELD", _bounded(f"{name}: {match[1]}."), field=name)
    return Refusal(400, "INVALID_BODY", _bounded(text))


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST_DETAIL else text[: _LONGEST_DETAIL - 1] + "…"


class NumberField:
    """Reads one numeric member, exact and in range.

    code: of the refusal, 400, for what is no such number. fine: status and code for a number with
    more decimals than `places`.
    """

    def __init__(
        self,
        name: str,
        places: int,
        least: int,
        most: int,
        code: str,
        fine: tuple[int, str] | None = None,
    ) -> None:
        self._name = name
        self._places = places
        self._least = least
        self._most = most
        self._code = code
        self._fine = fine or (400, code)

    def read_given(self, token: msgspec.Raw) -> int:
        """Return the number, which must not be null. Raises Refusal (400)."""
        number = self.read(token)
        if number == 0:
            raise Refusal(400, self._code, f"{self._name} is missing.", field=self._name)
        return number

    def read(self, token: msgspec.Raw | msgspec.UnsetType) -> int:
        """Return the number in units of 10 ** -places, 0 where it is left out or null.

        Raises Refusal (400, or as `fine` says).
        """
        try:
            return self._exact(token)
        except TooFine:
            status, code = self._fine
            raise Refusal(
                status, code, f"{self._name} has too many decimals.", field=self._name
            ) from None

    def read_down(self, token: msgspec.Raw | msgspec.UnsetType) -> tuple[int, bool]:
        """Return the number, rounded down where it is too fine, and whether it is.

        Raises Refusal (400).
        """
        try:
            return self._exact(token), False
        except TooFine as fine:
            return self._in_range(fine.floor, least=0), True

    def _exact(self, token: msgspec.Raw | msgspec.UnsetType) -> int:
        if token is UNSET:
            return 0
        text = bytes(token)
        if text == b"null":
            return 0
        try:
            number = read_decimal(text, self._places)
        except NotDecimal:
            raise Refusal(
                400, self._code, f"{self._name} is not a number in range.", field=self._name
            ) from None
        return self._in_range(number, self._least)

    def _in_range(self, number: int, least: int) -> int:
        if not least <= number <= self._most:
            raise Refusal(400, self._code, f"{self._name} is out of range.", field=self._name)
        return number
