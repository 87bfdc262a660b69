r"""The grammar, and reading a text by it in one pass.

::

    text       = (plain | reference | literal)*
    reference  = open "$" name step* ("|" filter)* close
    literal    = open quoted close              what it quotes is plain text: {{'{{'}}
    step       = "." name | "[" digits "]" | "[" quoted "]"
    quoted     = "'" … "'" | '"' … '"'          a backslash before any character; \n, \r and \t as usual
    name       = a letter or "_", then letters, digits and "_"
    filter     = "dump" | "humanizeDuration"
    open       = "{{" | "{{-"                   the hyphen takes away the blanks before it
    close      = "}}" | "-}}"                   and behind it, line breaks among them

Blanks may stand between these. Plain text holds none of `{{`, `{%` and `{#`; `}}` alone is plain.
"""

from __future__ import annotations

import re

from .filters import FILTERS
from .problems import BadReference, bad_reference
from .reference import Reference
from .template import Template

MOST_STEPS = 64
"""Names and indexes of one reference, at the most."""

MOST_FILTERS = 8
"""Filters of one reference, at the most."""

_BLANKS = r"[ \t\r\n\xa0]*+"
_NAME = r"[^\W\d]\w*+"
_QUOTED = r"""'[^'\\]*+(?:\\[\s\S][^'\\]*+)*+'|"[^"\\]*+(?:\\[\s\S][^"\\]*+)*+\""""

_OPEN = re.compile(r"\{[{%#]")
_HEAD = re.compile(rf"\{{\{{(-?){_BLANKS}(?:\$({_NAME})|({_QUOTED}))")
_STEP = re.compile(
    rf"{_BLANKS}(?:(?P<close>-?\}}\}})"
    rf"|\.{_BLANKS}(?P<name>{_NAME})"
    rf"|\[{_BLANKS}(?:(?P<index>[0-9]{{1,9}})|(?P<quoted>{_QUOTED})){_BLANKS}\]"
    rf"|\|{_BLANKS}(?P<filter>{_NAME}))"
)
_SKIPPED = re.compile(_BLANKS)
_ESCAPED = re.compile(r"\\([\s\S])")
_AS_USUAL = {"n": "\n", "r": "\r", "t": "\t"}
# What JavaScript's \s means, by which nunjucks takes blanks away.
_TRIMMED = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)

_HOW_IT_GOES_ON = "a reference goes on with .name, [0], ['a name'] or |filter, and ends with }}"


def parse(text: str) -> Template:
    """Read a text with references, in time that grows with its length alone.

    Raises:
        BadReference: something in it is none, or has no end.
    """
    return _Reading(text).template()


def holds_references(text: str) -> bool:
    """Whether a text is to be read at all: whether anything opens in it, a reference or not."""
    return _OPEN.search(text) is not None


