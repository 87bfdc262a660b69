"""What stands between `<` and `>` in a text of Slack's, and the three escapes."""

from __future__ import annotations

import re
from typing import Final

from .spans import Link, Mention, Span, Text

LINKED: Final = ("http://", "https://", "mailto:")
"""How a URL begins that is a link: a browser runs nothing of these."""

_GIVEN = re.compile(r"[A-Z0-9]{1,32}")
_EVERYBODY = ("here", "channel", "everyone")


def special(inside: str) -> Span:
    """A link or a mention, else the text as it stands.

    Args:
        inside: what is between the brackets: `URL|label`, `@U…`, `#C…|name`, `!here`,
            `!subteam^S…|name` or `!date^…|what to show`.
    """
    what, _, label = inside.partition("|")
    what, label = unescaped(what), unescaped(label)
    if url := as_link(what):
        return Link(url, label or url.removeprefix("mailto:"))
    kind, rest = what[:1], what[1:]
    if kind == "@" and _GIVEN.fullmatch(rest):
        return Mention("user", "@" + (label or rest).removeprefix("@"))
    if kind == "#" and _GIVEN.fullmatch(rest):
        return Mention("channel", "#" + (label or rest).removeprefix("#"))
    if kind == "!":
        return _command(rest, label) or Text(unescaped(f"<{inside}>"))
    return Text(unescaped(f"<{inside}>"))


def bare(url: str) -> Span:
    """A URL that stands in a text without brackets."""
    url = unescaped(url)
    return Link(url, url) if as_link(url) else Text(url)


def as_link(url: str) -> str | None:
    """The URL where it is one to be followed from a page; None else."""
    if url.lower().startswith(LINKED) and not any(c.isspace() or not c.isprintable() for c in url):
        return url
    return None


def unescaped(text: str) -> str:
    """The text with its three escapes undone, each once: `&amp;lt;` is `&lt;`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _command(what: str, label: str) -> Span | None:
    if what in _EVERYBODY:
        return Mention("all", "@" + what)
    name, _, rest = what.partition("^")
    if name == "subteam" and _GIVEN.fullmatch(rest):
        return Mention("group", "@" + (label or rest).removeprefix("@"))
    if name == "date" and label:
        return Text(label)
    return None
