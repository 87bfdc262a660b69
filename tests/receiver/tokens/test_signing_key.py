"""The key for tokens is made once, whole, and for its owner alone."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from hookproof.errors import CannotRun
from hookproof_receiver.tokens import signing_key


def test_it_is_made_on_first_use_and_stays(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "with-its-folder"
    key = signing_key(folder)
    assert key == signing_key(folder)
    assert len(key) >= 32
    assert 0o600 == stat.S_IMODE((folder / "token.key").stat().st_mode)
    assert ["token.key"] == os.listdir(folder)


def test_all_who_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    keys: list[bytes] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        keys.append(signing_key(tmp_path))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [signing_key(tmp_path)] * 8 == keys
    assert ["token.key"] == os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        pytest.param(b"k" * 43, 0o644, "chmod 600", id="open to others"),
        pytest.param(b"k" * 31, 0o600, "cut short", id="cut short"),
        pytest.param(b"", 0o600, "cut short", id="empty"),
    ],
)
def test_a_key_that_cannot_be_trusted_is_refused_with_its_cure(
    tmp_path: Path, content: bytes, mode: int, says: str
) -> None:
    (tmp_path / "token.key").write_bytes(content)
    (tmp_path / "token.key").chmod(mode)
    with pytest.raises(CannotRun, match=says):
        signing_key(tmp_path)


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(CannotRun, match=r"token\.key"):
        signing_key(tmp_path / "file")
