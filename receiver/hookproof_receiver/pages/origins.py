"""Whether a request was made by our own pages, as far as its browser says. Pure."""

from __future__ import annotations

from typing import Protocol


class Headers(Protocol):
    """A request's headers, by name in any case."""

    def get(self, name: str, /) -> str | None:
        """The value of one; None where it did not come."""
        ...


_NAVIGATES = ("document", None)  # a link that was followed; not a frame, an image, a script
_OURS = ("same-origin", "none")  # `none`: typed by a person, or a bookmark


def may_look(headers: Headers) -> bool:
    """Whether a request that only reads may be answered.

    A link from another site may be followed. What another site's page fetches or embeds is refused,
    also where it could not read it: how long it took, or whether it came, tells something.
    """
    site = headers.get("Sec-Fetch-Site")
    if site is None or site in _OURS:
        return True
    navigates = headers.get("Sec-Fetch-Mode") == "navigate"
    return navigates and headers.get("Sec-Fetch-Dest") in _NAVIGATES


def may_change(headers: Headers, own: str) -> bool:
    """Whether a form that was posted may do something, as far as that can be seen here.

    Args:
        headers: of the request, by name.
        own: the origin that was asked: `http://127.0.0.1:8080`.

    Where the browser says neither, which no browser of today does, the form's token decides alone.
    """
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("Origin")
    return origin is None or origin.lower() == own.lower()
