"""Whether a regex can match one host's URLs alone: held at both ends of the host."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What may stand for a part of a host: characters that a host has, sets of them, and how often. A bare
# dot or [^/] may not: they match what ends a host (`/`, `?`, `#`), and so another one before it.
_IN_SET = r"(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[A-Za-z0-9_.]|\\[dw.\-])"
_TIMES = r"(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})?"
_ATOM = rf"(?:[A-Za-z0-9_:-]|\\[.\-\[\]:dw]|\[-?{_IN_SET}+-?\]){_TIMES}"
_GROUP = rf"\((?:\?:)?(?:{_ATOM})*(?:\|(?:{_ATOM})*)*\){_TIMES}"
_SCHEME = r"(?:https\?|https?|http\(s\)\?|\((?:\?:)?https?\|https?\))"
_END = r"(?:\\?/(?![*?{])|\((?:\?:)?\\?/\|\$\)(?![*?{])|\((?:\?:)?\\?/[^()|]*\)\?\$\Z|\$\Z)"
_ANCHORED = re.compile(rf"(?:\(\?i\))?\^(?:\(\?i\))?{_SCHEME}:\\?/\\?/(?:{_ATOM}|{_GROUP})+{_END}")

_TOKEN = re.compile(r"\\.|\[\^?\]?[^\]]*\]|.", re.DOTALL)
_HOST = r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\]"
_ORIGIN = re.compile(rf"(?:(https\?|https?)://)?((?:{_HOST})(?::[0-9]+)?)(?=[/$?#(]|\Z)")


def is_anchored(pattern: str) -> bool:
    r"""Whether each branch begins `^https://host` and goes on with a slash, or ends there.

    A host that is left open on purpose may stand in it, as in `^https://[a-z0-9-]+\.example\.com/`.
    """
    return all(_ANCHORED.match(branch) for branch in _branches(pattern))


def anchored(text: str, tail: str = "/.*$") -> str | None:
    """The regex for all that one host and port serve, out of a URL or of a regex that meant them.

    None where no host can be read out of it.

    Args:
        text: the URL or the regex.
        tail: what is let through behind host and port.
    """
    plain = text.replace("\\", "").replace(".*", "").removeprefix("^")
    origin = _ORIGIN.match(plain)
    if origin is None or not (origin[1] or "." in origin[2]):
        return None
    host = re.escape(origin[2]).replace(r"\-", "-")
    return f"^{origin[1] or 'https?'}://{host}{tail}"


def _branches(pattern: str) -> Iterator[str]:
    """What stands between the alternation signs that are in no group; nothing good where it is torn."""
    depth, begun, at = 0, 0, 0
    for token in _TOKEN.findall(pattern):
        depth += (token == "(") - (token == ")")  # noqa: S105  (of a regex)
        if token == "|" and depth == 0:  # noqa: S105
            yield pattern[begun:at]
            begun = at + 1
        at += len(token)
    yield pattern[begun:] if depth == 0 and r"\Q" not in pattern else ""
