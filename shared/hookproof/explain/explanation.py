"""What an explanation is: data first, and one report for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ..errors import RefusalCode

Verdict = Literal["valid", "refused"]

_WIDTH = 100  # columns of the report


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause. Where several are proved, they are so together: none of them alone is enough."""

    code: str
    """From the closed list of PROTOCOL.md."""
    proved: bool
    """True only where the cause reproduces the signature that was received, or is a fact that the
    verifier measured (a time, a header that came twice). False is a guess."""
    seen: str
    """What was seen, in a sentence."""
    fix: str
    """What to change, in a sentence."""
    lines: tuple[tuple[str, str], ...] = ()
    """Where code is to be changed: pairs of a framework and the line for it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a request is valid or refused. `str()` is the report; its first line is the cause.

    No part of it holds a secret, a byte of the body, or more of a signature than its form.
    """

    verdict: Verdict
    """What `verify` says of the same request."""
    code: RefusalCode | None
    """The code that `verify` refuses with; None where it is valid."""
    sentence: str
    """The verdict in a sentence."""
    scheme: str
    """The scheme that was asked for."""
    findings: tuple[Finding, ...]
    """The proved cause, or pair of causes, first; then guesses. Empty where no cause was found."""
    tried: tuple[str, ...]
    """What was tried, in words with numbers."""
    not_tried: tuple[str, ...]
    """What the bound on work left out."""
    received: tuple[tuple[str, str], ...]
    """What came, in a form that is harmless to show: names and texts."""
    expected: tuple[tuple[str, str], ...]
    """What the scheme wants: names and texts. Never the expected signature."""

    @property
    def proved(self) -> bool:
        """Whether there is a cause that is more than a guess."""
        return any(finding.proved for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """All of it in what `json.dumps` takes."""
        return {
            "verdict": self.verdict,
            "code": self.code,
            "sentence": self.sentence,
            "scheme": self.scheme,
            "findings": [
                {
                    "code": finding.code,
                    "proved": finding.proved,
                    "seen": finding.seen,
                    "fix": finding.fix,
                    "lines": dict(finding.lines),
                }
                for finding in self.findings
            ],
            "tried": list(self.tried),
            "not_tried": list(self.not_tried),
            "received": dict(self.received),
            "expected": dict(self.expected),
        }

    def __str__(self) -> str:
        lines = [self._first_line()]
        for finding in self.findings:
            lines += ["", f"{finding.code} ({'proved' if finding.proved else 'a guess'})"]
            lines += _wrapped(f"seen: {finding.seen}") + _wrapped(f"fix:  {finding.fix}")
            width = max((len(name) for name, _ in finding.lines), default=0)
            lines += [f"    {name.ljust(width)}  {code}" for name, code in finding.lines]
        if self.verdict == "refused":
            lines += ["", f"refused ({self.code}): {self.sentence}"]
        for title, pairs in (("received", self.received), ("expected", self.expected)):
            if pairs:
                lines += ["", title] + [f"  {name}: {text}" for name, text in pairs]
        for title, texts in (("tried", self.tried), ("not tried", self.not_tried)):
            if texts:
                lines += ["", title] + [line for text in texts for line in _wrapped(text)]
        return "\n".join(lines)

    def _first_line(self) -> str:
        if self.verdict == "valid":
            return f"valid: {self.sentence}"
        if not self.findings:
            return "no cause found: is it the same secret at both ends? What was tried stands below"
        if self.proved:
            return "; and ".join(finding.seen for finding in self.findings if finding.proved)
        return f"perhaps: {self.findings[0].seen}"


def _wrapped(text: str) -> list[str]:
    from textwrap import wrap  # here, since data never needs it

    return wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="        ")
