"""stdout is the answer, stderr the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from ..terminal import printable_lines

SCHEMA = 1
"""The number that every JSON document carries; it grows when a field changes its meaning."""


def answer(text: str = "") -> None:
    """Print a line of the answer on standard output."""
    click.echo(text)


def answer_json(document: Mapping[str, Any]) -> None:
    """Print the answer as one JSON document, `schema` first. Spans of time are in seconds (`…_s`).

    What a terminal might act on is escaped, as JSON has it.
    """
    text = json.dumps({"schema": SCHEMA, **document}, ensure_ascii=False)
    if not text.isprintable():
        text = "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)
    click.echo(text)


def note(text: str) -> None:
    """Print progress, a note, a warning or an error on standard error.

    It may name what stands in somebody else's file: what a terminal might act on is written out.
    """
    click.echo(printable_lines(text), err=True)
