"""`hookproof verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hookproof import BadConfiguration, Delivery, StaleDelivery, VerificationError, Verifier
from hookproof.clock import system_clock, to_text

from ..command_line import (
    Exit,
    answer,
    answer_json,
    command,
    json_option,
    judging_options,
    note,
    read_request,
    request_options,
    ring_of,
    ring_options,
    scheme_option,
)


@command(
    "verify",
    example="hookproof verify --body order.json --header 'X-Webhook-Signature: t=…,sha256=…' "
    "--secret-env HTTP_TASK_SECRET",
)
@request_options
@ring_options
@scheme_option
@judging_options
@json_option
@click.pass_context
def verify(
    ctx: click.Context,
    request: str | None,
    body: str | None,
    headers: tuple[str, ...],
    secret_env: tuple[str, ...],
    secret_file: tuple[Path, ...],
    scheme: str,
    tolerance: float,
    at: int | None,
    as_json: bool,
) -> None:
    """Judge one request: valid, or refused and why. Exit code 0 or 1."""
    clock = system_clock if at is None else lambda: at
    given = read_request(request, headers, body)
    ring = ring_of(secret_env, secret_file)
    verifier = Verifier(scheme, secrets=ring, tolerance=tolerance, clock=clock)
    for text in given.notes:
        note(text)
    if given.body is None:
        raise BadConfiguration("this bundle holds no body: ask `hookproof explain` what can be said")
    delivery: Delivery | None
    refused: VerificationError | None = None
    try:
        delivery = verifier.verify(given.body, given.headers)
    except VerificationError as error:
        refused = error
        delivery = error.delivery if isinstance(error, StaleDelivery) else None
    if as_json:
        answer_json(_document(verifier.scheme.name, delivery, refused))
    elif refused is not None:
        answer(f"refused ({refused.code}): {refused.sentence}")
    elif delivery is not None:
        answer(f"valid: {_in_words(delivery)}")
    ctx.exit(Exit.DONE if refused is None else Exit.NO)


def _document(
    scheme: str, delivery: Delivery | None, refused: VerificationError | None
) -> dict[str, Any]:
    signed_ns = delivery.signed_ns if delivery else None
    return {
        "verdict": "valid" if refused is None else "refused",
        "code": refused.code if refused else None,
        "scheme": scheme,
        "secret_label": delivery.secret_label if delivery else None,
        "signed_at": None if signed_ns is None else to_text(signed_ns),
        "age_s": delivery.age if delivery else None,
        "guid": delivery.guid if delivery else None,
        "message_id": delivery.message_id if delivery else None,
    }


def _in_words(delivery: Delivery) -> str:
    parts = [f"{len(delivery.body)} bytes", f"scheme {delivery.scheme}"]
    if delivery.secret_label:
        parts.append(f'secret "{delivery.secret_label}"')
    if delivery.age is not None:
        parts.append(f"signed {delivery.age:.3f} s ago")
    if delivery.message_id:
        parts.append(f"message {delivery.message_id}")
    if delivery.guid:
        parts.append(f"a retry, GUID {delivery.guid}")
    return ", ".join(parts)
