"""What every simulated trader is: a seeded decision without clock or network of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from openoutcry.client.order import OrderType, TimeInForce
from openoutcry.simulation.blotter import Blotter, OwnOrder
from openoutcry.simulation.fair_value import FairValues
from openoutcry.simulation.instrument import Instrument


@dataclass(frozen=True, slots=True)
class Place:
    """Send a new order; `price` in ticks, 0 for a market order."""

    instrument: Instrument
    is_buy: bool
    quantity: int
    price: int
    type: OrderType = "LIMIT"
    time_in_force: TimeInForce = "DAY"


@dataclass(frozen=True, slots=True)
class Move:
    """Give an open order another price, in ticks, and so many shares left to trade."""

    instrument: Instrument
    order: OwnOrder
    price: int
    leaves: int


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Cancel an open order."""

    instrument: Instrument
    order: OwnOrder


Action = Place | Move | Withdraw


@dataclass(frozen=True, slots=True)
class Floor:
    """What all traders see: the instruments, and the values that drive the simulation."""

    instruments: dict[str, Instrument]
    values: FairValues

    def tradable(self) -> list[Instrument]:
        """The instruments that are open and have a price on both sides."""
        return [one for one in self.instruments.values() if one.is_tradable]

    def choose(self, random: Random, among: Iterable[Instrument]) -> Instrument | None:
        """One instrument, the lively ones more often."""
        choices = list(among)
        if not choices:
            return None
        weights = [one.character.activity * self.values.heat(one.symbol) for one in choices]
        return random.choices(choices, weights)[0]


class Strategy(Protocol):
    """Decides what to do next. The same seed and the same market give the same decisions."""

    def wait(self) -> float:
        """Seconds until the next decision."""

    def decide(self, now: float, floor: Floor, blotter: Blotter) -> list[Action]:
        """What to send now, in this order. now: seconds since the simulation began."""
