"""A request on the command line: its headers and its body."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from hookproof.errors import BadConfiguration

_F = TypeVar("_F", bound=Callable[..., Any])


def body_option(function: _F) -> _F:
    """Add `--body FILE` (`-` is standard input), which gives `body`, a path."""
    return click.option(
        "--body",
        required=True,
        metavar="FILE",
        help="The file that holds the body's bytes; - is standard input.",
    )(function)


def scheme_option(function: _F) -> _F:
    """Add `--scheme NAME`, which gives `scheme`."""
    return click.option(
        "--scheme",
        default="http-task",
        show_default=True,
        metavar="NAME",
        help="How messages are signed; `hookproof schemes` lists them.",
    )(function)


def read_body(place: str) -> bytes:
    """The body's bytes, not one added or lost.

    Raises:
        BadConfiguration: the file cannot be read.
    """
    if place == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(place).read_bytes()
    except OSError as error:
        raise BadConfiguration(f"the body's file {place} cannot be read: {error.strerror}") from error


def parse_headers(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Read `Name: value` lines, as `--header` takes them.

    Raises:
        BadConfiguration: a line without a colon.
    """
    pairs = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise BadConfiguration(f"a header is 'Name: value', not {name.strip()!r}")
        pairs.append((name.strip(), value.strip(" \t")))
    return pairs
