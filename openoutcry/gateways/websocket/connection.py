"""One client of the WebSocket: what it subscribed to, and what it is told."""

from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Any

from openoutcry.codec.identifiers import account_id
from openoutcry.codec.shape import encode
from openoutcry.errors import Malformed, Problem, Unauthenticated
from openoutcry.gateways.services import Floor
from openoutcry.gateways.websocket.limits import BOOK_DEPTHS, DEFAULT_DEPTH, MOST_STREAMS
from openoutcry.gateways.websocket.outbox import Outbox
from openoutcry.gateways.websocket.requests import FeedRequest, read_request
from openoutcry.identity import Identity, Principal, Scope
from openoutcry.marketdata.message import Message
from openoutcry.marketdata.stream import Stream

_PRIVATE = frozenset({"orders", "account"})
# What a reader knows a stream by: a second subscription to the same one replaces the first.
Slot = tuple[Hashable, ...]


class Connection:
    """Takes one request after another and never ends because of one."""

    def __init__(
        self,
        floor: Floor,
        identity: Identity,
        outbox: Outbox,
        admit: Callable[[Principal], None],
        pace: Callable[[], Awaitable[None]],
    ) -> None:
        """Serve one client.

        admit: called when a user shows a token; raises Problem for one connection too many.
        pace: awaited before each stream is joined; lets other connections have their turn.
        """
        self._floor = floor
        self._identity = identity
        self._outbox = outbox
        self._admit = admit
        self._pace = pace
        self._streams: dict[Slot, Stream] = {}
        # The token shown last, and the one that each private stream was opened with: one
        # connection may have shown the tokens of several users.
        self._token: str | None = None
        self._tokens: dict[Slot, str] = {}

    async def handle(self, text: str | bytes) -> None:
        """Do what the message asks; answer what is wrong with it by a message."""
        channel = "session"
        try:
            request = read_request(text)
            channel = request.channel or channel
            if request.batch is True or request.batch is False:
                self._outbox.batch = request.batch
            if request.action == "ping":
                self._tell({"channel": "session", "event": "PONG"})
            elif request.action == "subscribe":
                await self._subscribe(request)
            else:
                self._unsubscribe(request)
        except Problem as error:
            self._error(channel, error)

    def check_tokens(self) -> None:
        """End what was opened with a token that holds no more."""
        shown = set(self._tokens.values())
        if self._token is not None:
            shown.add(self._token)
        for token in shown:
            try:
                self._identity.verify(token)
            except Unauthenticated as error:
                if token == self._token:
                    self._token = None
                self._drop([slot for slot, opener in self._tokens.items() if opener == token])
                self._error("session", error)

    def close(self) -> None:
        """Leave all streams."""
        self._drop(list(self._streams))

    async def _subscribe(self, request: FeedRequest) -> None:
        channel = request.channel
        if not channel:
            raise Malformed("INVALID_MESSAGE", "channel is missing.")
        if channel in _PRIVATE:
            await self._subscribe_privately(request)
            return
        symbols = self._symbols(request)
        if len(self._streams) + len(symbols) > MOST_STREAMS:
            raise Malformed("TOO_MANY_STREAMS", f"At most {MOST_STREAMS} streams a connection.")
        self._tell(self._subscribed(request, symbols))
        for symbol in symbols:
            await self._pace()
            await self._outbox.room()
            if self._outbox.closed:
                return
            self._join(self._slot(request, symbol), *self._public(request, symbol))

    def _public(
        self, request: FeedRequest, symbol: str
    ) -> tuple[Callable[..., Stream], tuple[Any, ...]]:
        """Return what joins the stream, and with which arguments."""
        feed, number = self._floor.feed, self._floor.symbol(symbol)
        if request.channel == "book":
            return feed.join_book, (number, _depth(request))
        if request.channel == "trades":
            return feed.join_trades, (number,)
        if request.channel == "quotes":
            return feed.join_quotes, (number,)
        if request.channel == "candles":
            return feed.join_candles, (number, request.interval or "1m")
        return feed.join_status, (number,)

    async def _subscribe_privately(self, request: FeedRequest) -> None:
        await self._pace()
        channel = request.channel
        principal, token = self._authenticate(request)
        if not request.account_id:
            account = self._floor.own_account(principal, None)
        else:
            account = self._floor.visible_account(principal, request.account_id).account
        named = account_id(account)
        self._tell({"channel": channel, "event": "SUBSCRIBED", "accountId": named})
        feed = self._floor.feed
        join = feed.join_orders if channel == "orders" else feed.join_account
        slot = (channel, named)
        self._join(slot, join, (account,))
        self._tokens[slot] = token

    def _authenticate(self, request: FeedRequest) -> tuple[Principal, str]:
        """Return whose token came with the request, or with one before it, and the token."""
        token = request.token or self._token
        if token is None:
            raise Unauthenticated("UNAUTHENTICATED", f"{request.channel} needs a token.")
        principal = self._identity.verify(token)
        principal.require(Scope.READ)
        self._admit(principal)
        self._token = token
        return principal, token

    def _unsubscribe(self, request: FeedRequest) -> None:
        channel = request.channel
        if not channel:
            raise Malformed("INVALID_MESSAGE", "channel is missing.")
        slots = [slot for slot in self._streams if slot[0] == channel]
        if channel in _PRIVATE:
            slots = [slot for slot in slots if (request.account_id or slot[1]) == slot[1]]
        elif request.symbols or request.symbol:
            named = set(self._symbols(request))
            slots = [slot for slot in slots if slot[1] in named]
        if channel == "candles" and request.interval:
            slots = [slot for slot in slots if slot[2] == request.interval]
        self._drop(slots)
        key = "accounts" if channel in _PRIVATE else "symbols"
        subjects = [str(slot[1]) for slot in slots]
        self._tell({"channel": channel, "event": "UNSUBSCRIBED", key: subjects})

    def _symbols(self, request: FeedRequest) -> list[str]:
        symbols = request.symbols or ([request.symbol] if request.symbol else [])
        if not symbols:
            raise Malformed("INVALID_MESSAGE", "symbols is missing.")
        for symbol in symbols:
            self._floor.symbol(symbol)
        return list(dict.fromkeys(symbols))

    def _subscribed(self, request: FeedRequest, symbols: list[str]) -> dict[str, Any]:
        told: dict[str, Any] = {"channel": request.channel, "event": "SUBSCRIBED"}
        told["symbols"] = symbols
        if request.channel == "book":
            told["depth"] = _depth(request)
        if request.channel == "candles":
            told["interval"] = request.interval or "1m"
        return told

    def _slot(self, request: FeedRequest, symbol: str) -> Slot:
        if request.channel == "candles":
            return ("candles", symbol, request.interval or "1m")
        return (request.channel, symbol)

    def _join(self, slot: Slot, join: Callable[..., Stream], arguments: tuple[Any, ...]) -> None:
        self._drop([slot])
        self._streams[slot] = join(self._outbox, *arguments)

    def _drop(self, slots: Iterable[Slot]) -> None:
        for slot in slots:
            self._tokens.pop(slot, None)
            stream = self._streams.pop(slot, None)
            if stream is not None:
                self._floor.feed.leave(self._outbox, stream)
                self._outbox.forget(stream.key)

    def _tell(self, message: dict[str, Any]) -> None:
        self._outbox.push(Message(encode(message)))

    def _error(self, channel: str, error: Problem) -> None:
        self._tell(
            {"channel": channel, "event": "ERROR", "code": error.code, "detail": error.detail}
        )


def _depth(request: FeedRequest) -> int:
    """Return the levels that will be shown: as many as asked for, or the next more."""
    asked = request.depth or DEFAULT_DEPTH
    return next(depth for depth in BOOK_DEPTHS if depth >= asked)
