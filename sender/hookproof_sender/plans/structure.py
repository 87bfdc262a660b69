"""Whether nodes and edges make a plan: looked for in a record that may be wrong elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any, NamedTuple

from hookproof_runtime.settings import Problem

from .order import cycle
from .record import MOST_HTTP_TASKS

_COMPARED = 20  # handles of one plan that are unknown, and are told what there is instead
_KNOWN = 200  # handles that are named or compared then: a file may hold any number


class _Edge(NamedTuple):
    place: str
    source: str
    target: str


def problems_in(record: Mapping[str, Any], place: Callable[[str], str]) -> Iterator[Problem]:
    """Say what is wrong with the handles and edges of a record: all of it.

    Args:
        record: in our keys. What is of a wrong type is passed over: its own table says so.
        place: where a key of ours stood in the file.
    """
    nodes = _items(record, "nodes")
    handles: dict[str, int] = {}
    for number, node in nodes:
        handle = node.get("handle")
        if not isinstance(handle, str):
            continue
        if handle in handles:
            other = place(f"nodes[{handles[handle]}]")
            yield Problem(
                place(f"nodes[{number}].handle"),
                f"{handle!r} is the handle of {other} too: give one of them another",
            )
        handles.setdefault(handle, number)
    http_tasks = sum(node.get("taskType") == "http" for _, node in nodes)
    if http_tasks > MOST_HTTP_TASKS:
        words = f"a plan has at most {MOST_HTTP_TASKS} HTTP tasks, this one {http_tasks}"
        yield Problem(place("nodes"), words)
    edges = [
        _Edge(f"edges[{number}]", edge["source"], edge["target"])
        for number, edge in _items(record, "edges")
        if all(edge.get(key) and isinstance(edge[key], str) for key in ("source", "target"))
    ]
    yield from _of_edges(edges, handles, place)


def _of_edges(
    edges: list[_Edge], handles: Mapping[str, int], place: Callable[[str], str]
) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    unknown: dict[str, str] = {}
    known = list(islice(handles, _KNOWN))
    after: dict[str, list[str]] = {handle: [] for handle in handles}
    for edge in edges:
        for key, handle in (("source", edge.source), ("target", edge.target)):
            if handle not in handles:
                if handle not in unknown:
                    unknown[handle] = _unknown(handle, known if len(unknown) < _COMPARED else ())
                yield Problem(place(f"{edge.place}.{key}"), unknown[handle])
        pair = (edge.source, edge.target)
        if edge.source == edge.target:
            words = f"it leads from {edge.source!r} to itself: leave it out"
            yield Problem(place(edge.place), words)
        elif pair in seen:
            yield Problem(
                place(edge.place),
                f"{place(seen[pair])} leads from {edge.source!r} to {edge.target!r} too: keep one of "
                "them, with the statusRule always where both ends are to lead on",
            )
        elif edge.source in after:
            seen[pair] = edge.place
            after[edge.source].append(edge.target)
    if way := cycle(after):
        words = f"they lead in a circle, {' → '.join(way)}: one of these edges must be left out"
        yield Problem(place("edges"), words)


def _unknown(handle: str, known: Sequence[str]) -> str:
    words = f"there is no node with the handle {handle!r}"
    if near := get_close_matches(handle, known, n=1, cutoff=0.5):
        return f"{words}; did you mean {near[0]!r}?"
    return f"{words}; there are: {', '.join(known)}" if known else words


def _items(record: Mapping[str, Any], key: str) -> list[tuple[int, Mapping[str, Any]]]:
    items = record.get(key)
    if not isinstance(items, list):
        return []
    return [(number, item) for number, item in enumerate(items) if isinstance(item, Mapping)]
