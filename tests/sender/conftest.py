"""What every test of the sender works in."""

import pytest


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    """A folder of its own: the outbox is in `.hookproof` unless somebody says otherwise."""
    monkeypatch.chdir(tmp_path)
