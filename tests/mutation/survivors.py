"""Changes of the code that no test notices, and the reasons why that is right."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("survivors.toml")
KILLED = ("killed", "timeout")
"""What mutmut says of a change that was noticed; a loop without an end was, too."""


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """One change of the code; told by its text, since mutmut's numbers move with every edit."""

    function: str
    """Module and function: `hookproof.keys.Secret.reveal`."""
    was: str
    """The line as it stands, without its indentation."""
    becomes: str
    """The line as it was changed."""


def explained(text: str) -> dict[Mutant, str]:
    """Read the list: each mutant with its reason.

    Raises:
        KeyError: something is missing of an entry.
        ValueError: a mutant stands there twice.
    """
    entries = tomllib.loads(text)["survivor"]
    mutants = {Mutant(one["function"], one["was"], one["becomes"]): one["why"] for one in entries}
    if len(mutants) != len(entries):
        raise ValueError("a mutant stands twice in the list")
    return mutants


def function_of(name: str) -> str:
    """The function that mutmut's name of a mutant speaks of."""
    module, _, mangled = name.partition("__mutmut_")[0].rpartition(".")
    if "ǁ" in mangled:
        _, owner, method = mangled.split("ǁ")
        return f"{module}.{owner}.{method}"
    return f"{module}.{mangled.removeprefix('x_')}"


def mutant_of(name: str, diff: str) -> Mutant:
    """The mutant of this name, out of its unified diff."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++", "@@", "#"))]
    was, becomes = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return Mutant(function_of(name), was, becomes)


def complaints(survivors: Collection[Mutant], reasons: Mapping[Mutant, str]) -> list[str]:
    """What is wrong with a run's survivors: one that has no reason, a reason without a survivor."""
    unexplained = [
        f"no test notices, in {one.function}:\n  - {one.was}\n  + {one.becomes}"
        for one in sorted(set(survivors) - set(reasons))
    ]
    stale = [
        f"in the list, and noticed or gone, in {one.function}:\n  - {one.was}\n  + {one.becomes}"
        for one in sorted(set(reasons) - set(survivors))
    ]
    return unexplained + stale
