"""What references may name, and what comes nearest to a name that is none."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher, get_close_matches
from typing import Final

from .reference import Metadata, Reference, written
from .values import KINDS

PLAN = ("name", "duration", "startTime", "runId", "user", "taskCount", "id", "url")
"""What stands under `$plan`."""

HTTP = ("name", "status", "duration", "startTime", "endTime", "statusCode", "response")
"""What stands under `$http_<handle>`."""

RESPONSE = ("body", "json", "headers")
"""What stands under `$http_<handle>.response`."""

MISSING: Final = object()
"""What a name that there is not leads to."""

FLOW = ("name", "status", "duration", "startTime", "endTime", "jobId")
"""What stands under `$flow_<handle>` beside the outputs, by their names (assumed)."""

_MOST = 400  # names to choose the nearest from
_LONGEST = 120  # characters of a name that is compared
_HANDLED = re.compile(r"(http|flow)_(\w\w)")


def look_up(metadata: Metadata, root: str, path: Iterable[str | int]) -> object:
    """What a root and a path lead to: through tables by name, through lists by index, and nothing else.

    `MISSING` where they lead nowhere, or to anything that metadata are not made of.
    """
    value: object = metadata.get(root, MISSING)
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step if isinstance(step, str) else str(step), MISSING)
        elif isinstance(value, list | tuple):
            index = step if isinstance(step, int) else _index(step)
            value = value[index] if 0 <= index < len(value) else MISSING
        else:
            return MISSING
    return value if isinstance(value, KINDS) else MISSING


def known_names(metadata: Metadata) -> list[str]:
    """What references can name, the shortest paths first; at most some hundreds."""
    names: list[str] = []
    level: deque[tuple[str, tuple[str | int, ...], object]] = deque(
        (str(root), (), value) for root, value in metadata.items()
    )
    while level and len(names) < _MOST:
        root, path, value = level.popleft()
        names.append(written(root, path))
        for step, below in _below(value):
            if len(names) + len(level) >= _MOST:
                break
            level.append((root, (*path, step), below))
    return names


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that comes nearest; None where none is near."""
    if len(name) > _LONGEST:
        return None
    near = get_close_matches(name, [one for one in known if len(one) <= _LONGEST])
    alike = (one for one in near if _is_like(name, one))
    return next((one for one in alike if not name.startswith((f"{one}.", f"{one}["))), None)


def _is_like(name: str, other: str) -> bool:
    """Whether two names are alike behind the steps that both begin with."""
    pairs = enumerate(zip(name, other, strict=False))
    same = next((at for at, (one, two) in pairs if one != two), min(len(name), len(other)))
    behind = 1 + max(name.rfind(".", 0, same), name.rfind("[", 0, same))
    mine, its = name[behind:].lower(), other[behind:].lower()
    first, its_first = (re.split(r"[.\[]", rest, maxsplit=1)[0] for rest in (mine, its))
    return _likeness(mine, its) >= 0.6 and _likeness(first, its_first) >= 0.6


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def doubt(reference: Reference) -> str | None:
    """Why a reference names what no plan has, whatever its tasks answer; None where it may be known."""
    handled = _HANDLED.fullmatch(reference.root)
    if reference.root != "plan" and handled is None:
        return _no(f"${reference.root}", ["$plan", "$http_zj", "$flow_b7"])
    if not reference.path:
        return None
    first, *more = reference.path
    if handled and handled[1] == "flow":
        return None if more or first in FLOW else _misspelt(reference.root, first)
    known = HTTP if handled else PLAN
    if first not in known:
        return _no(written(reference.root, [first]), [written(reference.root, [one]) for one in known])
    if handled and first == "response" and more and more[0] not in RESPONSE:
        under = [written(reference.root, [first, one]) for one in RESPONSE]
        return _no(written(reference.root, [first, more[0]]), under)
    return None


def _misspelt(root: str, first: str | int) -> str | None:
    """A flow task's outputs are called as somebody called them: only what is near a name is doubted."""
    name = written(root, [first])
    near = nearest(name, [written(root, [one]) for one in FLOW])
    if near is None:
        return None
    return f"there is no {shown(name)} but as an output that is called so; did you mean {near}?"


def _no(name: str, known: list[str]) -> str:
    if (near := nearest(name, known)) is not None:
        return f"there is no {shown(name)}; did you mean {near}?"
    return f"there is no {shown(name)}: there are {', '.join(known)}"


def shown(name: str) -> str:
    """A name in a sentence: on one line, and not without end."""
    plain = "".join(char if char.isprintable() else " " for char in name)
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "…"


def _below(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, Mapping):
        yield from ((str(key), below) for key, below in value.items())
    elif isinstance(value, list | tuple):
        yield from enumerate(value)


def _index(step: str) -> int:
    return int(step) if re.fullmatch("0|[1-9][0-9]{0,8}", step) else -1
