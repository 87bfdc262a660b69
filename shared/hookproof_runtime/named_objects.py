"""Python objects that a setting or a flag names: `shop:receiver`."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any

from hookproof.errors import BadConfiguration


def named_object(name: str) -> Any:
    """What `module:name` means, with the working directory searched first.

    Raises:
        BadConfiguration: it is not of that form, the module cannot be imported, or has no such name.
    """
    module_name, colon, attribute = name.partition(":")
    if not (module_name and colon and attribute):
        raise BadConfiguration(f"{name!r} is not module:name, such as shop:receiver")
    module = named_module(module_name)
    try:
        return getattr(module, attribute)
    except AttributeError:
        raise BadConfiguration(f"{module_name} has no {attribute!r}") from None


def named_module(name: str) -> ModuleType:
    """The module of that name, with the working directory searched first.

    Raises:
        BadConfiguration: it cannot be imported.
    """
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return import_module(name)
    except BadConfiguration:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        place = _place(error, here)
        raise BadConfiguration(f"{name} cannot be imported ({reason}{place})") from error


def _place(error: Exception, here: str) -> str:
    """Which line of the files in the working directory it came from, where it did."""
    frames = extract_tb(error.__traceback__)[1:]  # without our own
    theirs = [one for one in frames if one.filename.startswith(here + os.sep)]
    theirs = [one for one in theirs if "site-packages" not in one.filename]
    return f", {theirs[-1].filename[len(here) + 1 :]} line {theirs[-1].lineno}" if theirs else ""
