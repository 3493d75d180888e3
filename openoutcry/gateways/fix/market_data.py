"""Books and trades over FIX: snapshots, and what changed since."""

from collections.abc import Callable
from dataclasses import dataclass, field

from openoutcry import _engine
from openoutcry.codec.decimals import money_decimal, price_decimal
from openoutcry.gateways.fix.reference import Fields, Message, security_status
from openoutcry.gateways.services import Floor

# MDEntryType, tag 269.
BID, OFFER, TRADE = b"0", b"1", b"2"
# MDUpdateAction, tag 279.
_NEW, _CHANGE, _DELETE = b"0", b"1", b"2"
# MDReqRejReason, tag 281: unknown symbol, duplicate id, unsupported subscription type, market
# depth, update type and entry type, and too many.
_UNKNOWN_SYMBOL, _DUPLICATE = b"0", b"1"
_TYPE, _UPDATE, _ENTRY, _BANDWIDTH = b"4", b"6", b"8", b"2"
_MOST_SUBSCRIPTIONS = 200
_MOST_LEVELS = 50
_ALL_LEVELS = 50

Entry = tuple[bytes, int, int]  # type, price in 1/10000 dollar, size


@dataclass(slots=True)
class Subscription:
    """What one request keeps asking of one symbol."""

    request: bytes
    symbol: int
    ticker: bytes
    levels: int
    kinds: frozenset[bytes]
    incremental: bool
    last_trade: int = 0
    seen: dict[tuple[bytes, int], int] = field(default_factory=dict)
    halted: bool = False


