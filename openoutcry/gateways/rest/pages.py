"""Lists in pages: how clients ask for one, and how the next is named."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

from fastapi import Query, Response
from msgspec import Struct

from openoutcry.codec.shape import Page, encode
from openoutcry.errors import Malformed

LARGEST_PAGE = 500
_MOST_DIGITS = 18

Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Items in a page.")]
Cursor = Annotated[
    str | None,
    Query(
        description="`next` of the page before; the first page where left out.",
        json_schema_extra={"pattern": "^[0-9]{1,18}$"},
    ),
]

ItemT = TypeVar("ItemT")


def read_cursor(cursor: str | None) -> int | None:
    """Return the id that `cursor` names. Raises Malformed."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= _MOST_DIGITS):
        raise Malformed("INVALID_CURSOR", "cursor is not one that a page ended with.")
    return int(cursor)


def split_page(rows: Sequence[ItemT], limit: int) -> tuple[Sequence[ItemT], ItemT | None]:
    """Return the page and its last row where more follow; `rows` has one more than fits then."""
    if len(rows) > limit:
        return rows[:limit], rows[limit - 1]
    return rows, None


def page(items: list[ItemT], cursor: int | None) -> Response:
    """Return a page of a list."""
    return json_response(Page(items, None if cursor is None else str(cursor)))


def json_response(shape: Struct | dict[str, object], status: int = 200) -> Response:
    """Return `shape` as JSON with exact numbers."""
    return Response(encode(shape), status, media_type="application/json")
