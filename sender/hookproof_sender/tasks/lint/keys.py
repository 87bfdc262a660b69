"""Findings about names, secrets, tokens and retries."""

from __future__ import annotations

from collections.abc import Iterator

from hookproof_runtime.masking import masked_headers

from ...references import holds_references
from .draft import Draft
from .findings import Finding


def findings(draft: Draft) -> Iterator[Finding]:
    """All of them."""
    if not draft.name:
        yield Finding(
            "no_name",
            "name",
            "the task has no name, and every list of messages shows one",
            'give it one: name = "Tell the shop"',
        )
    if "secretKey" in draft.secret_places:
        yield Finding(
            "secret_in_file",
            "secretKey",
            "the secret itself stands in the file: whoever reads it can sign",
            'name the variable that holds it instead: secretKeyEnv = "ORDERS_SECRET", or a file: '
            "secretKeyFile",
        )
    for name, value in draft.headers.items():
        if holds_a_token(name, value) and not holds_references(value):
            yield Finding(
                "token_in_file",
                f"headers.{name}",
                "what looks like a token stands in the file: whoever reads it can use it",
                "keep the file from others (0600, not in version control), and give the token few "
                "rights and a short life",
            )
    if draft.retries_twice:
        yield Finding(
            "older_retries",
            "retryOnFailure",
            "it is older and does not count beside maxRetries",
            "leave it out",
        )


def holds_a_token(name: str, value: str) -> bool:
    """Whether a header is one of those that are masked where a request is shown."""
    return bool(value) and masked_headers([(name, value)]) != ((name, value),)
