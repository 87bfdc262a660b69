"""Options with units, as the settings' file has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from hookproof_runtime.settings import parse_duration
from hookproof_runtime.settings.sizes import parse_size


class Unit(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks alone
    """Text with a unit; what the settings' file holds was read already."""

    def __init__(self, name: str, parse: Callable[[Any], float]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the text; anything else is handed on."""
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]
        try:
            return self._parse(value)
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)


SIZE = Unit("size", parse_size)
"""Bytes: `8 MiB`."""
DURATION = Unit("duration", parse_duration)
"""Seconds: `25 s`."""
