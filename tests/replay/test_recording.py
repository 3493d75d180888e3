"""Recordings are read plain or compressed, and what cannot be read is said in one line."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from openoutcry.replay.errors import BadRecording
from openoutcry.replay.recording import Recording

CONTENTS = bytes(range(256)) * 20_000


def read(path: Path) -> bytes:
    with Recording(path) as recording:
        contents = b"".join(recording.pieces())
        assert recording.position == recording.size
        return contents


def test_plain_and_compressed_files_read_the_same(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(CONTENTS)
    (tmp_path / "packed").write_bytes(gzip.compress(CONTENTS))
    assert read(tmp_path / "plain") == read(tmp_path / "packed") == CONTENTS


def test_empty_file_has_nothing_in_it(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert read(tmp_path / "empty") == b""


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda packed: packed[:-100], "cut off"),
        (lambda packed: packed[:60] + b"\xff" * 40 + packed[100:], "damaged"),
    ],
)
def test_damage_is_named(tmp_path: Path, damage: Callable[[bytes], bytes], said: str) -> None:
    path = tmp_path / "damaged.gz"
    path.write_bytes(damage(gzip.compress(CONTENTS)))
    with pytest.raises(BadRecording, match=f"damaged.gz: .*{said}"):
        read(path)


def test_missing_file_and_directory_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadRecording, match="No such file"):
        Recording(tmp_path / "none")
    with pytest.raises(BadRecording, match="Is a directory"):
        Recording(tmp_path)
