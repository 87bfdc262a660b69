"""The schemes that can be asked for by name."""

from __future__ import annotations

from ..errors import BadConfiguration
from .github import GitHub
from .http_task import HttpTask
from .scheme import Scheme
from .slack import Slack
from .standard_webhooks import StandardWebhooks
from .stripe import Stripe

_SHIPPED: tuple[Scheme, ...] = (
    HttpTask(),
    StandardWebhooks(),
    Stripe(),
    GitHub(),
    GitHub(legacy_sha1=True),
    Slack(),
)
_SCHEMES = {scheme.name: scheme for scheme in _SHIPPED}


def names() -> tuple[str, ...]:
    """The names of all schemes that ship, the default first."""
    return tuple(_SCHEMES)


def by_name(scheme: str | Scheme) -> Scheme:
    """The scheme of that name; a scheme itself is handed back as it is.

    Raises:
        BadConfiguration: there is none of that name; the sentence names the nearest.
    """
    if not isinstance(scheme, str):
        return scheme
    try:
        return _SCHEMES[scheme]
    except KeyError:
        from difflib import get_close_matches  # here, since a right name never needs it

        near = get_close_matches(scheme, _SCHEMES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(_SCHEMES)}"
        raise BadConfiguration(f"there is no scheme {scheme!r}; {hint}") from None
