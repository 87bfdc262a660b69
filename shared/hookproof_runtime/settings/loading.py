"""Reading `hookproof.toml`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hookproof.errors import BadConfiguration

from .file import FileProblems, Problem, problems_of
from .receiver import ReceiverSettings
from .sender import SenderSettings
from .table import Table

_BEFORE_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Settings(Table):
    """The whole of the file."""

    sender: SenderSettings = SenderSettings()
    """How messages are sent."""
    receiver: ReceiverSettings = ReceiverSettings()
    """How messages are received."""

    def flags(self, section: str) -> dict[str, Any]:
        """What the file itself says in one table, under the names of the command's parameters.

        `allowLoopback` becomes `allow_loopback`. Tables within the table are left out.
        """
        table: Table = getattr(self, section)
        return {
            parameter_of(key): getattr(table, key)
            for key in table.model_fields_set
            if key != "endpoint"
        }


def parameter_of(key: str) -> str:
    """The name of a command's parameter for a key of its table: `allow_loopback`, `forbidden_ips`."""
    return _BEFORE_CAPITAL.sub("_", key).lower()


def load(path: Path | None) -> Settings:
    """Read a settings' file; None gives the defaults.

    Raises:
        BadConfiguration: the file cannot be read.
        FileProblems: it is not TOML, or something in it is wrong: every problem at once.
    """
    if path is None:
        return Settings()
    try:
        text = path.read_bytes().decode("utf-8-sig")  # an editor may begin it with a BOM
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise BadConfiguration(f"the settings' file {path} cannot be read: {reason}") from error
    # What is wrong has no cause to be shown, and leaves without the text: a traceback may show locals,
    # and a secret may stand in it.
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise FileProblems(path, [Problem("", f"this is not TOML: {error}")]) from None
    except ValidationError as error:
        raise FileProblems(path, problems_of(error, Settings)) from None
    finally:
        del text
