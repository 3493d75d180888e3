"""The channel `account`: cash, positions and their worth, only ever the newest."""

import time

from openoutcry import _engine
from openoutcry.codec.accounts import portfolio_shape
from openoutcry.codec.feed import AccountBody
from openoutcry.codec.shape import encode
from openoutcry.marketdata.message import Reader
from openoutcry.marketdata.stream import Stream
from openoutcry.sequencer.listings import Listings

_HEAD = b'{"channel":"account","event":"ACCOUNT","sequence":'
# Prices move the worth of every position all the time: that alone is told this often.
_REVALUED_EVERY_S = 1.0


class AccountStream(Stream):
    """What one account has. Told at once when cash or shares change, else each second."""

    def __init__(self, engine: _engine.Sequencer, listings: Listings, account: int) -> None:
        super().__init__(("account", account))
        self.account = account
        self._engine = engine
        self._listings = listings
        self._holdings = self._read()
        self._lasts = self._read_lasts()
        self._valued_at = time.monotonic()
        self._body = self._encode()

    def greet(self, reader: Reader) -> None:
        """Give `reader` the account."""
        reader.conflate(self.key, _HEAD, self._body)

    def advance(self) -> None:
        """Tell the readers where cash, shares or their prices changed."""
        holdings = self._read()
        now = time.monotonic()
        if holdings == self._holdings and now - self._valued_at < _REVALUED_EVERY_S:
            return
        before, self._holdings = (self._holdings, self._lasts), holdings
        self._lasts = self._read_lasts()
        self._valued_at = now
        if before == (self._holdings, self._lasts):
            return
        self._body = self._encode()
        for reader in self.readers:
            reader.conflate(self.key, _HEAD, self._body)

    def _read(self) -> tuple[_engine.Account, list[_engine.Position]]:
        account = self._engine.account(self.account)
        assert account is not None, "accounts are never closed"
        return account, self._engine.positions(self.account)

    def _read_lasts(self) -> list[int]:
        return [self._engine.quote(position.symbol).last for position in self._holdings[1]]

    def _encode(self) -> bytes:
        account, positions = self._holdings
        tickers = [self._listings.ticker(position.symbol) for position in positions]
        worth = portfolio_shape(account, positions, tickers, self._lasts)
        body = AccountBody(worth.account_id, worth.cash, worth.positions, worth.equity)
        return b"," + encode(body)[1:]
