"""Messages and who reads them."""

from collections.abc import Hashable
from typing import Protocol


class Message:
    """One message of a stream, encoded once for all its readers.

    `wire` belongs to the gateway: what it made of the text for its own protocol, made once too.
    """

    __slots__ = ("text", "wire")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.wire: bytes | None = None


class Reader(Protocol):
    """A subscriber. Neither call waits; a reader that cannot keep up is the gateway's business."""

    def push(self, message: Message) -> None:
        """Queue the next message of a gapless stream."""

    def conflate(self, key: Hashable, head: bytes, body: bytes) -> None:
        """Queue the newest state of stream `key`, in place of one that was not sent yet.

        head: the message up to its sequence, which the reader counts by itself; body: the rest.
        """
