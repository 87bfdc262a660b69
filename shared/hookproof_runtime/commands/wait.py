"""`hookproof wait`."""

from __future__ import annotations

import http.client
import threading
import time
import urllib.error
import urllib.request

import click

from hookproof.errors import BadConfiguration

from ..command_line import DURATION, Exit, command, note

_BETWEEN = 0.1  # seconds between two tries


@command("wait", example="hookproof wait http://127.0.0.1:8080/ --timeout '30 s'")
@click.argument("url")
@click.option(
    "--timeout", type=DURATION, default="30 s", show_default=True, help="How long to go on trying."
)
@click.pass_context
def wait(ctx: click.Context, url: str, timeout: float) -> None:
    """Wait until a URL answers, whatever it answers below 500. Exit code 0, or 1 when time is up."""
    if not url.startswith(("http://", "https://")):
        raise BadConfiguration(f"{url!r} is no URL that can be waited for: http:// or https://")
    deadline = time.monotonic() + timeout
    pause = threading.Event()
    reason = "it was never asked"
    while (left := deadline - time.monotonic()) > 0:
        reason = _ask(url, min(left, 5.0))
        if not reason:
            ctx.exit(Exit.DONE)
        pause.wait(min(_BETWEEN, left))
    note(f"{url} did not answer within {timeout:g} s: {reason}")
    ctx.exit(Exit.NO)


def _ask(url: str, timeout: float) -> str:
    """Why it does not answer yet; empty where it does."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=timeout):  # the scheme was looked at
            return ""
    except urllib.error.HTTPError as error:
        with error:
            return "" if error.code < 500 else f"status {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))
    except http.client.HTTPException:
        return "what came back is not HTTP"
