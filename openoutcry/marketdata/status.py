"""The channel `status`: whether a symbol trades, and why not."""

from openoutcry import _engine
from openoutcry.codec.feed import StatusMessage
from openoutcry.codec.market import SymbolStatus, halt_reason
from openoutcry.marketdata.stream import SequencedStream


class SymbolRows:
    """The engine's symbols, read once a tick for all streams that look at them."""

    def __init__(self, engine: _engine.Sequencer) -> None:
        self._engine = engine
        self._rows: list[_engine.Symbol] = []

    def forget(self) -> None:
        """Read anew when next asked."""
        self._rows = []

    def row(self, symbol: int) -> _engine.Symbol:
        """Return the symbol as of the last `forget`."""
        if not self._rows:
            self._rows = self._engine.symbols()
        return self._rows[symbol]


class StatusStream(SequencedStream):
    """Halts and resumes of one symbol."""

    def __init__(self, rows: SymbolRows, symbol: int, ticker: str) -> None:
        super().__init__(("status", symbol))
        self._rows = rows
        self._symbol = symbol
        self._ticker = ticker
        self._shown = self._read()

    def snapshot(self) -> StatusMessage:
        """Return the status now."""
        halted, reason = self._shown
        status: SymbolStatus = "HALTED" if halted else "OPEN"
        return StatusMessage("status", "STATUS", self._ticker, self.sequence, status, reason)

    def advance(self) -> None:
        """Publish a halt or a resume."""
        now = self._read()
        if now != self._shown:
            self._shown = now
            self.next_sequence()
            self.publish(self.snapshot())

    def _read(self) -> tuple[bool, str | None]:
        row = self._rows.row(self._symbol)
        return row.halted, halt_reason(row)
