"""Connections that were refused, in the log: one line for many."""

import asyncio
from collections import Counter

import structlog

log = structlog.get_logger(__name__)

_EVERY_S = 1.0


class Refusals:
    """Says the first at once and what follows within a second in one line for each reason."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._counts: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, reason: str, **facts: object) -> None:
        """Log a refusal, or count it."""
        if self._timer is None:
            log.warning(self._event, reason=reason, **facts)
            self._timer = asyncio.get_running_loop().call_later(_EVERY_S, self.flush)
        else:
            self._counts[reason] += 1

    def flush(self) -> None:
        """Log what was counted."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for reason, count in self._counts.items():
            log.warning(self._event, reason=reason, connections=count)
        self._counts.clear()
