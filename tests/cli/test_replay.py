"""`openoutcry replay`: the same file comes to the same state, and bad files to one line."""

import gzip
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
WriteItch = Callable[..., Path]
ROOT = Path(__file__).parents[2]


def replayed(result: Any) -> dict[str, Any]:
    assert (result.returncode, result.stderr) == (0, "")
    summary: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return summary


def test_same_file_comes_to_the_same_state_plain_or_compressed(
    openoutcry: Run, write_itch: WriteItch
) -> None:
    plain = write_itch()
    packed = plain.with_suffix(".gz")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    first, again, unpacked = (
        replayed(openoutcry("replay", file, "--json")) for file in (plain, plain, packed)
    )
    assert first["state_hash"] == again["state_hash"] == unpacked["state_hash"]
    assert first["messages"] == 5_000
    assert first["trades"] > 100
    assert first["messages_per_second"] > 0
    assert first["unknown"] == 0
    assert set(first["depth"]) == {"AAPL", "MSFT"}


def test_debug_and_release_builds_come_to_the_same_state(
    openoutcry: Run, write_itch: WriteItch
) -> None:
    """The compiled module is a release build; the example is built in debug."""
    file = write_itch()
    search = os.pathsep.join((os.environ["PATH"], str(Path.home() / ".cargo" / "bin")))
    cargo = shutil.which("cargo", path=search)
    assert cargo, "a Rust toolchain is needed"
    command = [cargo, "run", "--quiet", "--locked", "-p", "openoutcry-replay"]
    debug = subprocess.run(
        [*command, "--example", "state_hash", "--", file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert debug.stdout.strip() == replayed(openoutcry("replay", file, "--json"))["state_hash"]


def test_other_flow_comes_to_another_state(openoutcry: Run, write_itch: WriteItch) -> None:
    one, other = (write_itch(f"{seed}.itch", seed=seed) for seed in (1, 2))
    hashes = {replayed(openoutcry("replay", file, "--json"))["state_hash"] for file in (one, other)}
    assert len(hashes) == 2


def test_one_symbol_leaves_the_others_out(openoutcry: Run, write_itch: WriteItch) -> None:
    file = write_itch()
    both = replayed(openoutcry("replay", file, "--json"))
    one = replayed(openoutcry("replay", file, "--symbol", "MSFT", "--json"))
    assert set(one["depth"]) == {"MSFT"}
    assert one["depth"]["MSFT"] == both["depth"]["MSFT"]
    assert one["orders"] < both["orders"]


def test_symbol_that_the_file_does_not_have_is_one_line(
    openoutcry: Run, write_itch: WriteItch
) -> None:
    file = write_itch()
    result = openoutcry("replay", file, "--symbol", "NOSUCH", "--json")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"openoutcry: {file}: there is no symbol NOSUCH in it\n"


def test_table_shows_rate_trades_books_and_hash(openoutcry: Run, write_itch: WriteItch) -> None:
    file = write_itch()
    shown = openoutcry("replay", file)
    assert (shown.returncode, shown.stderr) == (0, "")
    for word in ("messages a second", "trades", "AAPL", "MSFT", "state hash"):
        assert word in shown.stdout
    assert replayed(openoutcry("replay", file, "--json"))["state_hash"] in shown.stdout


def test_lobster_file_trades_as_it_says(openoutcry: Run, tmp_path: Path) -> None:
    file = tmp_path / "AAPL_2012-06-21_34200000_57600000_message_10.csv"
    file.write_text(
        "34200.1,1,1,100,5853300,-1\n"
        "34200.2,1,2,50,5853200,1\n"
        "34200.3,4,1,30,5853300,-1\n"
        "34200.4,2,2,10,5853200,1\n"
        "34200.5,3,77,10,5853200,1\n"
    )
    summary = replayed(openoutcry("replay", file, "--json"))
    # The stock's own directory entry is a message too.
    assert (summary["messages"], summary["trades"], summary["volume"]) == (6, 1, 30)
    assert summary["unknown"] == 1
    assert summary["depth"]["AAPL"] == {
        "bids": [{"price": 585.32, "quantity": 40, "orders": 1}],
        "asks": [{"price": 585.33, "quantity": 70, "orders": 1}],
    }


@pytest.mark.parametrize(
    ("name", "content", "options", "said"),
    [
        ("none.itch", None, (), "No such file"),
        ("text.itch", b"This is no ITCH at all. " * 9, (), "no ITCH 5.0"),
        ("cut.itch", b"\x00\x24A\x00\x01", (), "no ITCH 5.0"),
        ("cut.gz", gzip.compress(bytes(9_999))[:-20], (), "cut off"),
        ("bad_2020-01-01_x.csv", b"1,2\n", ("--symbol", "X"), "line 1: not a message of LOBSTER"),
        ("bad.csv", b"34200.1,1,1,1,1,1\n", (), "name it with --symbol"),
        ("day.itch", b"", ("--symbol", "far too long"), "is no symbol"),
        ("day.itch", b"", ("--format", "commands"), "data directory"),
    ],
)
def test_bad_file_is_one_line(
    openoutcry: Run,
    tmp_path: Path,
    name: str,
    content: bytes | None,
    options: tuple[str, ...],
    said: str,
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    result = openoutcry("replay", file, *options)
    assert (result.returncode, result.stdout) == (1, "")
    assert said in result.stderr
    assert result.stderr.startswith("openoutcry: ")
    assert result.stderr.count("\n") == 1


def test_directory_without_a_journal_is_one_line(openoutcry: Run, tmp_path: Path) -> None:
    result = openoutcry("replay", tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"openoutcry: {tmp_path}: there is no journal in it\n"


def test_unknown_format_is_bad_usage(openoutcry: Run, tmp_path: Path) -> None:
    assert openoutcry("replay", tmp_path, "--format", "pcap").returncode == 2
