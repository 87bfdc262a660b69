"""The options that name a request, or the parts of one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from hookproof.errors import BadConfiguration

from ..types import DURATION, TIME
from .given import Given

_F = TypeVar("_F", bound=Callable[..., Any])


def body_option(function: _F) -> _F:
    """Add `--body FILE` (`-` is standard input), which gives `body`, a path."""
    return click.option(
        "--body",
        required=True,
        metavar="FILE",
        help="The file that holds the body's bytes; - is standard input.",
    )(function)


def request_options(function: _F) -> _F:
    """Add `--request FILE`, and `--header` with `--body`, which give `request`, `headers`, `body`."""
    options = (
        click.option(
            "--request",
            metavar="FILE",
            help="A whole request: raw HTTP, HAR, a curl command line, a failure bundle, an export; "
            "- is standard input.",
        ),
        click.option(
            "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="A header as it came."
        ),
        click.option(
            "--body", metavar="FILE", help="The file that holds the body's bytes; - is standard input."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def scheme_option(function: _F) -> _F:
    """Add `--scheme NAME`, which gives `scheme`."""
    return click.option(
        "--scheme",
        default="http-task",
        show_default=True,
        metavar="NAME",
        help="How messages are signed; `hookproof schemes` lists them.",
    )(function)


def judging_options(function: _F) -> _F:
    """Add `--tolerance DURATION` and `--at TIME`, which give `tolerance`, in seconds, and `at`."""
    options = (
        click.option(
            "--tolerance", type=DURATION, default="300 s", show_default=True,
            help="How far its time may lie off.",
        ),
        click.option(
            "--at", type=TIME, help="Judge it as if it were this time: for an old message."
        ),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


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
        raise BadConfiguration(f"the file {place} cannot be read: {error.strerror}") from error


def read_request(request: str | None, headers: Iterable[str], body: str | None) -> Given:
    """The request that `request_options` name.

    With a file of a request, `--body` stands in the place of the body that is in it.

    Raises:
        BadConfiguration: none is named, or a file cannot be read; the sentence says which and why.
    """
    own_headers = parse_headers(headers)
    own_body = None if body is None else read_body(body)
    if request is None:
        if own_body is None:
            raise click.UsageError("there is no request: give --request FILE, or --header and --body")
        return Given(own_headers, own_body)
    from .formats import read_any  # here, since a request in parts never needs it

    given = read_any(read_body(request), request)
    return given._replace(
        headers=given.headers + own_headers, body=given.body if own_body is None else own_body
    )


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
