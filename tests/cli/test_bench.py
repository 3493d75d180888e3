"""`openoutcry bench`: the shape of what it prints. Its figures are nobody's test."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from openoutcry.bench.suite import Subject
from openoutcry.cli import bench

Run = Callable[..., Any]


@pytest.fixture
def cases(openoutcry: Run) -> list[dict[str, Any]]:
    result = openoutcry("bench", "journal", "--quick", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    printed: list[dict[str, Any]] = json.loads(result.stdout)
    return printed


def test_each_case_has_its_rate_its_setup_and_its_machine(cases: list[dict[str, Any]]) -> None:
    names = ["journal/batched", "journal/single", "journal/chain"]
    assert [case["name"] for case in cases] == names
    for case in cases:
        assert case["messages_per_second"] > 0
        assert case["setup"]
        assert case["machine"]["cores"] >= 1
        assert case["machine"]["processor"]
        assert case["machine"]["disk_sync"]["p50_ns"] > 0
    _, single, _ = cases
    assert 0 < single["p50_ns"] <= single["p99_ns"] <= single["p999_ns"]


def test_recorded_file_is_a_case_of_the_engine(
    openoutcry: Run, write_itch: Callable[..., Path], tmp_path: Path
) -> None:
    def bench(subject: str, file: Path) -> Any:
        return openoutcry("bench", subject, "--quick", "--json", "--itch", file)

    result = bench("engine", write_itch())
    assert result.returncode == 0, result.stderr
    case, *_ = json.loads(result.stdout)
    assert case["name"] == "itch/recorded"
    assert "5,000 messages" in case["setup"]
    assert case["messages_per_second"] > 0

    missing = bench("engine", tmp_path / "none.itch")
    assert (missing.returncode, missing.stderr.count("\n")) == (1, 1)
    elsewhere = bench("journal", write_itch())
    assert elsewhere.returncode == 2
    assert "--itch is a case of the engine" in elsewhere.stderr


def test_unknown_subject_is_bad_usage(openoutcry: Run) -> None:
    result = openoutcry("bench", "weather")
    assert (result.returncode, result.stdout) == (2, "")
    names = ", ".join(Subject)
    assert f"'weather' is none of {names}" in result.stderr


def test_help_names_every_subject() -> None:
    asked = get_type_hints(bench.command, include_extras=True)["subject"]
    (argument,) = asked.__metadata__
    assert argument.metavar == f"[{'|'.join(Subject)}]"
