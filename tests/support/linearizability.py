"""Whether a history of overlapping operations could have happened one after another.

The algorithm is Wing and Gong's (1993) with the cache of Lowe (2017): whatever began before every
other operation that is left had ended may come next; configurations seen before, which are the
operations taken and the state they left, are not tried again. Histories are checked in parts that
cannot influence each other, such as one account with the symbols that it alone trades.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class Operation:
    """What was asked and answered, and when, on the clock of one machine.

    An operation whose answer never came has the result UNKNOWN and ends at infinity: it may have
    happened at any time since, or not at all.
    """

    what: tuple[Any, ...]
    result: Any
    began: float
    ended: float = math.inf


# The state after an operation that answered so, None where it could not have.
Step = Callable[[Any, tuple[Any, ...], Any], Hashable | None]


def is_linearizable(history: Iterable[Operation], initial: Hashable, step: Step) -> bool:
    """Whether some order of the operations explains every answer."""
    operations = sorted(history, key=lambda one: one.began)
    answered = sum(1 << place for place, one in enumerate(operations) if one.ended < math.inf)
    seen: set[tuple[int, Hashable]] = set()
    waiting = [(0, initial)]
    while waiting:
        taken, state = waiting.pop()
        if taken & answered == answered:
            return True
        for place in _next(operations, taken):
            operation = operations[place]
            after = step(state, operation.what, operation.result)
            configuration = (taken | 1 << place, after)
            if after is not None and configuration not in seen:
                seen.add(configuration)
                waiting.append(configuration)
    return False


def _next(operations: Sequence[Operation], taken: int) -> list[int]:
    """The operations left that began before every other one left had ended."""
    first_end = math.inf
    candidates = []
    for place, operation in enumerate(operations):
        if operation.began > first_end:
            break
        if not taken >> place & 1:
            candidates.append(place)
            first_end = min(first_end, operation.ended)
    # What could not have ended before others began comes first: fewer ways to go wrong.
    return [place for place in reversed(candidates) if operations[place].began <= first_end]
