"""The channel `candles`: the latest candles, then the one in progress as it changes."""

from openoutcry import _engine
from openoutcry.codec.feed import CandleMessage, CandlesSnapshot
from openoutcry.codec.market import INTERVALS, Interval, candle_shape
from openoutcry.codec.timestamps import LATEST_NS
from openoutcry.marketdata.stream import SequencedStream

SHOWN = 300


class CandleStream(SequencedStream):
    """The candles of one symbol at one interval."""

    def __init__(
        self, engine: _engine.Sequencer, symbol: int, ticker: str, interval: Interval
    ) -> None:
        super().__init__(("candles", symbol, interval))
        self._engine = engine
        self._symbol = symbol
        self._ticker = ticker
        self._interval: Interval = interval
        self._shown = self._since(0)
        # Kept beside the engine's rows: of 300 candles one changes at a time.
        self._shapes = [candle_shape(candle) for candle in self._shown]

    def snapshot(self) -> CandlesSnapshot:
        """Return the latest candles, newest last."""
        return CandlesSnapshot(
            "candles", "SNAPSHOT", self._ticker, self._interval, self.sequence, self._shapes
        )

    def advance(self) -> None:
        """Publish the candle in progress, after the last word on the one before."""
        last = self._shown[-1] if self._shown else None
        fresh = self._since(last.time_ns if last else 0)
        if fresh and fresh[0] == last:
            del fresh[0]
        if not fresh:
            return
        if last is not None and fresh[0].time_ns == last.time_ns:
            self._shown.pop()
            self._shapes.pop()
        rows = [candle_shape(candle) for candle in fresh]
        self._shown = (self._shown + fresh)[-SHOWN:]
        self._shapes = (self._shapes + rows)[-SHOWN:]
        for row in rows:
            self.publish(
                CandleMessage(
                    "candles",
                    "CANDLE",
                    self._ticker,
                    self._interval,
                    self.next_sequence(),
                    row.time,
                    row.open,
                    row.high,
                    row.low,
                    row.close,
                    row.volume,
                    row.trades,
                )
            )

    def _since(self, time_ns: int) -> list[_engine.Candle]:
        seconds = INTERVALS[self._interval]
        return self._engine.candles(self._symbol, seconds, time_ns, LATEST_NS, SHOWN)
