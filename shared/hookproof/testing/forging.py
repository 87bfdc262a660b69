"""Requests that must be refused, each in a way of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..clock import NANOSECONDS, Clock, system_clock
from ..errors import RefusalCode
from ..keys import Secrets
from ..schemes.http_task import HEADER
from .signing import SECRET, signed_headers


class Forged(NamedTuple):
    """A request that a receiver must refuse."""

    body: bytes
    """What to post."""
    headers: dict[str, str]
    """What to post it with."""
    code: RefusalCode
    """Why hookproof refuses it. Another receiver must refuse it too, in its own words."""


def forge(
    kind: str,
    *,
    body: bytes = b'{"order": 4}',
    secrets: Secrets = SECRET,
    clock: Clock = system_clock,
) -> Forged:
    """Make a request of the http-task scheme that must be refused.

    Args:
        kind: one of `FORGERIES`.
        body: what an honest request would carry.
        secrets: what the receiver verifies with.
        clock: the receiver's idea of now.

    Raises:
        ValueError: there is no such kind; the sentence lists them.
    """
    try:
        make = _KINDS[kind]
    except KeyError:
        raise ValueError(f"there is no forgery {kind!r}; there are: {', '.join(FORGERIES)}") from None
    return make(body, secrets, clock)


def _header(body: bytes, secrets: Secrets, clock: Clock) -> str:
    return signed_headers(body, secrets=secrets, clock=clock)[HEADER]


def _unsigned(body: bytes, secrets: Secrets, clock: Clock) -> Forged:
    return Forged(body, {}, "missing_header")


def _changed_body(body: bytes, secrets: Secrets, clock: Clock) -> Forged:
    return Forged(body + b" ", {HEADER: _header(body, secrets, clock)}, "no_match")


def _changed_signature(body: bytes, secrets: Secrets, clock: Clock) -> Forged:
    header = _header(body, secrets, clock)
    last = "1" if header[-1] == "0" else "0"
    return Forged(body, {HEADER: header[:-1] + last}, "no_match")


def _wrong_secret(body: bytes, secrets: Secrets, clock: Clock) -> Forged:
    return Forged(body, {HEADER: _header(body, "another-secret-entirely", clock)}, "no_match")


def _changed_time(body: bytes, secrets: Secrets, clock: Clock) -> Forged:
    signature = _header(body, secrets, clock).partition(",")[2]
    return Forged(body, {HEADER: f"t={clock() // 1_000_000 + 1},{signature}"}, "no_match")


def _two_times(body: bytes, secrets: Secrets, clock: Clock) -> Forged:
    header = _header(body, secrets, clock)
    return Forged(body, {HEADER: f"{header},{header.partition(',')[0]}"}, "duplicate_element")


def _no_time(body: bytes, secrets: Secrets, clock: Clock) -> Forged:
    signature = _header(body, secrets, clock).partition(",")[2]
    return Forged(body, {HEADER: signature}, "malformed_header")


def _bad_time(body: bytes, secrets: Secrets, clock: Clock) -> Forged:
    signature = _header(body, secrets, clock).partition(",")[2]
    return Forged(body, {HEADER: f"t=+1,{signature}"}, "bad_timestamp")


def _upper_case(body: bytes, secrets: Secrets, clock: Clock) -> Forged:
    time, _, signature = _header(body, secrets, clock).partition(",sha256=")
    return Forged(body, {HEADER: f"{time},sha256={signature[:-1].upper()}A"}, "malformed_header")


def _old(body: bytes, secrets: Secrets, clock: Clock) -> Forged:
    then = clock() - 3600 * NANOSECONDS
    return Forged(body, {HEADER: _header(body, secrets, lambda: then)}, "too_old")


def _early(body: bytes, secrets: Secrets, clock: Clock) -> Forged:
    then = clock() + 3600 * NANOSECONDS
    return Forged(body, {HEADER: _header(body, secrets, lambda: then)}, "too_new")


_KINDS: dict[str, Callable[[bytes, Secrets, Clock], Forged]] = {
    "unsigned": _unsigned,
    "changed-body": _changed_body,
    "changed-signature": _changed_signature,
    "wrong-secret": _wrong_secret,
    "changed-time": _changed_time,
    "two-times": _two_times,
    "no-time": _no_time,
    "bad-time": _bad_time,
    "upper-case": _upper_case,
    "old": _old,
    "early": _early,
}

FORGERIES: tuple[str, ...] = tuple(_KINDS)
"""The kinds that `forge` makes."""
