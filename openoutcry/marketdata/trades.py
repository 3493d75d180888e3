"""The channel `trades`: the latest trades of a symbol, then each one."""

from openoutcry import _engine
from openoutcry.codec.feed import TradeMessage, TradesSnapshot
from openoutcry.codec.market import trade_shape
from openoutcry.marketdata.stream import SequencedStream

SHOWN = 50


def trades_since(engine: _engine.Sequencer, symbol: int, trade: int) -> list[_engine.Trade]:
    """Return the trades of `symbol` with a higher id than `trade`, oldest first."""
    newest = engine.trades(symbol, None, 1)
    if not newest or newest[0].trade <= trade:
        return []
    found: list[_engine.Trade] = []
    before = None
    limit = 16
    while True:
        rows = engine.trades(symbol, before, limit)
        found += [row for row in rows if row.trade > trade]
        if len(rows) < limit or rows[-1].trade <= trade:
            found.reverse()
            return found
        before, limit = rows[-1].trade, 1_000


class TradeStream(SequencedStream):
    """The tape of one symbol."""

    def __init__(self, engine: _engine.Sequencer, symbol: int, ticker: str) -> None:
        super().__init__(("trades", symbol))
        self._engine = engine
        self._symbol = symbol
        self._ticker = ticker
        self._shown = engine.trades(symbol, None, SHOWN)[::-1]

    def snapshot(self) -> TradesSnapshot:
        """Return the latest trades, newest last."""
        trades = [trade_shape(self._ticker, trade) for trade in self._shown]
        return TradesSnapshot("trades", "SNAPSHOT", self._ticker, self.sequence, trades)

    def advance(self) -> None:
        """Publish the trades since."""
        last = self._shown[-1].trade if self._shown else 0
        fresh = trades_since(self._engine, self._symbol, last)
        if not fresh:
            return
        self._shown = (self._shown + fresh)[-SHOWN:]
        for trade in fresh:
            row = trade_shape(self._ticker, trade)
            self.publish(
                TradeMessage(
                    "trades",
                    "TRADE",
                    self._ticker,
                    self.next_sequence(),
                    row.trade_id,
                    row.price,
                    row.quantity,
                    row.side,
                    row.time,
                )
            )