class MarketData:
    """All subscriptions; what changed goes out at most ten times a second."""

    def __init__(self, floor: Floor, desk: _engine.FixDesk, flush: Callable[[int], None]) -> None:
        self._floor = floor
        self._desk = desk
        self._flush = flush
        self._subscriptions: dict[int, list[Subscription]] = {}

    def request(self, seat: int, message: Message) -> None:
        """Answer a MarketDataRequest."""
        request, kind = message[262][0], message[263][0]
        mine = self._subscriptions.setdefault(seat, [])
        if kind == b"2":
            mine[:] = [one for one in mine if one.request != request]
            return
        reason = self._problem(message, mine)
        if reason is not None:
            self._desk.send(seat, b"Y", [(58, _WORDS[reason]), (262, request), (281, reason)])
            return
        for ticker in message[55]:
            number = self._floor.listings.number(ticker.decode())
            assert number is not None
            one = Subscription(
                request,
                number,
                ticker,
                min(int(message[264][0]) or _ALL_LEVELS, _MOST_LEVELS),
                frozenset(message[269]),
                message.get(265, [b"0"])[0] == b"1",
            )
            self._desk.send(seat, b"W", self._snapshot(one))
            if kind == b"1":
                mine.append(one)

    def leave(self, seat: int) -> None:
        """Forget a session's subscriptions."""
        self._subscriptions.pop(seat, None)

    def tick(self) -> None:
        """Send every subscription what changed."""
        if not any(self._subscriptions.values()):
            return
        symbols = self._floor.engine.symbols()
        for seat, mine in self._subscriptions.items():
            moved = [self._advance(seat, one, symbols[one.symbol]) for one in mine]
            if any(moved):
                self._flush(seat)

    def _problem(self, message: Message, mine: list[Subscription]) -> bytes | None:
        """Return MDReqRejReason, None where the request can be answered."""
        request, kind = message[262][0], message[263][0]
        symbols = message.get(55, [])
        unknown = [t for t in symbols if self._number(t) is None]
        checks = (
            (kind not in {b"0", b"1"}, _TYPE),
            (not symbols or bool(unknown), _UNKNOWN_SYMBOL),
            (any(one.request == request for one in mine), _DUPLICATE),
            (not set(message.get(269, [])) <= {BID, OFFER, TRADE}, _ENTRY),
            (message.get(265, [b"0"])[0] not in {b"0", b"1"}, _UPDATE),
            (len(mine) + len(symbols) > _MOST_SUBSCRIPTIONS, _BANDWIDTH),
        )
        return next((reason for wrong, reason in checks if wrong), None)

    def _number(self, ticker: bytes) -> int | None:
        return self._floor.listings.number(ticker.decode("utf-8", "replace"))

    def _entries(self, one: Subscription) -> list[Entry]:
        """Return the book's levels that are asked for."""
        depth = self._floor.engine.depth(one.symbol, one.levels)
        entries = []
        for kind, side in ((BID, depth.bids), (OFFER, depth.asks)):
            if kind in one.kinds:
                entries += [(kind, level.price, level.quantity) for level in side]
        return entries

    def _snapshot(self, one: Subscription) -> Fields:
        entries = self._entries(one)
        one.seen = {(kind, price): size for kind, price, size in entries}
        fields: Fields = [(55, one.ticker), (262, one.request)]
        groups = [_entry(*entry) for entry in entries]
        trades = self._floor.engine.trades(one.symbol, limit=1)
        if trades:
            one.last_trade = trades[0].trade
            if TRADE in one.kinds:
                groups.append(_trade(trades[0]))
        one.halted = self._floor.engine.symbols()[one.symbol].halted
        fields.append((268, b"%d" % len(groups)))
        return fields + [pair for group in groups for pair in group]

    def _advance(self, seat: int, one: Subscription, symbol: _engine.Symbol) -> bool:
        """Send what changed of one symbol; whether something did."""
        groups = self._changes(one)
        trades = self._trades(one) if TRADE in one.kinds else []
        groups += [[(279, _NEW), *_trade(trade), (55, one.ticker)] for trade in trades]
        moved = bool(groups)
        if moved and one.incremental:
            body: Fields = [(262, one.request), (268, b"%d" % len(groups))]
            self._desk.send(seat, b"X", body + [pair for group in groups for pair in group])
        elif moved:
            self._desk.send(seat, b"W", self._snapshot(one))
        if symbol.halted != one.halted:
            one.halted = symbol.halted
            self._desk.send(seat, b"f", security_status(symbol, None))
            moved = True
        return moved

    def _changes(self, one: Subscription) -> list[Fields]:
        now = {(kind, price): size for kind, price, size in self._entries(one)}
        groups = []
        for key, size in now.items():
            if one.seen.get(key) != size:
                action = _CHANGE if key in one.seen else _NEW
                groups.append([(279, action), *_entry(*key, size), (55, one.ticker)])
        for kind, price in one.seen.keys() - now.keys():
            groups.append([(279, _DELETE), *_entry(kind, price, 0), (55, one.ticker)])
        one.seen = now
        return groups

    def _trades(self, one: Subscription) -> list[_engine.Trade]:
        """Return the trades since the last time, the oldest first."""
        newest = self._floor.engine.trades(one.symbol, limit=200)
        fresh = [trade for trade in newest if trade.trade > one.last_trade]
        if fresh:
            one.last_trade = fresh[0].trade
        return fresh[::-1]


_WORDS = {
    _UNKNOWN_SYMBOL: b"No such symbol is listed here.",
    _DUPLICATE: b"This request id is in use.",
    _TYPE: b"SubscriptionRequestType is 0, 1 or 2.",
    _UPDATE: b"MDUpdateType is 0 or 1.",
    _ENTRY: b"MDEntryType is 0, 1 or 2.",
    _BANDWIDTH: b"Too many subscriptions.",
}


def _entry(kind: bytes, price: int, size: int) -> Fields:
    return [(269, kind), (270, _plain(price_decimal(price))), (271, b"%d" % size)]


def _trade(trade: _engine.Trade) -> Fields:
    price = _plain(money_decimal(trade.price))
    return [(269, TRADE), (270, price), (271, b"%d" % trade.quantity)]


def _plain(price: object) -> bytes:
    return f"{price:f}".encode()
