"""Parts that are installed on request: what to say where one is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from hookproof.errors import CannotRun


class MissingExtra(CannotRun, ImportError):
    """A part of hookproof is not installed; the sentence says which to install."""


def load(module: str, extra: str) -> Any:
    """Import a module that needs an extra.

    Raises:
        MissingExtra: something that the extra brings is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] == module.partition(".")[0]:
            raise  # ours: a fault of the program, not of the installation
        raise MissingExtra(
            f"this needs the extra {extra!r} ({missing.name} is missing): "
            f"pip install 'hookproof[{extra}]'"
        ) from missing


def on_request(package: str, homes: Mapping[str, str], extra: str) -> Callable[[str], Any]:
    """A package's `__getattr__`, by which what needs an extra is imported when it is asked for.

    Args:
        package: its name.
        homes: the module of each such name.
        extra: what they need.
    """

    def found(name: str) -> Any:
        if name in homes:
            return getattr(load(homes[name], extra), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return found
