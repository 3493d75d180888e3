"""Lists come in pages."""

from collections.abc import AsyncIterator, Mapping
from typing import Generic, TypeVar

import msgspec

from openoutcry.client.session import Session

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], kw_only=True):
    """Some items of a list, and the cursor of the next page where there is one."""

    items: list[T]
    next: str | None = None


async def every(
    session: Session, path: str, kind: type[T], query: Mapping[str, object] | None = None
) -> AsyncIterator[T]:
    """All items of the list at `path`, page after page."""
    cursor: str | None = None
    while True:
        page: Page[T] = await session.get(
            path,
            Page[kind],  # type: ignore[valid-type]
            {**(query or {}), "cursor": cursor},
        )
        for item in page.items:
            yield item
        cursor = page.next
        if cursor is None:
            return


async def all_of(
    session: Session, path: str, kind: type[T], query: Mapping[str, object] | None = None
) -> list[T]:
    """The whole list at `path`, for lists that are known to be short."""
    return [item async for item in every(session, path, kind, query)]
