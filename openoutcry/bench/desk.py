"""Whoever submits commands to a sequencer and waits for its answers."""

import select
from dataclasses import dataclass, field
from pathlib import Path

from openoutcry import _engine
from openoutcry.errors import OpenOutcryError

_BYTES = 64  # of a command without a name
_PIECE = 8_192 * _BYTES  # submitted at once, as by a busy gateway
_MOST_WAITING = 32  # pieces
_ANSWER_S = 60


class NoAnswer(OpenOutcryError):
    """The sequencer does not answer."""


@dataclass(slots=True)
class Desk:
    """Submits commands, never more at once than a sequencer queues, and counts the answers."""

    sequencer: _engine.Sequencer
    _waiting: int = 0
    _poll: select.poll = field(default_factory=select.poll)

    @classmethod
    def open(cls, directory: Path) -> "Desk":
        """A sequencer on a directory."""
        desk = cls(_engine.Sequencer.open(str(directory)))
        desk._poll.register(desk.sequencer.fileno(), select.POLLIN)
        return desk

    def feed(self, commands: bytes) -> int:
        """Submit commands that have no names, piece by piece, and wait for all answers."""
        view = memoryview(commands)
        for start in range(0, len(commands), _PIECE):
            piece = bytes(view[start : start + _PIECE])
            self._submit(piece, len(piece) // _BYTES)
            self._wait(_MOST_WAITING * _PIECE // _BYTES)
        self._wait(0)
        return len(commands) // _BYTES

    def one(self, command: bytes) -> None:
        """Submit one command, and wait for its answer."""
        self._submit(command, 1)
        while self._waiting:
            self._ready()
            self._waiting -= len(self.sequencer.answers())

    def close(self) -> None:
        """Close the sequencer."""
        self.sequencer.close()

    def _submit(self, commands: bytes, count: int) -> None:
        self.sequencer.submit(commands)
        self._waiting += count

    def _wait(self, down_to: int) -> None:
        while self._waiting > down_to:
            self._ready()
            self._waiting -= self.sequencer.discard_answers()

    def _ready(self) -> None:
        if not self._poll.poll(_ANSWER_S * 1_000):
            raise NoAnswer("the sequencer does not answer")
