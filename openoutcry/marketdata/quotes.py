"""The channel `quotes`: the touch and the day's figures, only ever the newest."""

from openoutcry import _engine
from openoutcry.codec.market import quote_shape
from openoutcry.codec.shape import encode
from openoutcry.marketdata.message import Reader
from openoutcry.marketdata.stream import Stream

_HEAD = b'{"channel":"quotes","event":"QUOTE","sequence":'


class QuoteStream(Stream):
    """The quote of one symbol. A reader who is slow misses states, never the newest one."""

    def __init__(self, engine: _engine.Sequencer, symbol: int, ticker: str) -> None:
        super().__init__(("quotes", symbol))
        self._engine = engine
        self._symbol = symbol
        self._ticker = ticker
        self._shown = engine.quote(symbol)
        self._body = self._encode()

    def greet(self, reader: Reader) -> None:
        """Give `reader` the quote."""
        reader.conflate(self.key, _HEAD, self._body)

    def advance(self) -> None:
        """Tell the readers where the quote changed."""
        now = self._engine.quote(self._symbol)
        # Neither the log's position nor the time makes it another quote.
        unchanged = now._replace(sequence=self._shown.sequence, time_ns=self._shown.time_ns)
        if unchanged == self._shown:
            return
        self._shown = now
        self._body = self._encode()
        for reader in self.readers:
            reader.conflate(self.key, _HEAD, self._body)

    def _encode(self) -> bytes:
        """The members after the sequence; the engine's own sequence has no place here."""
        shape = quote_shape(self._ticker, self._shown, sequenced=False)
        return b"," + encode(shape)[1:]
