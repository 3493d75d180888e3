"""Tickers by number and numbers by ticker."""

from openoutcry import _engine

# A symbol number that no venue lists: orders for unknown tickers are refused, and kept, under it.
UNLISTED = 2**32 - 2
# How its ticker reads; none that is listed looks like this.
UNLISTED_TICKER = "-"


class Listings:
    """The listed symbols, as the engine numbered them; `refresh` after listing another."""

    def __init__(self, engine: _engine.Sequencer) -> None:
        self._engine = engine
        self._tickers: list[str] = []
        self._numbers: dict[str, int] = {}
        self.refresh()

    def refresh(self) -> None:
        """Take over what was listed meanwhile."""
        for symbol in self._engine.symbols()[len(self._tickers) :]:
            assert symbol.symbol == len(self._tickers)
            self._tickers.append(symbol.ticker)
            self._numbers[symbol.ticker] = symbol.symbol

    def __len__(self) -> int:
        return len(self._tickers)

    def number(self, ticker: str) -> int | None:
        """Return the number of `ticker`, None where it is not listed."""
        return self._numbers.get(ticker)

    def ticker(self, number: int) -> str:
        """Return the ticker of `number`."""
        return self._tickers[number] if number < len(self._tickers) else UNLISTED_TICKER

    def tickers(self) -> list[str]:
        """Return all tickers in order of listing."""
        return list(self._tickers)
