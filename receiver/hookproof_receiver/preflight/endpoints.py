"""What is declared."""

from __future__ import annotations

from collections.abc import Iterator

from hookproof import Secret
from hookproof_runtime.checks.finding import Finding, fine, note, wrong

from ..ingest.route import UNSIGNED, shared_secrets
from ..places import clashes
from .subject import Subject

STRONG = 16
"""Bytes of a secret that nobody finds by trying: 128 bits, if they are chance."""

_DIFFERENT = 8  # bytes: what has fewer different ones is not chance


def endpoints(subject: Subject) -> Iterator[Finding]:
    """They can be declared, where nothing else is served."""
    for problem in subject.problems:
        yield wrong(problem, "", "change the settings, or what they name")
    found = clashes(subject.receiver.paths, subject.receiver.settings)
    for clash in found:
        yield wrong(clash.whose, clash.path, clash.cure)
    taken = {clash.path for clash in found}
    if free := [path for path in subject.receiver.paths if path not in taken]:
        yield fine(", ".join(free))
    elif not (taken or subject.problems):
        yield note("none is declared: one is opened for a first try", cure="hookproof receive --help")


def secrets(subject: Subject) -> Iterator[Finding]:
    """They are strong, and each is one endpoint's."""
    routes = subject.receiver.routes
    weak = [(route.endpoint.path, one) for route in routes for one in route.secrets if _is_weak(one)]
    for path, secret in weak:
        yield wrong(
            f"{_named(secret)} can be found by trying, by whoever has seen one request: it is shorter "
            f"than {STRONG} bytes, or has few different ones",
            path,
            "hookproof secret new",
        )
    for one, other in shared_secrets(routes):
        yield note(
            f"{other} has the same secret: what was captured at one is authentic at the other",
            one,
            "hookproof secret new",
        )
    if routes and not weak:
        yield fine(f"{sum(len(route.secrets) for route in routes)} secrets, none of them weak")


def replays(subject: Subject) -> Iterator[Finding]:
    """What was captured cannot be sent again as something new."""
    for route in subject.receiver.routes:
        if route.scheme == UNSIGNED:
            yield note("it is unsigned: anybody can send what they like", route.endpoint.path)
        elif route.is_replayable:
            yield note(
                f"nothing stops a replay: the scheme {route.scheme} signs neither time nor id",
                route.endpoint.path,
                'identity = "json:/…", the field of the body that tells messages apart',
            )


def _is_weak(secret: Secret) -> bool:
    value = secret.reveal()
    return len(value) < STRONG or len(set(value)) < _DIFFERENT


def _named(secret: Secret) -> str:
    return f"the secret {secret.label!r}" if secret.label else "the secret"
