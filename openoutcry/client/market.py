"""Public market data by request."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from openoutcry.client.marketdata import Book, Candle, Print, Quote, Symbol
from openoutcry.client.page import all_of, every
from openoutcry.client.session import Session, segment

_PATH = "/api/v1"


@dataclass(frozen=True, slots=True)
class Market:
    """Read what everyone may see; no log-in is needed. All raise ClientError."""

    _session: Session

    async def symbols(self) -> list[Symbol]:
        """Every listed symbol."""
        return await all_of(self._session, f"{_PATH}/symbols", Symbol)

    async def quote(self, symbol: str) -> Quote:
        """The touch and the day's figures."""
        return await self._session.get(f"{_PATH}/quotes/{segment(symbol)}", Quote)

    async def book(self, symbol: str, *, depth: int = 10) -> Book:
        """The best `depth` levels of each side."""
        path = f"{_PATH}/orderbook/{segment(symbol)}"
        return await self._session.get(path, Book, {"depth": depth})

    def trades(self, symbol: str) -> AsyncIterator[Print]:
        """The tape, newest first."""
        return every(self._session, f"{_PATH}/trades/{segment(symbol)}", Print)

    async def candles(self, symbol: str, *, interval: str = "1m") -> list[Candle]:
        """The latest candles, oldest first."""
        path = f"{_PATH}/candles/{segment(symbol)}"
        return await all_of(self._session, path, Candle, {"interval": interval})
