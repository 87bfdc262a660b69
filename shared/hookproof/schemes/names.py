"""The schemes that can be asked for by name. All but the default are imported when they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from ..errors import BadConfiguration
from .http_task import HttpTask
from .scheme import Scheme


def _standard_webhooks() -> Scheme:
    from .standard_webhooks import StandardWebhooks

    return StandardWebhooks()


def _stripe() -> Scheme:
    from .stripe import Stripe

    return Stripe()


def _github(legacy_sha1: bool = False) -> Scheme:
    from .github import GitHub

    return GitHub(legacy_sha1)


def _slack() -> Scheme:
    from .slack import Slack

    return Slack()


_SCHEMES: dict[str, Callable[[], Scheme]] = {
    "http-task": HttpTask,
    "standard-webhooks": _standard_webhooks,
    "stripe": _stripe,
    "github": _github,
    "github-sha1": lambda: _github(legacy_sha1=True),
    "slack": _slack,
}


def names() -> tuple[str, ...]:
    """The names of all schemes that ship, the default first."""
    return tuple(_SCHEMES)


def by_name(scheme: str | Scheme) -> Scheme:
    """The scheme of that name, always the same; a scheme itself is handed back as it is.

    Raises:
        BadConfiguration: there is none of that name; the sentence names the nearest.
    """
    if not isinstance(scheme, str):
        return scheme
    if scheme not in _SCHEMES:
        from difflib import get_close_matches  # here, since a right name never needs it

        near = get_close_matches(scheme, _SCHEMES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(_SCHEMES)}"
        raise BadConfiguration(f"there is no scheme {scheme!r}; {hint}")
    return _made(scheme)


@cache
def _made(name: str) -> Scheme:
    return _SCHEMES[name]()
