"""The checker finds fault with histories that are known to be wrong, and none with right ones."""

import math
from typing import Any

import pytest
from linearizability import UNKNOWN, Operation, is_linearizable


def register(state: int, what: tuple[Any, ...], result: Any) -> int | None:
    """One number that is written and read."""
    match what:
        case ("write", value):
            return value
        case ("read",):
            return state if result is UNKNOWN or result == state else None
        case ("add", amount):
            after = state + amount
            return after if result is UNKNOWN or result == after else None
    return None


def history(*rows: tuple[Any, ...]) -> list[Operation]:
    return [Operation(*row) for row in rows]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="nothing happened"),
        pytest.param([(("write", 1), None, 0, 1), (("read",), 1, 2, 3)], id="one after another"),
        pytest.param(
            [(("write", 1), None, 0, 9), (("read",), 0, 1, 2)], id="read before the write"
        ),
        pytest.param([(("write", 1), None, 0, 9), (("read",), 1, 1, 2)], id="read after the write"),
        pytest.param(
            [(("add", 1), 2, 0, 9), (("add", 1), 1, 1, 8), (("read",), 2, 10, 11)],
            id="two increments in the other order",
        ),
        pytest.param(
            [(("write", 1), UNKNOWN, 0, math.inf), (("read",), 0, 5, 6), (("read",), 1, 7, 8)],
            id="a write without an answer happened late",
        ),
        pytest.param(
            [(("write", 1), UNKNOWN, 0, math.inf), (("read",), 0, 5, 6)],
            id="a write without an answer never happened",
        ),
    ],
)
def test_a_history_that_some_order_explains(rows: list[tuple[Any, ...]]) -> None:
    assert is_linearizable(history(*rows), 0, register)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([(("write", 1), None, 0, 1), (("read",), 0, 2, 3)], id="stale read"),
        pytest.param([(("read",), 7, 0, 1)], id="read of what was never written"),
        pytest.param(
            [(("write", 1), None, 0, 9), (("read",), 1, 1, 2), (("read",), 0, 3, 4)],
            id="the new value is seen, then the old one",
        ),
        pytest.param(
            [(("add", 1), 1, 0, 9), (("add", 1), 1, 1, 8)],
            id="a lost update",
        ),
        pytest.param(
            [(("add", 1), 1, 0, 1), (("add", 1), 3, 2, 3)],
            id="an operation that happened twice",
        ),
        pytest.param(
            [(("write", 1), UNKNOWN, 4, math.inf), (("read",), 1, 1, 2)],
            id="seen before it was asked for",
        ),
        pytest.param(
            [(("write", 1), None, 0, 1), (("write", 2), None, 2, 3), (("read",), 1, 4, 5)],
            id="an acknowledged write is lost",
        ),
    ],
)
def test_a_history_that_no_order_explains(rows: list[tuple[Any, ...]]) -> None:
    assert not is_linearizable(history(*rows), 0, register)
