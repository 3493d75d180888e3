"""What waits to be sent to one reader: bounded, so that a slow one costs nobody else anything."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Protocol

from openoutcry.gateways.websocket.frame import text_frame
from openoutcry.marketdata.message import Message

# Bytes of gapless messages that may wait. A reader who is this far behind is cut off.
LARGEST = 1024 * 1024
# Frames handed to the transport at a time: it pauses in between when the peer does not read.
_CHUNK = 256 * 1024


class Wire(Protocol):
    """Where frames go."""

    writable: asyncio.Event

    def write_frames(self, frames: bytes) -> None:
        """Send whole frames."""


class Outbox:
    """Queues for one reader; implements marketdata's Reader.

    Messages of gapless streams keep their order; of a conflated stream at most one waits, the
    newest, and its sequence is counted when it is sent.
    """

    def __init__(self, wire: Wire, on_overflow: Callable[[], None]) -> None:
        """on_overflow: called once, when the reader is too far behind."""
        self._wire = wire
        self._on_overflow = on_overflow
        self._queue: list[Message] = []
        self._queued_bytes = 0
        self._newest: dict[Hashable, tuple[bytes, bytes]] = {}
        self._sequences: dict[Hashable, int] = {}
        self._wake = asyncio.Event()
        self._sent = asyncio.Event()
        # Whether there is nobody left to send to.
        self.closed = False
        # Whether messages of a tick may share a frame, as an array.
        self.batch = False

    def push(self, message: Message) -> None:
        """Queue a message that must not be left out."""
        if self.closed:
            return
        self._queue.append(message)
        self._queued_bytes += len(message.text)
        if self._queued_bytes > LARGEST:
            self.close()
            self._on_overflow()
        self._wake.set()

    def conflate(self, key: Hashable, head: bytes, body: bytes) -> None:
        """Queue the newest state of a stream in place of the one before."""
        if self.closed:
            return
        self._newest[key] = (head, body)
        self._wake.set()

    def close(self) -> None:
        """Keep nothing and take nothing more; whoever waits for room waits no longer."""
        self.closed = True
        self._queue.clear()
        self._newest.clear()
        self._sent.set()

    def forget(self, key: Hashable) -> None:
        """Send nothing more of a conflated stream and count it anew."""
        self._newest.pop(key, None)
        self._sequences.pop(key, None)

    async def room(self) -> None:
        """Wait until little enough waits for the reader to be given more on its own request."""
        while self._queued_bytes > LARGEST // 4 and not self.closed:
            self._sent.clear()
            await self._sent.wait()

    async def drain(self) -> int:
        """Wait for something to send, then send all of it; return how many messages that were."""
        await self._wake.wait()
        self._wake.clear()
        await self._wire.writable.wait()
        sent = 0
        # More may come while the transport is full: conflated states are taken last.
        while self._queue:
            queue, self._queue, self._queued_bytes = self._queue, [], 0
            await self._send(queue)
            sent += len(queue)
            self._sent.set()
        newest, self._newest = self._newest, {}
        messages = [Message(self._numbered(key, *state)) for key, state in newest.items()]
        await self._send(messages)
        return sent + len(messages)

    def _numbered(self, key: Hashable, head: bytes, body: bytes) -> bytes:
        sequence = self._sequences[key] = self._sequences.get(key, 0) + 1
        return b"%s%d%s" % (head, sequence, body)

    async def _send(self, messages: list[Message]) -> None:
        if not messages:
            return
        if self.batch and len(messages) > 1:
            joined = b"[" + b",".join([message.text for message in messages]) + b"]"
            self._wire.write_frames(text_frame(joined))
            return
        chunk: list[bytes] = []
        size = 0
        for message in messages:
            frame = message.wire
            if frame is None:
                frame = message.wire = text_frame(message.text)
            chunk.append(frame)
            size += len(frame)
            if size >= _CHUNK:
                await self._flush(chunk)
                size = 0
        await self._flush(chunk)

    async def _flush(self, chunk: list[bytes]) -> None:
        await self._wire.writable.wait()
        self._wire.write_frames(b"".join(chunk))
        chunk.clear()
