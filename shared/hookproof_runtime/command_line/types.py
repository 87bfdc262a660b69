"""Kinds of values that options take."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from hookproof.clock import system_clock

from ..units import parse_duration, parse_size


class DurationType(click.ParamType):  # type: ignore[type-arg]  # generic since 8.5 only
    """A duration with its unit, such as `"300 s"`; seconds as a float."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it; a number is one that was read before."""
        if isinstance(value, float):
            return value
        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class SizeType(click.ParamType):  # type: ignore[type-arg]  # generic since 8.5 only
    """A size with its unit, such as `"8 MiB"`; bytes."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it; a number is one that was read before."""
        if isinstance(value, int):
            return value
        try:
            return parse_size(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class TimeType(click.ParamType):  # type: ignore[type-arg]  # generic since 8.5 only
    """A moment: RFC 3339 with its zone, or Unix time in seconds or milliseconds; nanoseconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        text = str(value)
        if text.isdecimal() and text.isascii() and len(text) <= 14:
            number = int(text)
            return number * (1_000_000_000 if number < 100_000_000_000 else 1_000_000)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not 1970 <= moment.year < 9999:
            self.fail(
                f"{text!r} is no time: give 2026-11-24T17:10:52Z, or Unix time in s or ms", param, ctx
            )
        return round(moment.timestamp() * 1000) * 1_000_000


class MomentType(click.ParamType):  # type: ignore[type-arg]  # generic since 8.5 only
    """A moment, or how long ago it was (`2 h`, `7 d ago`); Unix time in milliseconds."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        text = str(value)
        try:
            ago_s = parse_duration(text.removesuffix("ago"))
        except ValueError:
            pass
        else:
            return system_clock() // 1_000_000 - round(ago_s * 1000)
        try:
            return TIME.convert(text, param, ctx) // 1_000_000
        except click.BadParameter:
            self.fail(
                f'{text!r} is no time: give 2026-11-24T17:10:52Z, or how long ago, such as "2 h ago"',
                param,
                ctx,
            )


class TextType(click.ParamType):  # type: ignore[type-arg]  # generic since 8.5 only
    """Text that a database can hold: a word of the command that was UTF-8."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read it."""
        text = str(value)
        try:
            text.encode()
        except UnicodeEncodeError:
            self.fail("this is not UTF-8", param, ctx)
        return text


TEXT = TextType()
"""Text in UTF-8."""
DURATION = DurationType()
"""A duration with its unit."""
SIZE = SizeType()
"""A size with its unit."""
TIME = TimeType()
"""A moment."""
MOMENT = MomentType()
"""A moment, or how long ago it was."""
