"""`hookproof policy check`: where a request may go, and why."""

from __future__ import annotations

from typing import Any

import click

from hookproof.errors import BadConfiguration
from hookproof_runtime.command_line import (
    Exit,
    answer,
    answer_json,
    command,
    config_option,
    json_option,
)

from ..targets import Policy, cure, flags, setting_for_all
from ..tasks.target import check_url
from ..wire import Check, masked_url
from ..wire import check as judged
from .options import target_options


@click.group()
def policy() -> None:
    """Where requests may go."""


@command("check", example="hookproof policy check https://hooks.example.com/orders")
@click.argument("url", metavar="URL")
@target_options
@config_option("sender")
@json_option
def check(url: str, policy: Policy, as_json: bool) -> int:
    """Say what would become of a request to a URL, address by address. Nothing is sent.

    Its name is resolved. Exit code: 0 it would be sent, 1 it would not.
    """
    try:
        result = judged(check_url(url), policy)
    except ValueError as wrong:
        raise BadConfiguration(str(wrong)) from wrong
    if as_json:
        answer_json(_document(url, result))
    else:
        _print(url, result)
    return Exit.DONE if result.permitted else Exit.NO


def _print(url: str, result: Check) -> None:
    answer(f"{masked_url(url)}  to {result.host} port {result.port}")
    for verdict in result.verdicts:
        word = "allowed" if verdict.permitted else "refused"
        answer(f"  {word}  {verdict.address or 'any address'}  {verdict.reason}")
    if result.failure:
        answer(f"not sent: {result.failure.cause}: {result.failure.sentence}")
    elif result.permitted:
        answer("it would be sent")
    else:
        answer(f"not sent: {cure(setting_for_all(result.verdicts))}")


def _document(url: str, result: Check) -> dict[str, Any]:
    setting = setting_for_all(result.verdicts)
    return {
        "url": masked_url(url),
        "verdict": "allowed" if result.permitted else "refused",
        "host": result.host,
        "port": result.port,
        "cause": _cause(result),
        "setting": setting,
        "flags": setting and flags(setting),
        "addresses": [
            {
                "address": verdict.address,
                "verdict": "allowed" if verdict.permitted else "refused",
                "reason": verdict.reason,
                "setting": verdict.setting,
            }
            for verdict in result.verdicts
        ],
    }


def _cause(result: Check) -> str | None:
    """What an attempt would fail with before it connects."""
    if result.failure:
        return result.failure.cause
    return None if result.permitted else "target_refused"


policy.add_command(check)
