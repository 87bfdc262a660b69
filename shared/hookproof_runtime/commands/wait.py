"""`hookproof wait`."""

from __future__ import annotations

import http.client
import threading
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import click

from hookproof.errors import BadConfiguration

from ..command_line import DURATION, Exit, command, note

_BETWEEN = 0.1  # seconds between two tries
_ONE_TRY = 5.0  # seconds: who takes longer is asked again


@command("wait", example="hookproof wait http://127.0.0.1:8080/ --timeout '30 s'")
@click.argument("url")
@click.option(
    "--timeout", type=DURATION, default="30 s", show_default=True, help="How long to go on trying."
)
@click.option(
    "--status",
    type=click.IntRange(100, 999),
    multiple=True,
    help="Wait for this status; may be given again [default: any below 500].",
)
@click.pass_context
def wait(ctx: click.Context, url: str, timeout: float, status: tuple[int, ...]) -> None:
    """Wait until a URL answers. Exit code 0, or 1 when time is up.

    It is asked with GET; a redirect is an answer, and is not followed.
    """
    _refuse_no_url(url)
    deadline = time.monotonic() + timeout
    pause = threading.Event()
    reason = "it was never asked"
    while (left := deadline - time.monotonic()) > 0:
        reason = _ask(url, min(left, _ONE_TRY), status)
        if not reason:
            ctx.exit(Exit.DONE)
        pause.wait(min(_BETWEEN, left))
    wanted = f" with {' or '.join(map(str, status))}" if status else ""
    note(f"{url} did not answer{wanted} within {timeout:g} s: {reason}")
    ctx.exit(Exit.NO)


def _refuse_no_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or not url.isascii() or not url.isprintable() or " " in url:
        raise BadConfiguration(
            f"{url!r} is no URL that can be waited for: http:// or https://, such as "
            "http://127.0.0.1:8080/"
        )


def _ask(url: str, timeout: float, wanted: tuple[int, ...]) -> str:
    """Why it is not what is waited for yet; empty where it is."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)
    try:
        with opener.open(url, timeout=timeout) as response:  # the scheme was looked at
            got = int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            got = error.code
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))
    except http.client.HTTPException:
        return "what came back is not HTTP"
    is_good = got in wanted if wanted else got < 500
    return "" if is_good else f"status {got}"


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: who answers with one has answered."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None
