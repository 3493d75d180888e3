"""Public market data by request."""

import time
from typing import Annotated

from fastapi import APIRouter, Query, Response

from openoutcry.codec import market
from openoutcry.codec.calendar import TradingDay, always_open
from openoutcry.codec.shape import Page
from openoutcry.codec.timestamps import LATEST_NS, SECOND_NS, read_time
from openoutcry.errors import Malformed
from openoutcry.gateways.rest.openapi import Documents
from openoutcry.gateways.rest.pages import (
    Cursor,
    Limit,
    json_response,
    page,
    read_cursor,
    split_page,
)
from openoutcry.gateways.services import Services

DEEPEST_BOOK = 1_000
_DEFAULT_CANDLES = 500

_TIME = {"format": "date-time"}

From = Annotated[
    str | None, Query(alias="from", description="ISO 8601, inclusive.", json_schema_extra=_TIME)
]
To = Annotated[str | None, Query(description="ISO 8601, exclusive.", json_schema_extra=_TIME)]


class MarketRoutes:
    """GET /symbols, /orderbook, /quotes, /trades, /candles, /calendar: no token needed."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def router(self, documents: Documents) -> APIRouter:
        """Return the routes with their documentation."""
        router = APIRouter(prefix="/api/v1", tags=["market data"])
        route = documents.route
        for path, endpoint, words in (
            ("/symbols", self.symbols, route(Page[market.Symbol], 400)),
            ("/orderbook/{symbol}", self.book, route(market.Book, 400, 404)),
            ("/quotes/{symbol}", self.quote, route(market.Quote, 404)),
            ("/trades/{symbol}", self.trades, route(Page[market.Trade], 400, 404)),
            ("/candles/{symbol}", self.candles, route(Page[market.Candle], 400, 404)),
            ("/calendar", self.calendar, route(Page[TradingDay], 400)),
        ):
            router.add_api_route(path, endpoint, methods=["GET"], **words)
        return router

    async def symbols(self, limit: Limit = 500, cursor: Cursor = None) -> Response:
        """Listed symbols, in order of listing."""
        engine = self._services.floor.engine
        start = read_cursor(cursor) or 0
        rows, last = split_page(engine.symbols()[start : start + limit + 1], limit)
        items = [
            market.symbol_shape(
                row, self._services.name_of(row.ticker), engine.quote(row.symbol).last
            )
            for row in rows
        ]
        return page(items, None if last is None else start + limit)

    async def book(
        self,
        symbol: str,
        depth: Annotated[int, Query(ge=1, le=DEEPEST_BOOK, description="Levels a side.")] = 10,
    ) -> Response:
        """The order book, best prices first."""
        floor = self._services.floor
        number = floor.symbol(symbol)
        shape = market.book_shape(
            symbol, floor.engine.depth(number, depth), floor.engine.quote(number)
        )
        return json_response(shape)

    async def quote(self, symbol: str) -> Response:
        """Best bid and ask, last price and the day's figures."""
        floor = self._services.floor
        return json_response(market.quote_shape(symbol, floor.engine.quote(floor.symbol(symbol))))

    async def trades(self, symbol: str, limit: Limit = 100, cursor: Cursor = None) -> Response:
        """Trades, newest first."""
        floor = self._services.floor
        found = floor.engine.trades(floor.symbol(symbol), read_cursor(cursor), limit + 1)
        rows, last = split_page(found, limit)
        items = [market.trade_shape(symbol, row) for row in rows]
        return page(items, None if last is None else last.trade)

    async def candles(
        self,
        symbol: str,
        interval: market.Interval = "1m",
        since: From = None,
        to: To = None,
        limit: Limit = _DEFAULT_CANDLES,
    ) -> Response:
        """Candles, oldest first: the latest `limit` of the range. No trade, no candle."""
        floor = self._services.floor
        number = floor.symbol(symbol)
        seconds = market.INTERVALS[interval]
        until = LATEST_NS if to is None else _time(to, "to")
        start = 0 if since is None else _time(since, "from")
        rows = floor.engine.candles(number, seconds, start, until, limit)
        return page([market.candle_shape(row) for row in rows], None)

    async def calendar(
        self,
        since: From = None,
        days: Annotated[int, Query(ge=1, le=366, description="Days to list.")] = 7,
    ) -> Response:
        """Trading days. This venue is open at all times: each day is one session of 24 hours."""
        start = time.time_ns() if since is None else _time(since, "from")
        first = start // (86_400 * SECOND_NS)
        return page(always_open(first, days), None)


def _time(text: str, name: str) -> int:
    try:
        return min(read_time(text), LATEST_NS)
    except (ValueError, OverflowError):
        raise Malformed("INVALID_TIME", f"{name} is not an ISO 8601 time after 1970.") from None
