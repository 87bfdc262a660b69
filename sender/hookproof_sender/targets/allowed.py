"""`allowedUrlRegexes`: the URLs that the operator lets through before any address is judged."""

from __future__ import annotations

from collections.abc import Iterable

import re2

from hookproof.errors import BadConfiguration

from .anchoring import anchored, is_anchored


class Allowed:
    """Regexes that are looked for in a whole URL, in time linear in its length.

    Args:
        patterns: in RE2's syntax, which has neither look-around nor back-references.

    Raises:
        BadConfiguration: one is no regex, or could match another host than it seems to name.
    """

    __slots__ = ("_regexes", "patterns")

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self.patterns: tuple[str, ...] = tuple(patterns)
        """As they were given."""
        self._regexes = [_compile(pattern) for pattern in self.patterns]

    def __repr__(self) -> str:
        return f"Allowed({self.patterns!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Allowed) and self.patterns == other.patterns

    def __hash__(self) -> int:
        return hash(self.patterns)

    def matching(self, url: str) -> str | None:
        """The first pattern that a URL matches; None where it matches none."""
        data = url.encode(errors="backslashreplace")
        for pattern, regex in zip(self.patterns, self._regexes, strict=True):
            if regex.search(data) is not None:
                return pattern
        return None


def _compile(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False  # it would write to standard error, past every log
    options.never_capture = True
    try:
        regex = re2.compile(pattern, options)
    except (re2.error, UnicodeError) as error:
        raise BadConfiguration(f"allowedUrlRegexes: {pattern!r} is no regex: {_words(error)}") from None
    if not is_anchored(pattern):
        better = anchored(pattern)
        instead = f"; for one host write {better!r}" if better else ""
        raise BadConfiguration(
            f"allowedUrlRegexes: {pattern!r} could match other hosts than it names: it has to begin "
            r"with ^http:// or ^https://, go on with a host whose dots are written \. and end that "
            f"with a slash{instead}"
        )
    return regex


def _words(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode(errors="replace") if isinstance(said, bytes) else "not writable as UTF-8"
