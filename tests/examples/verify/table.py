"""The table of examples/verify/README.md: what each snippet was seen to do."""

from __future__ import annotations

import re

from tests.examples.verify.catalogue import CATALOGUE
from tests.examples.verify.running import SNIPPETS as FOLDER
from tests.examples.verify.vectors import vectors

from hookproof_runtime.commands.snippet import SNIPPETS

README = FOLDER / "README.md"
_WRITTEN = re.compile(r"(?<=<!-- written by `make snippets` -->\n).*(?=<!-- to here -->)", re.DOTALL)
_HEAD = (
    "| `hookproof snippet …` | language | with | runs in CI | vectors passed | lines |\n"
    "|---|---|---|---|---|---|\n"
)


def row(name: str, verdicts: dict[str, bool]) -> str:
    """One line: of the vectors, those whose verdict was the right one."""
    snippet, driven = SNIPPETS[name], CATALOGUE[name]
    right = sum(verdicts[f"{vector.number}: {vector.comment}"] == vector.valid for vector in vectors())
    how = "over HTTP" if driven.kind == "server" else "yes"
    lines = len((FOLDER / snippet.file).read_text("utf-8").splitlines())
    cells = (
        f"[{name}]({snippet.file})",
        snippet.language,
        snippet.framework,
        how,
        f"{right} of {len(vectors())}",
        str(lines),
    )
    return "| " + " | ".join(cells) + " |\n"


def lost() -> str:
    """Why some vectors never reach a snippet as they are, and which."""
    why: dict[str, dict[str, list[str]]] = {}
    for name, driven in CATALOGUE.items():
        for comment, reason in driven.lost.items():
            why.setdefault(reason, {}).setdefault(comment, []).append(name)
    lines = ["| what changes the request on its way | vector | in front of |\n|---|---|---|\n"]
    for reason, comments in why.items():
        for comment, names in comments.items():
            lines.append(f"| {reason} | {comment} | {', '.join(names)} |\n")
    return "".join(lines)


def written(rows: list[str]) -> str:
    """The whole README, the tables in it made anew."""
    tables = f"\n{_HEAD}{''.join(rows)}\n{lost()}\n"
    return _WRITTEN.sub(lambda _: tables, README.read_text("utf-8"))
