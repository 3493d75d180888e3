"""What the house asks of its own sources, beyond what the linters know."""

import ast
import re
import statistics
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 600
LONGEST_FUNCTION = 70
MEDIAN_FILE = 150
SOURCES = {".py", ".pyi", ".rs", ".ts", ".tsx", ".css"}
SHAPELESS = {"utils", "common", "helpers", "misc", "manager"}
# The engine is reached through the sequencer and the read models, and decoded at the gateways.
WITHOUT_ENGINE = ["client", "database", "identity", "simulation"]


@cache
def tracked() -> list[Path]:
    """Return the files of the next commit that still exist, ignored ones left out."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def sources() -> list[Path]:
    return [path for path in tracked() if path.suffix in SOURCES]


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_too_long_to_walk_through() -> None:
    lengths = {str(path.relative_to(ROOT)): len(lines(path)) for path in sources()}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}
    assert statistics.median(lengths.values()) < MEDIAN_FILE


def test_every_python_function_fits_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in tracked()
        if path.suffix == ".py"
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_every_file_is_named_for_a_noun() -> None:
    shapeless = [
        path for path in tracked() if path.stem in SHAPELESS or path.parent.name in SHAPELESS
    ]
    assert shapeless == []


def test_nothing_is_left_to_be_done_in_a_comment() -> None:
    mark = re.compile(r"\b(" + "TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources()
        for number, line in enumerate(lines(path), 1)
        if mark.search(line)
    ]
    assert left == []


@pytest.mark.parametrize("package", WITHOUT_ENGINE)
def test_package_knows_nothing_of_the_engine(package: str) -> None:
    knowing = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "openoutcry" / package).rglob("*.py")
        if re.search(r"^\s*(from|import) .*\b_engine\b", path.read_text(), re.MULTILINE)
    ]
    assert knowing == []


def test_pinned_requirements_carry_hashes_and_name_no_index() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text, path
        pins = re.findall(r"^[a-z0-9].*(?:\n    --hash=sha256:[0-9a-f]{64}.*)*", text, re.MULTILINE)
        assert pins, path
        assert [pin for pin in pins if "--hash=sha256:" not in pin] == [], path
