"""What several commands are told alike: a task, and how to record, send and retry it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from hookproof.errors import BadConfiguration
from hookproof_runtime.command_line import (
    DURATION,
    given_headers,
    one_secret,
    read_body,
    scheme_option,
    secret_options,
)
from hookproof_runtime.command_line.secrets import DEFAULT_VARIABLE

from ..outbox.outbox import DEFAULT_DATABASE
from ..targets import Allowed, ConnectTo, Forbidden, Policy, Unmatched
from ..tasks import HttpTask, load_task, task_from

_F = TypeVar("_F", bound=Callable[..., Any])
_ADDRESS = re.compile(r"(localhost|[^/\s]+:[0-9]{1,5})(/.*)?").fullmatch  # a URL less its http://


def task_options(function: _F) -> _F:
    """Add TASK, and what describes one on the command line."""
    for option in (
        click.option("--insecure", is_flag=True, help="With a URL: take any certificate."),
        partial(secret_options, default=f"with a URL, {DEFAULT_VARIABLE}"),
        click.option(
            "--header", "headers", multiple=True, metavar="'NAME: VALUE'|@FILE",
            help="With a URL: a header; @FILE reads lines of them, a token among them.",
        ),
        click.option(
            "--method", metavar="METHOD",
            help="With a URL: post, get, put, patch or delete [default: post with --data, else get].",
        ),
        click.option(
            "--data", metavar="TEXT|@FILE|@-",
            help="With a URL: the body; @FILE reads it, @- from standard input.",
        ),
        click.argument("task", metavar="TASK|URL"),
    ):  # fmt: skip
        function = option(function)
    return function


def time_unit_option(function: _F) -> _F:
    """Add `--time-unit`."""
    return click.option(
        "--time-unit",
        type=click.Choice(["ms", "s"]),
        default="ms",
        show_default=True,
        help="What t counts in the scheme http-task.",
    )(function)


def sending_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add how any task is sent; `hookproof.toml` says the same under `[sender]`."""
    for option in (
        scheme_option,
        time_unit_option,
        attempt_options,
    ):
        function = option(function)
    return function


def attempt_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add how each attempt is made, whoever recorded its message."""
    for option in (
        click.option(
            "--deadline", type=DURATION, default="30 s", show_default=True,
            help="The whole of one attempt.",
        ),
        target_options,
    ):  # fmt: skip
        function = option(function)
    return function


connect_to_option = click.option(
    "--connect-to", multiple=True, metavar="HOST:PORT:ADDR:PORT",
    help="Connect to ADDR:PORT instead, as curl has it; may come again.",
)  # fmt: skip


def target_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add where a request may go; the command gets it as one parameter, `policy`.

    Raises:
        BadConfiguration: an option or a setting is wrong.
    """

    @wraps(function)
    def with_policy(
        *args: Any,
        allow_loopback: bool,
        forbidden_ips: str,
        allowed_url_regexes: tuple[str, ...],
        unmatched: Unmatched,
        connect_to: tuple[str, ...],
        **options: Any,
    ) -> int:
        policy = Policy(
            forbidden=Forbidden(forbidden_ips),
            allowed=Allowed(allowed_url_regexes),
            unmatched=unmatched,
            allow_loopback=allow_loopback,
            connect_to=tuple(ConnectTo.parse(text) for text in connect_to),
        )
        return function(*args, policy=policy, **options)

    command: Callable[..., int] = with_policy
    for option in (
        connect_to_option,
        click.option(
            "--unmatched", type=click.Choice(["judge", "refuse"]), default="judge", show_default=True,
            help="A URL that no regex allows: judge its addresses, or refuse it.",
        ),
        click.option(
            "--allowed-url-regexes", multiple=True, metavar="REGEX",
            help="URLs that may go to forbidden addresses too; may come again.",
        ),
        click.option(
            "--forbidden-ips", default="", metavar="ADDRESS|NETWORK;…",
            help="Forbidden beside private, reserved and the like.",
        ),
        click.option(
            "--allow-loopback", is_flag=True, help="Local work only: let it go to this machine."
        ),
    ):  # fmt: skip
        command = option(command)
    return command


database_option = click.option(
    "--database", metavar="URL", default=DEFAULT_DATABASE, show_default=True,
    help="Where messages are recorded.",
)  # fmt: skip
"""The outbox; `hookproof.toml` says the same under `[sender]`."""


def retry_options(function: _F) -> _F:
    """Add how a message is retried, from its record on; `hookproof.toml` says the same."""
    for option in (
        click.option(
            "--retry-cap", type=DURATION, default="60 s", show_default=True, help="No delay is longer."
        ),
        click.option(
            "--retry-base", type=DURATION, default="1 s", show_default=True,
            help="The first delay's upper bound; it doubles.",
        ),
        click.option(
            "--guid", type=click.Choice(["on-retry", "always"]), default="on-retry", show_default=True,
            help="Which attempts carry the GUID.",
        ),
        click.option(
            "--profile", type=click.Choice(["platform", "considerate"]), default="platform",
            show_default=True, help="Which failures are retried, and whether Retry-After counts.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def task_of(
    task: str,
    data: str | None,
    method: str | None,
    headers: tuple[str, ...],
    insecure: bool,
    secret_env: str | None,
    secret_file: Path | None,
    max_retries: int | None = None,
) -> HttpTask:
    """The task that the options mean; a secret that they name signs instead of its own.

    Raises:
        BadConfiguration: a file is wrong, or options that describe a task stand beside a file.
    """
    if "://" in task:
        record = {
            "url": task,
            "method": (method or ("get" if data is None else "post")).lower(),
            "headers": given_headers(headers),
            "body": _text(data),
            "sslVerification": not insecure,
            "maxRetries": max_retries,
        }
        if not (secret_env or secret_file) and os.environ.get(DEFAULT_VARIABLE):
            secret_env = DEFAULT_VARIABLE
        return _signed(task_from(record, source="the command"), secret_env, secret_file)
    if _ADDRESS(task) and not Path(task).exists():
        raise BadConfiguration(f"there is no file {task}; if it is a URL, write http://{task}")
    if data is not None or method or headers or insecure or max_retries is not None:
        raise BadConfiguration(
            f"{task} is no URL (http://…), so it is a file, which says all about its task: --data, "
            "--method, --header, --insecure and --max-retries are for a URL"
        )
    # HOOKPROOF_SECRET is not asked for: a task without a secret is sent unsigned, as on the platform.
    return _signed(load_task(task), secret_env, secret_file)


def _signed(task: HttpTask, secret_env: str | None, secret_file: Path | None) -> HttpTask:
    if not (secret_env or secret_file):
        return task
    one_secret(secret_env, secret_file)  # says what is wrong with it before anything is recorded
    places = {"secretKeyEnv": secret_env or "", "secretKeyFile": str(secret_file or "")}
    return task.model_copy(update={"secretKey": "", **places})


def _text(data: str | None) -> str:
    """The body's text; out of a file, not a byte is added or lost."""
    if data is None or not data.startswith("@"):
        return data or ""
    try:
        return read_body(data[1:]).decode()
    except UnicodeDecodeError as error:
        raise BadConfiguration(f"a task's body is text: {data[1:]} is not UTF-8") from error
