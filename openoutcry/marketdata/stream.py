"""A stream: one channel of one symbol or account, with readers who joined it."""

from abc import ABC, abstractmethod
from collections.abc import Hashable

from msgspec import Struct

from openoutcry.codec.shape import encode
from openoutcry.marketdata.message import Message, Reader


class Stream(ABC):
    """Readers get the present state when they join, then every change, each change to all."""

    def __init__(self, key: Hashable) -> None:
        self.key = key
        self.readers: dict[Reader, None] = {}

    def join(self, reader: Reader) -> None:
        """Give `reader` the present state, and from now on what changes."""
        self.advance()
        self.greet(reader)
        self.readers[reader] = None

    def leave(self, reader: Reader) -> None:
        """Give `reader` nothing more."""
        self.readers.pop(reader, None)

    @abstractmethod
    def greet(self, reader: Reader) -> None:
        """Give `reader` the state as of the last `advance`."""

    @abstractmethod
    def advance(self) -> None:
        """Take in what changed since, and tell the readers."""


class SequencedStream(Stream):
    """A stream none of whose messages may be left out; `sequence` is that of its last message."""

    def __init__(self, key: Hashable) -> None:
        super().__init__(key)
        self.sequence = 1
        # The snapshot under the present sequence, once a reader has asked for it: however many
        # join between two changes, it is made once.
        self._greeting: Message | None = None

    @abstractmethod
    def snapshot(self) -> Struct:
        """Return the message that carries the whole state, under the present sequence."""

    def greet(self, reader: Reader) -> None:
        """Give `reader` the snapshot."""
        if self._greeting is None:
            self._greeting = Message(encode(self.snapshot()))
        reader.push(self._greeting)

    def next_sequence(self) -> int:
        """Take the next number."""
        self.sequence += 1
        self._greeting = None
        return self.sequence

    def publish(self, message: Struct) -> None:
        """Give all readers a message that carries `next_sequence()`."""
        if self.readers:
            encoded = Message(encode(message))
            for reader in self.readers:
                reader.push(encoded)
