"""Findings about where a task goes, and how safely."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .draft import Draft
from .findings import Finding
from .keys import holds_a_token

# No public authority certifies these: RFC 6761, RFC 6762 (and its appendix G), RFC 8375, `internal`.
_INTERNAL = re.compile(
    r"(.*\.)?(localhost|local|test|invalid|example|internal|intranet|private|corp|home|lan|home\.arpa)\.?"
)
_OWN_CERTIFICATE = re.compile(r"(?i:cert|pem|pfx)|^[cC][aA](?![a-z])")


def findings(draft: Draft, judge_url: Callable[[str], str | None] | None) -> Iterator[Finding]:
    """All of them; what a URL says is left out where it is none that could be sent to."""
    for key in draft.unknown:
        if _OWN_CERTIFICATE.search(key):
            yield Finding(
                "tls_impossible",
                key,
                "the platform takes no certificates of one's own: no authority's and no client's",
                "let a public authority certify the receiver",
            )
    if not draft.verify:
        yield Finding(
            "verification_off",
            "sslVerification",
            "the server's certificate is not checked: the message may reach anybody",
            "leave it out as soon as the certificate is renewed",
        )
    if not draft.url:
        return
    if judge_url is not None and (reason := judge_url(draft.url)) is not None:
        yield Finding("forbidden_target", "url", reason)
    if draft.has_tls and draft.verify and not _can_be_certified(draft):
        yield Finding(
            "tls_impossible",
            "url",
            "no public authority certifies this host, and the platform takes no authority of one's own",
            "use the host's public name",
        )
    if not draft.has_tls and not _is_local(draft) and _has_a_secret(draft):
        yield Finding(
            "plain_http",
            "url",
            "everybody on the way reads the message, and a token in it (a signature only proves it)",
            "use https",
        )


def _can_be_certified(draft: Draft) -> bool:
    if draft.address is not None:
        return draft.address.is_global
    return "." in draft.host.rstrip(".") and not _INTERNAL.fullmatch(draft.host)


def _is_local(draft: Draft) -> bool:
    if draft.address is not None:
        return draft.address.is_loopback
    return draft.host.rstrip(".").endswith("localhost")


def _has_a_secret(draft: Draft) -> bool:
    return bool(draft.secret_places) or any(
        holds_a_token(name, value) for name, value in draft.headers.items()
    )
