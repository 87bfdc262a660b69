"""How findings in files are told, of tasks and of plans alike, and what is against a URL in one."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from hookproof_runtime.command_line import Exit, answer, answer_json, note, printable

from ..targets import Policy
from ..tasks.lint import Level


class Finding(Protocol):
    """One thing that is worth mending in a file."""

    @property
    def code(self) -> str:
        """From a closed list."""

    @property
    def key(self) -> str:
        """Where."""

    @property
    def sentence(self) -> str:
        """What is wrong; lines that show it may follow."""

    @property
    def cure(self) -> str:
        """What to write instead; empty where the sentence says it."""

    @property
    def level(self) -> Level:
        """Whether what the file holds is done at all."""


def objection(policy: Policy, url: str) -> str | None:
    """What is against a URL, as far as it can be known without resolving a name."""
    verdict = policy.judge_url(url)
    if verdict is None:
        parts = urlsplit(url)
        host, _ = policy.place(
            parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        )
        address = _literal(host)
        (verdict,) = policy.judge(url, [address]) if address else (None,)
    return verdict.sentence if verdict is not None and not verdict.permitted else None


def tell(file: Path, findings: Iterable[Finding], strict: bool) -> None:
    """A line for each finding of a file, or one that says there is none."""
    name = printable(str(file))
    findings = list(findings)
    for one in findings:
        where = f"{name}: {printable(one.key)}" if one.key else name
        cure = f"; {one.cure}" if one.cure else ""
        sentence, *excerpt = one.sentence.split("\n")
        answer(printable(f"{where}: {_level(one, strict)}: {sentence}{cure} [{one.code}]"))
        for line in excerpt:
            answer(printable(line))
    if not findings:
        answer(f"{name}: nothing to mend")


def document(file: Path, findings: Iterable[Finding], strict: bool) -> dict[str, Any]:
    """The same for `--json`."""
    return {
        "file": str(file),
        "findings": [
            {
                "code": one.code,
                "level": _level(one, strict),
                "key": one.key,
                "sentence": one.sentence,
                "cure": one.cure or None,
            }
            for one in findings
        ],
    }


def finish(
    found: Iterable[Sequence[Finding]], strict: bool, answer_with: Mapping[str, Any] | None
) -> int:
    """Say how many there are, and end with 1 where there is an error.

    Args:
        found: of each file.
        strict: a warning counts as an error.
        answer_with: what the one JSON document holds beside the numbers; None says them on standard
            error.
    """
    levels = [_level(one, strict) for findings in found for one in findings]
    errors, warnings = levels.count("error"), levels.count("warning")
    if answer_with is not None:
        answer_json({**answer_with, "errors": errors, "warnings": warnings})
    else:
        note(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}")
    return Exit.NO if errors else Exit.DONE


def _literal(host: str) -> str | None:
    """The address that a host is, in whichever spelling; None where it is a name."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))  # 127.1, 0x7f000001, 2130706433
    except OSError:
        return None


def _level(finding: Finding, strict: bool) -> str:
    return "error" if strict else finding.level


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"
