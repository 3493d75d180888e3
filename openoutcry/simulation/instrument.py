"""One symbol as a trader sees it. Prices are whole ticks, floats only where they are opinions."""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from openoutcry.client.marketdata import Symbol

#: Standard deviation of the whole market's moves in a minute, as a fraction.
MARKET_VOLATILITY = 0.0005


@dataclass(frozen=True, slots=True)
class Character:
    """How a symbol behaves.

    beta: how far it follows the market. volatility: standard deviation of its own moves in a
    minute, as a fraction of the price. activity: how often it trades, 1 for an ordinary stock.
    """

    beta: float = 1.0
    volatility: float = 0.0006
    activity: float = 1.0


_CHARACTERS = {
    "SPY": Character(beta=1.0, volatility=0.00003, activity=1.6),
    "AAPL": Character(beta=1.1, volatility=0.0006, activity=1.5),
    "MSFT": Character(beta=1.0, volatility=0.0005, activity=1.1),
    "GOOGL": Character(beta=1.1, volatility=0.0006),
    "AMZN": Character(beta=1.2, volatility=0.0007, activity=1.1),
    "NVDA": Character(beta=1.7, volatility=0.0010, activity=1.8),
    "TSLA": Character(beta=1.8, volatility=0.0012, activity=1.6),
    "META": Character(beta=1.2, volatility=0.0007),
    "JPM": Character(beta=0.9, volatility=0.0005, activity=0.8),
    "XOM": Character(beta=0.6, volatility=0.0006, activity=0.7),
}


@dataclass(slots=True)
class Instrument:
    """The touch, the last trade and the status of one symbol, as the public channels tell them.

    tick: dollars. All other prices in ticks; `fair` is what the symbol is worth today in the
    opinion that the market makers share.
    """

    symbol: str
    tick: Decimal
    previous_close: int
    last: int
    fair: float
    character: Character
    bid: int | None = None
    ask: int | None = None
    halted: bool = False

    @classmethod
    def of(cls, listed: Symbol) -> Self:
        """Begin with what the list of symbols says."""
        last = int(listed.last / listed.tick_size)
        return cls(
            symbol=listed.symbol,
            tick=listed.tick_size,
            previous_close=int(listed.previous_close / listed.tick_size),
            last=last,
            fair=float(last),
            character=_CHARACTERS.get(listed.symbol, Character()),
            halted=listed.status != "OPEN",
        )

    @property
    def is_tradable(self) -> bool:
        """Whether it is open and both sides of the book have a price."""
        return not self.halted and self.bid is not None and self.ask is not None

    @property
    def middle(self) -> float:
        """Half way between bid and ask, else the last trade."""
        if self.bid is None or self.ask is None:
            return float(self.last)
        return (self.bid + self.ask) / 2

    @property
    def usual_move(self) -> float:
        """Standard deviation of its moves in a minute, in ticks."""
        character = self.character
        return self.fair * math.hypot(character.volatility, character.beta * MARKET_VOLATILITY)

    def dollars(self, ticks: int) -> Decimal:
        """A price in ticks as the API writes it."""
        return self.tick * ticks

    def ticks(self, dollars: Decimal) -> int:
        """A price of the API in ticks."""
        return int(dollars / self.tick)

    def shares_worth(self, dollars: float) -> int:
        """How many shares that much money buys: at least one."""
        return max(1, round(dollars / (self.fair * float(self.tick))))
