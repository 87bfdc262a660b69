"""Which paths a middleware proves, however a request or a server spells them."""

from __future__ import annotations

from collections.abc import Collection


class Paths:
    """Some paths, or all.

    What an application may take for one of them is one of them: it may be mounted below a prefix, and
    it may read `//hooks/orders/` as `/hooks/orders`. A path too many is refused; one too few is a way
    in.

    Args:
        paths: as an application's routes name them, below its prefix or with it; None for all.
    """

    def __init__(self, paths: Collection[str] | None) -> None:
        self._paths = None if paths is None else frozenset(map(_plain, paths))

    def has(self, path: str, prefix: str) -> bool:
        """Whether a request is for one of them.

        Args:
            path: the request's, percent-decoded; with the prefix or without it.
            prefix: below which the application is mounted; empty for none.
        """
        if self._paths is None:
            return True
        plain, below = _plain(path), _plain(prefix)
        inner = plain[len(below) :] if plain.startswith(f"{below}/") else plain
        return not self._paths.isdisjoint((plain, inner, below + inner))


def _plain(path: str) -> str:
    """A path without empty segments and without a slash at its end; empty for the root."""
    return "".join(f"/{segment}" for segment in path.split("/") if segment)
