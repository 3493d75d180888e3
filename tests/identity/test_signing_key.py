"""The signing key's file: made once, closed to others, never guessed at."""

import os
from pathlib import Path

import pytest

from openoutcry.errors import StartError
from openoutcry.identity.signing_key import load_signing_key


def test_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "venue" / "keys"
    key = load_signing_key(folder)
    assert len(key) == 32
    assert load_signing_key(folder) == key
    assert [file.name for file in folder.iterdir()] == ["token.key"]
    assert (folder / "token.key").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_venues_do_not_share_a_key(tmp_path: Path) -> None:
    assert load_signing_key(tmp_path / "a") != load_signing_key(tmp_path / "b")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_key_that_others_can_reach_stops_the_start(tmp_path: Path, mode: int) -> None:
    load_signing_key(tmp_path)
    (tmp_path / "token.key").chmod(mode)
    with pytest.raises(StartError, match="chmod 600"):
        load_signing_key(tmp_path)


@pytest.mark.parametrize("content", [b"", b"short\n", b"00" * 31 + b"\n", b"g" * 64 + b"\n"])
def test_damaged_key_stops_the_start(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token.key"
    file.touch(mode=0o600)
    file.write_bytes(content)
    with pytest.raises(StartError, match="damaged"):
        load_signing_key(tmp_path)


def test_folder_in_the_keys_place_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "token.key").mkdir()
    with pytest.raises(StartError, match=r"token\.key"):
        load_signing_key(tmp_path)


def test_key_of_another_user_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_signing_key(tmp_path)
    another = os.geteuid() + 1
    if os.geteuid() == 0:
        os.chown(tmp_path / "token.key", another, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: another)
    with pytest.raises(StartError, match="user who starts"):
        load_signing_key(tmp_path)
