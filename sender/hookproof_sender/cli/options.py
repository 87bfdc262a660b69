"""What `send` and `test` are told alike: a task, and how to send it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from hookproof.errors import BadConfiguration
from hookproof.keys import Secret
from hookproof_runtime.command_line import DURATION, one_secret, secret_options

from ..tasks import HttpTask, load_task, task_from

_F = TypeVar("_F", bound=Callable[..., Any])


def span_option(flag: str, default: str, help: str) -> Callable[[_F], _F]:
    """Add an option that is a span of time: text with a unit in, seconds out."""
    return click.option(flag, type=DURATION, default=default, show_default=True, help=help)


def _read_headers(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    headers: dict[str, str] = {}
    for value in values:
        name, colon, text = value.partition(":")
        if not colon:
            raise click.BadParameter("a header is 'Name: value'")
        if name in headers:
            raise click.BadParameter(f"{name} stands twice: keep one")
        headers[name] = text.strip(" ")
    return headers


def task_options(function: _F) -> _F:
    """Add TASK and what describes one on the command line."""
    for option in (
        click.option("--insecure", is_flag=True, help="With a URL: take any certificate."),
        secret_options,
        click.option(
            "--header", "headers", multiple=True, callback=_read_headers, metavar="'NAME: VALUE'",
            help="With a URL: a header; may come again.",
        ),
        click.option(
            "--method", default=None, metavar="METHOD",
            help="With a URL: post, get, put, patch or delete [default: post with --data, else get].",
        ),
        click.option(
            "--data", default=None, metavar="TEXT|@FILE|@-",
            help="With a URL: the body; @FILE reads it, @- from standard input.",
        ),
        click.argument("task", metavar="TASK|URL"),
    ):  # fmt: skip
        function = option(function)
    return function


def sending_options(function: _F) -> _F:
    """Add how any task is sent; `hookproof.toml` says the same under `[sender]`."""
    for option in (
        click.option(
            "--time-unit", type=click.Choice(["ms", "s"]), default="ms", show_default=True,
            help="What a signature's t counts.",
        ),
        span_option("--deadline", "30 s", "The whole of one attempt."),
        click.option(
            "--allow-loopback", is_flag=True, help="Local work only: let it go to this machine."
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def task_and_secret(
    task: str,
    data: str | None,
    method: str | None,
    headers: dict[str, str],
    insecure: bool,
    secret_env: str | None,
    secret_file: Path | None,
    max_retries: int | None = None,
) -> tuple[HttpTask, Secret | None]:
    """The task that the options mean, and the secret to sign with instead of the task's own.

    Raises:
        BadConfiguration: a file is wrong, or options that describe a task stand beside a file.
    """
    named = bool(secret_env or secret_file)
    if "://" not in task:
        if data is not None or method or headers or insecure or max_retries is not None:
            raise BadConfiguration(
                f"{task} is no URL (http://…), so it is a file, which says all about its task: --data, "
                "--method, --header, --insecure and --max-retries are for a URL"
            )
        return load_task(task), one_secret(secret_env, secret_file) if named else None
    record = {
        "url": task,
        "method": (method or ("get" if data is None else "post")).lower(),
        "headers": headers,
        "body": _body(data),
        "sslVerification": not insecure,
        "maxRetries": max_retries,
    }
    return task_from(record, source="the command"), one_secret(secret_env, secret_file)


def _body(data: str | None) -> str:
    """The body's text, byte for byte: no line end is added, changed or taken away."""
    if data is None or not data.startswith("@"):
        return data or ""
    try:
        raw = sys.stdin.buffer.read() if data == "@-" else Path(data[1:]).read_bytes()
        return raw.decode()
    except OSError as error:
        raise BadConfiguration(f"the body's file {data[1:]}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadConfiguration("a task's body is text: this is not UTF-8") from error
