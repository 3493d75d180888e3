"""Subscriptions over one WebSocket that comes back by itself."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from openoutcry.client.errors import BadAnswer, Unreachable
from openoutcry.client.messages import DECODERS, Connected, Failed, Message
from openoutcry.client.session import Session

_LARGEST_FRAME = 16 << 20
_SHORTEST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0

#: Channels that show one account and need its owner's token.
PRIVATE = frozenset({"orders", "account"})


@dataclass(frozen=True, slots=True)
class Subscription:
    """One channel of some symbols, or of one account; `interval` of candles, `depth` of books."""

    channel: str
    symbols: tuple[str, ...] = ()
    account_id: str | None = None
    interval: str | None = None
    depth: int | None = None


class _Request(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    action: str
    channel: str
    symbols: tuple[str, ...] = ()
    account_id: str | None = None
    interval: str | None = None
    depth: int | None = None
    token: str | None = None
    batch: bool = False


class _Head(msgspec.Struct, rename="camel", kw_only=True):
    """As much of a message as tells which stream it belongs to."""

    event: str
    channel: str = ""
    symbol: str | None = None
    account_id: str | None = None
    interval: str | None = None
    sequence: int | None = None
    code: str = ""
    detail: str = ""


_Key = tuple[str, str | None, str | None]

_encode = msgspec.json.Encoder().encode
_head = msgspec.json.Decoder(_Head)
_batch = msgspec.json.Decoder(list[msgspec.Raw])


class Stream:
    """Messages of all subscriptions in order of arrival.

    After a lost connection it connects and subscribes again; where a stream of messages that
    continue one another has a gap, it asks for that stream's state anew and passes nothing of it
    on until then. So whoever applies what arrives holds the venue's state.
    """

    def __init__(self, session: Session, *subscriptions: Subscription) -> None:
        self._session = session
        self._subscriptions = subscriptions
        self._sequences: dict[_Key, int] = {}
        self._broken: set[_Key] = set()

    async def messages(self) -> AsyncIterator[Message | Connected | Failed]:
        """Every message, for as long as the caller reads on."""
        pause = _SHORTEST_PAUSE_S
        while True:
            try:
                async with self._connect() as socket:
                    await self._subscribe_all(socket)
                    yield Connected()
                    while True:
                        for message in await self._receive(socket):
                            yield message
                        pause = _SHORTEST_PAUSE_S
            except (OSError, TimeoutError, WebSocketException, Unreachable):
                # Everyone was cut off at the same moment: not everyone comes back at the same one.
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311
                pause = min(pause * 2, _LONGEST_PAUSE_S)

    def _connect(self) -> connect:
        return connect(
            self._session.endpoint.websocket,
            compression=None,
            max_size=_LARGEST_FRAME,
            proxy=None,
            ssl=self._session.endpoint.tls(),
        )

    async def _subscribe_all(self, socket: ClientConnection) -> None:
        self._sequences.clear()
        self._broken.clear()
        for subscription in self._subscriptions:
            await self._request(socket, "subscribe", subscription)

    async def _request(
        self, socket: ClientConnection, action: str, subscription: Subscription
    ) -> None:
        token = await self._session.token() if subscription.channel in PRIVATE else None
        request = _Request(
            action=action,
            channel=subscription.channel,
            symbols=subscription.symbols,
            account_id=subscription.account_id,
            interval=subscription.interval,
            depth=subscription.depth,
            token=token,
            batch=action == "subscribe",
        )
        await socket.send(_encode(request), text=True)

    async def _receive(self, socket: ClientConnection) -> list[Message | Failed]:
        frame = await socket.recv(decode=False)
        try:
            messages = _batch.decode(frame) if frame[:1] == b"[" else [frame]
            received: list[Message | Failed] = []
            gaps: dict[_Key, None] = {}
            for text in messages:
                received.extend(self._read(text, gaps))
        except msgspec.MsgspecError as error:
            raise BadAnswer(f"{socket.request and socket.request.path}: {error}") from None
        for key in gaps:
            await self._renew(socket, key)
        return received

    def _read(
        self, text: bytes | msgspec.Raw, gaps: dict[_Key, None]
    ) -> Iterator[Message | Failed]:
        head = _head.decode(text)
        if head.event == "ERROR":
            yield Failed(code=head.code, detail=head.detail)
            return
        decoder = DECODERS.get((head.channel, head.event))
        if decoder is None or head.sequence is None:
            return  # SUBSCRIBED, PONG, or news from a venue that is newer than this client
        key = (head.channel, head.symbol or head.account_id, head.interval)
        message = decoder.decode(text)
        before = self._sequences.get(key)
        self._sequences[key] = head.sequence
        if message.WHOLE:
            self._broken.discard(key)
            yield message
        elif key in self._broken:
            return
        elif before is None or head.sequence != before + 1:
            self._broken.add(key)
            gaps[key] = None
        else:
            yield message

    async def _renew(self, socket: ClientConnection, key: _Key) -> None:
        channel, subject, interval = key
        for subscription in self._subscriptions:
            if subscription.channel != channel or subscription.interval != interval:
                continue
            if channel in PRIVATE and subscription.account_id in (None, subject):
                one = subscription
            elif subject in subscription.symbols:
                one = Subscription(channel, (subject,), interval=interval, depth=subscription.depth)
            else:
                continue
            await self._request(socket, "unsubscribe", one)
            await self._request(socket, "subscribe", one)
            return
