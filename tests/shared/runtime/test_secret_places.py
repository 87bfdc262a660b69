"""A secret's file is there whole, or not at all."""

import os
import resource

import pytest

from hookproof.errors import BadConfiguration
from hookproof_runtime.secret_places import new_secret, write_new_secret


def test_what_cannot_be_written_whole_is_said_and_leaves_nothing(tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, limits[1]))
    try:
        with pytest.raises(BadConfiguration, match="secret cannot be written"):
            write_new_secret(tmp_path / "secret", new_secret())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [] == os.listdir(tmp_path)
