"""What operators do with the market: list symbols, halt and resume, end the day."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from openoutcry import _engine
from openoutcry.codec import market, terms
from openoutcry.codec.decimals import PRICE_PLACES, price_decimal
from openoutcry.gateways.audit import audit
from openoutcry.gateways.reply import refusal
from openoutcry.gateways.rest import admin_shapes as shapes
from openoutcry.gateways.rest.body import NumberField, read_json
from openoutcry.gateways.rest.caller import request_caller
from openoutcry.gateways.rest.openapi import Documents
from openoutcry.gateways.rest.pages import json_response
from openoutcry.gateways.services import Floor, Services
from openoutcry.identity import Principal, Scope

_LARGEST = 2**32 - 1
_PREVIOUS_CLOSE = NumberField("previousClose", PRICE_PLACES, 1, _LARGEST, "INVALID_PRICE")
_TICK_SIZE = NumberField("tickSize", PRICE_PLACES, 1, _LARGEST, "INVALID_PRICE")

_SYMBOL = msgspec.json.Decoder(shapes.SymbolRequest)
_HALT = msgspec.json.Decoder(shapes.HaltRequest)
_END_OF_DAY = msgspec.json.Decoder(shapes.EndOfDayRequest)


class MarketAdminRoutes:
    """/admin/symbols, /halts, /resumes, /end-of-day; scope admin, each leaves an audit line."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def router(self, documents: Documents) -> APIRouter:
        """Return the routes with their documentation."""
        router = APIRouter(prefix="/api/v1/admin", tags=["administration"])
        entries: tuple[tuple[str, Any, Any, Any, int], ...] = (
            ("/symbols", self.list_symbol, market.Symbol, shapes.SymbolRequest, 409),
            ("/halts", self.halt, shapes.Halted, shapes.HaltRequest, 404),
            ("/resumes", self.resume, shapes.Halted, shapes.HaltRequest, 404),
            ("/end-of-day", self.end_day, shapes.DayEnded, shapes.EndOfDayRequest, 404),
        )
        for path, endpoint, answer, takes, error in entries:
            words = documents.route(
                answer,
                error,
                422,
                status=201 if path == "/symbols" else 200,
                takes=takes,
                scopes=(Scope.ADMIN,),
            )
            router.add_api_route(path, endpoint, methods=["POST"], **words)
        return router

    async def list_symbol(self, request: Request) -> Response:
        """List a symbol. Its book is open at once."""
        operator, floor = self._operator(request)
        wanted = await read_json(request, _SYMBOL)
        answer = await floor.sequencer.submit(
            _engine.list_symbol(
                wanted.symbol,
                _PREVIOUS_CLOSE.read_given(wanted.previous_close),
                _TICK_SIZE.read(wanted.tick_size),
                wanted.maximum_quantity or 0,
                wanted.sweep_collar or 0,
                wanted.limit_collar or 0,
            )
        )
        if answer.event != terms.EVENT_NUMBER["SymbolListed"]:
            raise refusal(answer)
        floor.listings.refresh()
        audit("symbol listed", operator, symbol=wanted.symbol)
        number = floor.symbol(wanted.symbol)
        row = floor.engine.symbols()[number]
        shape = market.symbol_shape(
            row, self._services.name_of(wanted.symbol), floor.engine.quote(number).last
        )
        return json_response(shape, 201)

    async def halt(self, request: Request) -> Response:
        """Stop trading in a symbol, or in all. Open orders stay and may be cancelled."""
        operator, floor = self._operator(request)
        wanted = await read_json(request, _HALT)
        cause = market.HALT_CAUSES[wanted.reason or "OPERATOR"]
        symbol = floor.symbol(wanted.symbol) if wanted.symbol else None
        return await self._switch(operator, floor, symbol, _engine.halt(symbol, cause), "HALTED")

    async def resume(self, request: Request) -> Response:
        """Let a symbol, or all, trade again."""
        operator, floor = self._operator(request)
        wanted = await read_json(request, _HALT)
        cause = market.HALT_CAUSES[wanted.reason or "OPERATOR"]
        symbol = floor.symbol(wanted.symbol) if wanted.symbol else None
        return await self._switch(operator, floor, symbol, _engine.resume(symbol, cause), "OPEN")

    async def end_day(self, request: Request) -> Response:
        """End the trading day of a symbol, or of all: day orders expire, closes are taken."""
        operator, floor = self._operator(request)
        wanted = await read_json(request, _END_OF_DAY)
        symbol = floor.symbol(wanted.symbol) if wanted.symbol else None
        answer = await floor.sequencer.submit(_engine.end_day(symbol))
        if answer.event != terms.EVENT_NUMBER["DayEnded"]:
            raise refusal(answer)
        audit("day ended", operator, symbol=wanted.symbol or "all")
        closes = [
            shapes.Close(row.ticker, price_decimal(row.previous_close))
            for row in floor.engine.symbols()
            if symbol in {None, row.symbol}
        ]
        return json_response(shapes.DayEnded(closes))

    async def _switch(
        self,
        operator: Principal,
        floor: Floor,
        symbol: int | None,
        command: bytes,
        status: market.SymbolStatus,
    ) -> Response:
        answer = await floor.sequencer.submit(command)
        if answer.event not in {terms.EVENT_NUMBER["Halted"], terms.EVENT_NUMBER["Resumed"]}:
            raise refusal(answer)
        tickers = floor.listings.tickers() if symbol is None else [floor.listings.ticker(symbol)]
        audit("trading " + status.lower(), operator, symbols=tickers)
        return json_response(shapes.Halted(tickers, status))

    def _operator(self, request: Request) -> tuple[Principal, Floor]:
        operator = request_caller(self._services.identity, request, Scope.ADMIN)
        return operator, self._services.floor
