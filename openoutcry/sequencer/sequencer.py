"""Commands in, durable answers out: the asyncio side of the engine's sequencer thread."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeAlias

import structlog

from openoutcry import _engine
from openoutcry.errors import Unavailable

log = structlog.get_logger(__name__)

# An answer takes one batch and one sync of the journal, milliseconds; seconds mean a sick disk.
ANSWER_DEADLINE_S = 10.0
_SWEEP_S = 0.5


Outcome: TypeAlias = _engine.Answer | Unavailable
# Is called once with what became of a command, within the loop's turn that learns it; it must not
# raise.
Taker: TypeAlias = Callable[[Outcome], None]


class Moved(Protocol):
    """Called after answers were handed out: the state may have moved."""

    def __call__(self) -> None: ...


class Sequencer:
    """Hands commands to the engine and each answer to whoever waits for it.

    Belongs to one event loop. A command that was submitted is carried out even when nobody waits
    for its answer any more: a caller that gives up does not know the outcome.
    """

    def __init__(self, engine: _engine.Sequencer) -> None:
        self.engine = engine
        self._loop = asyncio.get_running_loop()
        # By ticket, which only grows: the first is the oldest.
        self._waiting: dict[int, tuple[Taker, float]] = {}
        self._listeners: list[Moved] = []
        self._refusal: Callable[[], Unavailable] | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._loop.add_reader(engine.fileno(), self._readable)
        self._sweeper = self._loop.call_later(_SWEEP_S, self._sweep)

    @property
    def refusal(self) -> Unavailable | None:
        """What a command submitted now would be refused with, None while commands are taken."""
        return None if self._refusal is None else self._refusal()

    @property
    def waiting(self) -> int:
        """Commands whose answers are awaited."""
        return len(self._waiting)

    def on_moved(self, listener: Moved) -> None:
        """Call `listener` from now on whenever the engine's state moved."""
        self._listeners.append(listener)

    def submit(self, commands: bytes) -> asyncio.Future[_engine.Answer]:
        """Submit one command; the answer comes when it is durable and applied.

        Raises Unavailable when the venue takes no commands; the future may fail with it too, when
        the journal fails or the answer does not come in time.
        """
        return self.submit_all((commands,))[0]

    def submit_all(self, commands: Sequence[bytes]) -> list[asyncio.Future[_engine.Answer]]:
        """Submit several commands, which are applied one after another; one answer for each."""
        ticket = self._submit(commands[0] if len(commands) == 1 else b"".join(commands))
        futures = []
        for offset in range(len(commands)):
            future = self._loop.create_future()
            self._await(ticket + offset, partial(_settle, future))
            futures.append(future)
        return futures

    def hand_in(self, command: bytes, taker: Taker) -> None:
        """Submit one command; `taker` is called with what becomes of it.

        Raises Unavailable when the venue takes no commands. A future's way through the event loop
        costs an order as much as its decoding.
        """
        self._await(self._submit(command), taker)

    def _submit(self, commands: bytes) -> int:
        """Return the ticket of the first command."""
        if self._refusal is not None:
            raise self._refusal()
        try:
            return self.engine.submit(commands)
        except _engine.Overloaded:
            raise _overloaded() from None
        except _engine.JournalFailed as error:
            self._fail(str(error))
            raise _journal_failed() from None

    def _await(self, ticket: int, taker: Taker) -> None:
        self._waiting[ticket] = (taker, self._loop.time() + ANSWER_DEADLINE_S)
        self._idle.clear()

    async def close(self, patience_s: float = 5.0) -> None:
        """Take nothing more, wait for the answers that are due, sync and stop the engine."""
        self._refusal = _shutting_down
        try:
            async with asyncio.timeout(patience_s):
                await self._idle.wait()
        except TimeoutError:
            log.warning("commands left unanswered at shutdown", waiting=len(self._waiting))
        self._sweeper.cancel()
        self._loop.remove_reader(self.engine.fileno())
        await asyncio.to_thread(self.engine.close)

    def _readable(self) -> None:
        waiting = self._waiting
        for answer in self.engine.answers():
            entry = waiting.pop(answer.ticket, None)
            # Absent when it came after the deadline.
            if entry is not None:
                entry[0](answer)
        if not waiting:
            self._idle.set()
        for listener in self._listeners:
            listener()

    def _sweep(self) -> None:
        """Notice a failed journal and answers that are overdue."""
        self._sweeper = self._loop.call_later(_SWEEP_S, self._sweep)
        failure = self.engine.status().failure
        if failure is not None:
            self._fail(failure)
        now = self._loop.time()
        overdue = []
        for ticket, (_, deadline) in self._waiting.items():
            if deadline > now:
                break
            overdue.append(ticket)
        if overdue:
            log.error("answers overdue", commands=len(overdue), oldest=overdue[0])
        self._give_up(overdue, _overdue)

    def _fail(self, failure: str) -> None:
        """Stop for good: nothing more is accepted until a restart."""
        if self._refusal is not _journal_failed:
            log.critical("journal failed, no more commands are accepted", failure=failure)
            self._refusal = _journal_failed
        self._give_up(list(self._waiting), _journal_failed)

    def _give_up(self, tickets: list[int], problem: Callable[[], Unavailable]) -> None:
        for ticket in tickets:
            taker, _ = self._waiting.pop(ticket)
            taker(problem())
        if not self._waiting:
            self._idle.set()


def _settle(future: asyncio.Future[_engine.Answer], outcome: Outcome) -> None:
    if future.done():
        return  # cancelled: its caller went away
    if isinstance(outcome, Unavailable):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def _overloaded() -> Unavailable:
    return Unavailable("OVERLOADED", "Too many commands wait to be carried out.", retry_after=1)


def _journal_failed() -> Unavailable:
    return Unavailable("JOURNAL_FAILED", "The venue cannot write its journal.")


def _shutting_down() -> Unavailable:
    return Unavailable("SHUTTING_DOWN", "The venue is shutting down.", retry_after=5)


def _overdue() -> Unavailable:
    return Unavailable(
        "ANSWER_OVERDUE",
        "No answer in time; whether the command took effect is not known. "
        "Ask again with the same clientOrderId.",
        retry_after=1,
    )
