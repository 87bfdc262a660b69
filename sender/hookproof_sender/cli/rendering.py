"""A task as it is sent: its references rendered, and what is unknown said on standard error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from hookproof.clock import system_clock
from hookproof_runtime.command_line import note, printable

from ..references import Metadata, alone
from ..tasks import HttpTask, RenderedTask, render_task

_F = TypeVar("_F", bound=Callable[..., Any])


def strict_option(function: _F) -> _F:
    """Add `--strict`, for commands that render."""
    return click.option("--strict", is_flag=True, help="Refuse a reference to what is unknown.")(
        function
    )


def rendered(task: HttpTask, *, strict: bool, metadata: Metadata | None = None) -> RenderedTask:
    """A task with its values, its warnings printed.

    Args:
        task: as it was loaded.
        strict: refuse what is unknown.
        metadata: what its references read; None for a plan of this task alone, which begins now.

    Raises:
        BadConfiguration: it cannot be sent so.
    """
    done = render_task(task, metadata or alone(task.name, system_clock()), strict=strict)
    for warning in done.warnings:
        note(printable(f"warning: {warning}"))
    return done
