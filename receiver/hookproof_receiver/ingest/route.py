"""An endpoint as it is declared: what is wrong with it is said then, not when a request comes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, NoReturn, get_args

from hookproof import BadConfiguration, Secret, Tolerance, Verifier
from hookproof.clock import Clock
from hookproof.keys import Secrets, as_secrets
from hookproof.schemes import Scheme

from ..identity import Link, OnBodyChange, pointer_of
from ..inbox import Endpoint, Handler, Mode, Schedule, takes_tx

UNSIGNED = "none"
"""The scheme of an endpoint that is unsigned on purpose."""
METHODS = ("POST", "PUT", "PATCH", "GET", "DELETE")
"""What an endpoint may take."""

_PATH = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@/]*").fullmatch
_SECRETS_MISSING = (
    "has no secret: give secrets=…, one or several with the newest first; an endpoint that is "
    'unsigned on purpose says so: scheme="none"'
)


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint, ready to judge requests."""

    endpoint: Endpoint
    """What the inbox has to know of it."""
    methods: tuple[str, ...]
    """What it takes; anything else is answered 405."""
    verifier: Verifier | None
    """None where it is unsigned on purpose."""
    secrets: tuple[Secret, ...] = field(default=(), repr=False)
    """What it verifies with."""

    @property
    def scheme(self) -> str:
        """The scheme's name."""
        return self.verifier.scheme.name if self.verifier else UNSIGNED

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers that its scheme reads; each may come once."""
        return self.verifier.scheme.headers if self.verifier else ()

    @property
    def is_replayable(self) -> bool:
        """Whether a captured request, sent again at any time, is a new message."""
        signs_body_alone = self.verifier is not None and self.verifier.scheme.identity == "none"
        return signs_body_alone and self.endpoint.identity is None

    def handled_by(self, handler: Handler, **how: Any) -> Route:
        """The same endpoint with a handler: `(message)` or `(message, tx)`.

        Args:
            handler: the handler.
            how: further fields of `Endpoint`.

        Raises:
            BadConfiguration: it takes something else, or is async.
        """
        try:
            endpoint = replace(self.endpoint, handler=handler, takes_tx=takes_tx(handler), **how)
        except BadConfiguration as wrong:
            _refuse(self.endpoint.path, str(wrong))
        return replace(self, endpoint=endpoint)


def declare(
    path: str,
    *,
    secrets: Secrets | None,
    scheme: str | Scheme,
    tolerance: float | Tolerance,
    methods: Sequence[str],
    identity: str | None,
    identity_required: bool,
    on_body_change: OnBodyChange,
    link: Link,
    link_window: float,
    mode: Mode,
    running: int | None,
    retries: int,
    retry_base: float,
    retry_cap: float,
    clock: Clock,
) -> Route:
    """Make an endpoint of what was said of it.

    Raises:
        BadConfiguration: something in it cannot be right; the sentence begins with the path.
    """
    try:
        _check(path, tolerance, methods, on_body_change, link, link_window)
        _check_mode(path, mode, running)
        ring = _ring(path, scheme, secrets)
    finally:
        del secrets  # a traceback may show locals
    try:
        verifier = Verifier(scheme, secrets=ring, tolerance=tolerance, clock=clock) if ring else None
        pointer = pointer_of(identity, identity_required)
        schedule = Schedule(retries, retry_base, retry_cap)
    except BadConfiguration as wrong:
        _refuse(path, str(wrong))
    endpoint = Endpoint(
        path=path,
        identity=pointer,
        identity_required=identity_required,
        on_body_change=on_body_change,
        link=link,
        link_window_s=link_window,
        mode=mode,
        running=running,
        schedule=schedule,
    )
    return Route(endpoint, tuple(methods), verifier, ring)


def shared_secrets(routes: Iterable[Route]) -> list[tuple[str, str]]:
    """Pairs of paths that hold the same secret: what is captured at one is good at the other."""
    held = [(route.endpoint.path, {one.reveal() for one in route.secrets}) for route in routes]
    return [(one, other) for (one, a), (other, b) in combinations(held, 2) if a & b]


def _check_mode(path: str, mode: str, running: int | None) -> None:
    if mode not in get_args(Mode):
        _refuse(path, f'mode is "synchronous" or "inbox", not {mode!r}')
    if running is not None and running < 1:
        _refuse(path, f"running is 1 or more, not {running}")


def _check(
    path: str,
    tolerance: float | Tolerance,
    methods: Sequence[str],
    on_body_change: str,
    link: str,
    link_window: float,
) -> None:
    if not _PATH(path):
        raise BadConfiguration(f"a path is plain, such as /hooks/orders, not {path!r}")
    if isinstance(tolerance, Tolerance) and tolerance.nanoseconds is None:
        _refuse(path, "an endpoint without a tolerance lets in replays: give a number of seconds")
    unknown = [method for method in methods if method not in METHODS]
    if isinstance(methods, str) or not methods or unknown:
        _refuse(path, f"methods are one or more of {', '.join(METHODS)}, as a list")
    if on_body_change not in ("run", "refuse"):
        _refuse(path, f'on_body_change is "run" or "refuse", not {on_body_change!r}')
    if link not in ("any", "failed", "off"):
        _refuse(path, f'link is "any", "failed" or "off", not {link!r}')
    if not link_window > 0:
        _refuse(path, f'link_window is a number of seconds above 0, not {link_window!r}; or link="off"')


def _ring(path: str, scheme: str | Scheme, secrets: Secrets | None) -> tuple[Secret, ...]:
    try:
        if scheme == UNSIGNED:
            if secrets:
                raise BadConfiguration('has secrets and scheme="none": give a scheme, or no secrets')
            return ()
        if secrets is None:
            raise BadConfiguration(_SECRETS_MISSING)
        return as_secrets(secrets)
    except BadConfiguration as wrong:
        _refuse(path, str(wrong))
    finally:
        del secrets


def _refuse(path: str, reason: str) -> NoReturn:
    raise BadConfiguration(f"the endpoint {path}: {reason}")
