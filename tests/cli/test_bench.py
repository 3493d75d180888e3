"""`openoutcry bench`: the shape of what it prints. Its figures are nobody's test."""

import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def cases(openoutcry: Run) -> list[dict[str, Any]]:
    result = openoutcry("bench", "journal", "--quick", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    printed: list[dict[str, Any]] = json.loads(result.stdout)
    return printed


def test_each_case_has_its_rate_its_setup_and_its_machine(cases: list[dict[str, Any]]) -> None:
    assert [case["name"] for case in cases] == ["journal/batched", "journal/single"]
    for case in cases:
        assert case["messages_per_second"] > 0
        assert case["setup"]
        assert case["machine"]["cores"] >= 1
        assert case["machine"]["processor"]
        assert case["machine"]["disk_sync"]["p50_ns"] > 0
    _, single = cases
    assert 0 < single["p50_ns"] <= single["p99_ns"] <= single["p999_ns"]


def test_unknown_subject_is_bad_usage(openoutcry: Run) -> None:
    result = openoutcry("bench", "weather")
    assert (result.returncode, result.stdout) == (2, "")
    assert "'weather' is none of engine, journal, gateway, recovery" in result.stderr
