"""How a command is declared: with one line that works, so that a mistake ends with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])


class Command(click.Command):
    """A command that can show one line that works."""

    def __init__(self, *args: Any, example: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """End the help with the example."""
        formatter.write_paragraph()
        formatter.write_text(f"For example: {self.example}")
        super().format_epilog(ctx, formatter)


def command(
    name: str, *, example: str, summary: str | None = None
) -> Callable[[Callable[..., Any]], Command]:
    """Declare a command.

    Args:
        name: what one types after `hookproof`.
        example: one line that works as it stands.
        summary: its line in its group's help, in at most 60 characters; None takes the first sentence
            of its own help.
    """

    def declare(function: Callable[..., Any]) -> Command:
        return click.command(name, cls=Command, example=example, short_help=summary)(function)

    return declare


def json_option(function: _F) -> _F:
    """Add `--json`, which gives the parameter `as_json`."""
    return click.option(
        "--json", "as_json", is_flag=True, help="One JSON document on standard output."
    )(function)
