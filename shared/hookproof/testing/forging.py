"""Requests that must be refused, each in a way of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..clock import NANOSECONDS, Clock, system_clock
from ..errors import RefusalCode
from ..keys import Secrets, as_secrets
from ..schemes import Scheme, by_name
from .signing import SECRET, signed_headers

_UNITS = {"ms": 1_000_000, "s": NANOSECONDS}


class Forged(NamedTuple):
    """A request that a receiver must refuse."""

    body: bytes
    """What to post."""
    headers: dict[str, str]
    """What to post it with."""
    code: RefusalCode
    """Why hookproof refuses it. Another receiver must refuse it too, in its own words."""


class _Honest(NamedTuple):
    """The request that is forged."""

    body: bytes
    scheme: Scheme
    secrets: Secrets
    clock: Clock
    headers: dict[str, str]
    time: str
    """As it stands in the headers; empty where the scheme has none."""
    signature: str

    def replaced(self, old: str, new: str) -> dict[str, str]:
        """The headers with the first `old` in each made `new`."""
        return {name: value.replace(old, new, 1) for name, value in self.headers.items()}

    def at(self, seconds_from_now: int) -> dict[str, str]:
        """The headers of another time."""
        then = self.clock() + seconds_from_now * NANOSECONDS
        return signed_headers(self.body, secrets=self.secrets, scheme=self.scheme, clock=lambda: then)


def forge(
    kind: str,
    *,
    body: bytes = b'{"order": 4}',
    secrets: Secrets = SECRET,
    scheme: str | Scheme = "http-task",
    clock: Clock = system_clock,
) -> Forged:
    """Make a request that must be refused.

    Args:
        kind: one of `forgeries(scheme)`.
        body: what an honest request would carry.
        secrets: what the receiver verifies with.
        scheme: by which scheme the receiver verifies.
        clock: the receiver's idea of now.

    Raises:
        ValueError: the scheme has no such forgery; the sentence lists those it has.
    """
    scheme = by_name(scheme)
    kinds = forgeries(scheme)
    if kind not in kinds:
        raise ValueError(
            f"there is no forgery {kind!r} of {scheme.name}; there are: {', '.join(kinds)}"
        )
    newest = as_secrets(secrets)[0]
    headers = signed_headers(body, secrets=newest, scheme=scheme, clock=clock)
    signed_ns, _, (signature,) = scheme.read(headers)
    unit = scheme.unit
    time = "" if signed_ns is None or unit is None else str(signed_ns // _UNITS[unit])
    return _KINDS[kind](_Honest(body, scheme, newest, clock, headers, time, signature))


def forgeries(scheme: str | Scheme = "http-task") -> tuple[str, ...]:
    """The kinds that `forge` makes of a scheme."""
    scheme = by_name(scheme)
    headers = signed_headers(b"", scheme=scheme, secrets=scheme.new_secret())
    left_out: set[str] = set()
    if scheme.unit is None:
        left_out |= {"changed-time", "bad-time", "old", "early"}
    if not headers[scheme.headers[-1]].startswith("t="):
        left_out |= {"two-times", "no-time"}
    if scheme.read(headers)[2][0].endswith("="):  # base64, where case has a meaning
        left_out.add("upper-case")
    return tuple(kind for kind in _KINDS if kind not in left_out)


def _unsigned(honest: _Honest) -> Forged:
    return Forged(honest.body, {}, "missing_header")


def _changed_body(honest: _Honest) -> Forged:
    return Forged(honest.body + b" ", honest.headers, "no_match")


def _changed_signature(honest: _Honest) -> Forged:
    first = "1" if honest.signature[0] == "0" else "0"
    changed = honest.replaced(honest.signature, first + honest.signature[1:])
    return Forged(honest.body, changed, "no_match")


def _wrong_secret(honest: _Honest) -> Forged:
    secret = honest.scheme.new_secret()
    headers = signed_headers(honest.body, secrets=secret, scheme=honest.scheme, clock=honest.clock)
    return Forged(honest.body, headers, "no_match")


def _changed_time(honest: _Honest) -> Forged:
    later = str(int(honest.time) + 1)
    return Forged(honest.body, honest.replaced(honest.time, later), "no_match")


def _two_times(honest: _Honest) -> Forged:
    twice = f"t={honest.time},t={honest.time}"
    return Forged(honest.body, honest.replaced(f"t={honest.time}", twice), "duplicate_element")


def _no_time(honest: _Honest) -> Forged:
    return Forged(honest.body, honest.replaced(f"t={honest.time},", ""), "malformed_header")


def _bad_time(honest: _Honest) -> Forged:
    return Forged(honest.body, honest.replaced(honest.time, "+1"), "bad_timestamp")


def _upper_case(honest: _Honest) -> Forged:
    upper = honest.signature[:-1].upper() + "A"
    return Forged(honest.body, honest.replaced(honest.signature, upper), "malformed_header")


def _old(honest: _Honest) -> Forged:
    return Forged(honest.body, honest.at(-3600), "too_old")


def _early(honest: _Honest) -> Forged:
    return Forged(honest.body, honest.at(3600), "too_new")


_KINDS: dict[str, Callable[[_Honest], Forged]] = {
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
"""The kinds that `forge` makes of http-task's requests: all there are."""
