"""Printing a request so that it can be made by hand. What is hidden in it stays hidden."""

from __future__ import annotations

import sys
from typing import Literal, TypeAlias

import click

from hookproof_runtime.command_line import answer, note, printable
from hookproof_runtime.command_line.request.repeating import Repeatable, as_curl, as_http

Form: TypeAlias = Literal["text", "curl", "http"]
"""`text` is a command's own way to show it."""

FORMS: tuple[Form, ...] = ("text", "curl", "http")
"""All of them."""


def print_repeatable(request: Repeatable, form: Literal["curl", "http"]) -> None:
    """Print a request as a command for a shell, or as its bytes; on standard error what to fill in."""
    if form == "curl":
        text, variables = as_curl(request)
        answer(text)
        if variables:
            note(f"fill in first, they were hidden: {', '.join(variables)}")
        return
    data = as_http(request)
    if sys.stdout.isatty():  # a body may hold what a terminal acts on
        head, _, body = data.partition(b"\r\n\r\n")
        click.echo(head.decode().replace("\r\n", "\n") + "\n")
        answer(printable(body.decode("utf-8", "backslashreplace")))
        note("for the bytes themselves, send this to a file")
    else:
        click.echo(data, nl=False)
