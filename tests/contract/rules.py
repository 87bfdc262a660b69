"""The rules that stand in PROTOCOL.md, and those that tests say they prove.

A test proves a rule by its marker, `@pytest.mark.rule("P-GUID-1")`. Both are read as text: a test need
not run, or even be importable, to be counted.
"""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROTOCOL = (ROOT / "shared" / "PROTOCOL.md").read_text()
VECTORS: dict[str, list[dict[str, Any]]] = {
    path.stem: json.loads(path.read_text())["testGroups"]
    for path in sorted((ROOT / "shared" / "hookproof" / "vectors").glob("*.json"))
}
"""The published vectors, by scheme, and then by the receiver's secrets."""

_RULE = re.compile(r"^\*\*(P-[A-Z]+-[0-9]+)\*\*", re.MULTILINE)


def rules() -> list[str]:
    """The ids of all rules, as they stand in the contract."""
    return _RULE.findall(PROTOCOL)


@cache
def citations() -> dict[str, set[str]]:
    """Each id that a marker names, with the test files that do."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for marker in _markers(ast.parse(path.read_text())):
            for argument in marker.args:
                for rule in _ids(argument):
                    found[rule].add(str(path.relative_to(ROOT)))
    return found


def table(heading: str, columns: int = 1) -> list[tuple[str, ...]]:
    """The first columns of the first table after a heading or sentence of the contract."""
    lines = PROTOCOL.partition(heading)[2].partition("\n|")[2].splitlines()
    rows = []
    for line in lines[2:]:  # after the names of the columns, and the line below them
        if not line.startswith("|"):
            break
        rows.append(tuple(cell.strip(" `") for cell in line.split("|")[1 : columns + 1]))
    return rows


def _markers(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls `pytest.mark.rule(…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.rule":
            yield node


def _ids(argument: ast.expr) -> set[str]:
    """What one argument of a marker names: itself, or, of a vector, what all vectors name."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return {argument.value}
    assert ast.unparse(argument) == "vector['rule']", "a marker names its rules as literals"
    return {
        vector["rule"] for groups in VECTORS.values() for group in groups for vector in group["tests"]
    }
