"""Which paths are the ends' own, so that no endpoint stands before or behind one of theirs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hookproof import BadConfiguration
from hookproof_runtime.settings import ReceiverSettings


class Clash(NamedTuple):
    """An endpoint's path that is somebody else's."""

    path: str
    """The endpoint's."""
    whose: str
    """`the pages are there, at /login and below`."""
    cure: str
    """What to do about it."""

    def __str__(self) -> str:
        return f"the endpoint {self.path} cannot be: {self.whose}; {self.cure}"


def clashes(paths: Iterable[str], settings: ReceiverSettings) -> list[Clash]:
    """Every endpoint that is where something else is served.

    The front page is no such place: an endpoint at `/` goes before it, and all other pages are there.

    Args:
        paths: the endpoints'.
        settings: what is served beside them.
    """
    taken = list(_taken(settings))
    return [
        Clash(
            path,
            f"{who} there, at {place}{' and below' * (place not in _ALONE)}",
            f"give it another path, or serve no {what}",
        )
        for path in paths
        for place, who, what in taken
        if path == place or (place not in _ALONE and path.startswith(f"{place}/"))
    ]


def refuse_clashes(paths: Iterable[str], settings: ReceiverSettings) -> None:
    """The same, for whoever is about to serve them.

    Raises:
        BadConfiguration: there are any; all of them.
    """
    if found := clashes(paths, settings):
        raise BadConfiguration("\n".join(map(str, found)))


_ALONE = ("/login", "/logout", "/api/chat.postMessage")


def _taken(settings: ReceiverSettings) -> Iterator[tuple[str, str, str]]:
    if settings.platform:
        yield "/v4", "the run-job API is", "API (platform = false)"
    if settings.slack:
        for place in ("/services", "/api/chat.postMessage"):
            yield place, "Slack's end is", "Slack (slack = false)"
    if settings.pages:
        places = ["/login", "/logout", "/pages", "/deliveries"]
        places += ["/flows"] if settings.platform else []
        places += ["/slack"] if settings.slack else []
        for place in places:
            yield place, "the pages are", "pages (--no-pages)"
