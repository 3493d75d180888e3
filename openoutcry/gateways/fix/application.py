"""What sessions ask that is no order: market data, securities, the market's status."""

from collections.abc import Callable

from openoutcry import _engine
from openoutcry.gateways.fix.market_data import MarketData
from openoutcry.gateways.fix.reference import securities, trading_session
from openoutcry.gateways.services import Floor

Message = dict[int, list[bytes]]


class Application:
    """Answers what the engine's desk hands on."""

    def __init__(self, floor: Floor, desk: _engine.FixDesk, flush: Callable[[int], None]) -> None:
        """flush: sends what a session has to say by now."""
        self._floor = floor
        self._desk = desk
        self._market_data = MarketData(floor, desk, flush)

    def answer(self, seat: int, fields: list[tuple[int, bytes]]) -> None:
        """Answer one message."""
        message: Message = {}
        for tag, value in fields:
            message.setdefault(tag, []).append(value)
        kind = message[35][0]
        if kind == b"V":
            self._market_data.request(seat, message)
        elif kind == b"x":
            self._desk.send(seat, b"y", securities(self._floor, message))
        else:
            self._desk.send(seat, b"h", trading_session(self._floor, message))

    def leave(self, seat: int) -> None:
        """Forget what a session subscribed to."""
        self._market_data.leave(seat)

    def tick(self) -> None:
        """Send what has changed."""
        self._market_data.tick()