class _Reading:
    """One text that is being read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain: list[str] = []  # of the plain text before the next reference
        self._plains: list[str] = []
        self._references: list[Reference] = []
        self._line, self._of_line, self._counted = 1, 0, 0

    def template(self) -> Template:
        """Read it to its end."""
        at, trim = 0, False
        while (found := _OPEN.search(self._text, at)) is not None:
            start = found.start()
            head = _HEAD.match(self._text, start)
            if head is None:
                raise self._no_reference(start)
            plain = self._text[at:start]
            if trim:
                plain = plain.lstrip(_TRIMMED)
            self._plain.append(plain.rstrip(_TRIMMED) if head[1] else plain)
            at, trim = self._literal(start, head) if head[3] else self._reference(start, head)
        rest = self._text[at:]
        self._end_plain(rest.lstrip(_TRIMMED) if trim else rest)
        return Template(tuple(self._plains), tuple(self._references))

    def _literal(self, start: int, head: re.Match[str]) -> tuple[int, bool]:
        step = _STEP.match(self._text, head.end())
        if step is None or step.lastgroup != "close":
            at = _past_blanks(self._text, head.end())
            raise bad_reference(self._text, start, at, "a text in quotes stands alone: }} ends it")
        self._plain.append(_unquoted(head[3]))
        return step.end(), step["close"][0] == "-"

    def _reference(self, start: int, head: re.Match[str]) -> tuple[int, bool]:
        path: list[str | int] = []
        filters: list[str] = []
        at = head.end()
        while True:
            step = _STEP.match(self._text, at)
            if step is None:
                raise self._broken(start, at)
            kind, at = step.lastgroup, step.end()
            if kind == "close":
                break
            if kind == "filter":
                self._check_filter(start, step, filters)
                filters.append(step["filter"])
                continue
            if filters:
                raise self._at(start, step, "a filter stands behind the whole path")
            if len(path) == MOST_STEPS:
                raise self._at(start, step, f"a reference has at most {MOST_STEPS} names and indexes")
            if kind == "name":
                path.append(step["name"])
            else:
                path.append(int(step["index"]) if kind == "index" else _unquoted(step["quoted"]))
        self._end_plain("")
        line, column = self._place(start)
        source = self._text[start:at]
        self._references.append(Reference(head[2], tuple(path), tuple(filters), line, column, source))
        return at, step["close"][0] == "-"

    def _check_filter(self, start: int, step: re.Match[str], filters: list[str]) -> None:
        if step["filter"] not in FILTERS:
            known = " and ".join(FILTERS)
            raise self._at(start, step, f"there is no such filter: {known} are all there are")
        if len(filters) == MOST_FILTERS:
            raise self._at(start, step, f"a reference has at most {MOST_FILTERS} filters")

    def _end_plain(self, rest: str) -> None:
        self._plain.append(rest)
        self._plains.append("".join(self._plain))
        self._plain = []

    def _place(self, at: int) -> tuple[int, int]:
        """Line and column, counted on from where they were asked for last."""
        self._line += self._text.count("\n", self._counted, at)
        self._of_line = max(self._of_line, self._text.rfind("\n", self._counted, at) + 1)
        self._counted = at
        return self._line, at - self._of_line + 1

    def _at(self, start: int, step: re.Match[str], sentence: str) -> BadReference:
        return bad_reference(self._text, start, _past_blanks(self._text, step.start()), sentence)

    def _no_reference(self, start: int) -> BadReference:
        """Why what opens here is no reference."""
        opened = self._text[start : start + 2]
        if opened != "{{":
            what = "an instruction" if opened == "{%" else "a comment"
            return bad_reference(
                self._text,
                start,
                start + 1,
                f"the platform takes {opened} for {what}, and here there is none; where it is meant as "
                f"text, write {{{{'{opened}'}}}}",
            )
        behind = start + 2 + (self._text[start + 2 : start + 3] == "-")
        at = _past_blanks(self._text, behind)
        char = self._text[at : at + 1]
        if not char:
            sentence = "a reference begins here and has no end: {{$plan.name}}"
        elif char in "'\"":
            sentence = "this quote has no end"
        elif char == "$":
            at += at + 1 < len(self._text)
            sentence = "a name follows the $: {{$plan.name}}"
        elif char.isalpha():
            sentence = "a reference begins with $: {{$plan.name}}"
        else:
            sentence = (
                "a reference begins with $: {{$plan.name}}; where two braces are meant as text, write "
                "{{'{{'}}"
            )
        return bad_reference(self._text, start, at, sentence)

    def _broken(self, start: int, behind: int) -> BadReference:
        """Why a reference does not go on."""
        at = _past_blanks(self._text, behind)
        char = self._text[at : at + 1]
        if not char:
            sentence = "the reference has no end: }} is missing"
        elif char == "[":
            sentence = "brackets hold an index or a name in quotes: [0], ['My output']"
        elif char == ".":
            sentence = "a name follows the dot; what is no plain name stands in brackets: [0], ['a-b']"
        elif char == "|":
            sentence = f"a filter follows the bar: {' or '.join(FILTERS)}"
        elif char == "(":
            sentence = "a reference calls nothing, and filters take no arguments"
        elif char in "+-*/%~<>=!?,":
            sentence = (
                "a reference calculates nothing; a name that holds this stands in brackets: ['a-b']"
            )
        else:
            sentence = _HOW_IT_GOES_ON
        return bad_reference(self._text, start, at, sentence)


def _past_blanks(text: str, at: int) -> int:
    found = _SKIPPED.match(text, at)
    return found.end() if found else at


def _unquoted(quoted: str) -> str:
    inner = quoted[1:-1]
    if "\\" not in inner:
        return inner
    return _ESCAPED.sub(lambda found: _AS_USUAL.get(found[1], found[1]), inner)
