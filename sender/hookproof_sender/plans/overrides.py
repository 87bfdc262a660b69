"""What one run changes in a plan: `zj.url=…`, or the platform's `planNodeOverrides`. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from hookproof.errors import BadConfiguration
from hookproof_runtime.masking import masked_headers
from hookproof_runtime.settings import FileProblems, Problem, problems_of

from ..tasks import HttpTask
from .plan import FlowTask, Node, Plan
from .record import FlowRecord

_SECRETS = ("secretKey", "secretKeyEnv", "secretKeyFile")
_NOT_OPEN = {"secretKey", "sampleResponseBody", "sampleResponseHeaders", "shouldUpdateSampleResponse"}
_OF_HTTP = tuple(
    "headers.NAME" if key == "headers" else key for key in HttpTask.model_fields if key not in _NOT_OPEN
)
_OF_FLOWS = ("name", "id", "recipe", "parameters.NAME")


@dataclass(frozen=True, slots=True)
class Override:
    """One value that takes another's place in one run."""

    handle: str
    """The node's."""
    key: str
    """As the task has it: `url`, `headers.X-Run`; for a flow `recipe`, `parameters.region`."""
    value: Any = field(repr=False)
    """As JSON has it. Text that stands for a number, or for true and false, is taken as that."""


def parse_override(text: str) -> Override:
    """Read `HANDLE.KEY=VALUE`, as it stands among a command's words.

    Raises:
        BadConfiguration: it is none, or a header that may hold a token. No sentence repeats the
            value.
    """
    name, equals, value = text.partition("=")
    handle, dot, key = name.partition(".")
    header = (key.partition(".")[2], value)
    if equals and key.startswith("headers.") and masked_headers([header]) != (header,):
        del text, value, header
        raise BadConfiguration(
            f"the override {name!r} may hold a token, and others on this machine can read a command's "
            "words: write it into the task's file"
        )
    if equals and dot and handle and key:
        return Override(handle, key, value)
    which = f" {name!r}" if equals else ""
    del text, name, value, handle, key, header  # a traceback may show locals: there may be a token
    raise BadConfiguration(
        f"the override{which} is none: write HANDLE.KEY=VALUE, such as zj.url=http://127.0.0.1:8080/"
    )


def overrides_from(plan: Plan, record: Any) -> tuple[Override, ...]:
    """Read the platform's `planNodeOverrides`: `[{"handle", "overrideKey", "value"}]`.

    For a flow its `overrideKey` is the bare name of a run parameter, as public code that calls that API
    has it. For an HTTP task it is a key of the task (assumed).

    Raises:
        FileProblems: it is none: every problem at once.
    """
    if not isinstance(record, list):
        raise FileProblems("planNodeOverrides", [Problem("", "is a list of overrides")])
    flows = {node.handle for node in plan.nodes if isinstance(node.task, FlowTask)}
    found, problems = [], []
    for number, one in enumerate(record):
        handle, key = (
            (one.get("handle"), one.get("overrideKey")) if isinstance(one, Mapping) else (0, 0)
        )
        if not (isinstance(handle, str) and isinstance(key, str) and handle and key and "value" in one):
            words = 'an override is { "handle": "zj", "overrideKey": "url", "value": … }'
            problems.append(Problem(f"[{number}]", words))
            continue
        own = key.startswith("parameters.") or handle not in flows
        found.append(Override(handle, key if own else f"parameters.{key}", one["value"]))
    if problems:
        del record, one  # a traceback may show locals, and a token may stand in it
        raise FileProblems("planNodeOverrides", problems)
    return tuple(found)


def apply(plan: Plan, overrides: Iterable[Override]) -> Plan:
    """The plan with values changed; the last one counts where a key is changed twice.

    Args:
        plan: it is left as it is.
        overrides: in their order.

    Raises:
        FileProblems: one names what is not there, or a value may not stand there: all at once.
    """
    problems: list[Problem] = []
    by_handle: dict[str, list[Override]] = {}
    handles = [node.handle for node in plan.nodes]
    for one in overrides:
        if one.handle in handles:
            by_handle.setdefault(one.handle, []).append(one)
        else:
            words = f"there is no node with this handle; there are: {', '.join(handles)}"
            problems.append(Problem(one.handle, words))
    nodes = tuple(_changed(node, by_handle.get(node.handle, ()), problems) for node in plan.nodes)
    if problems:
        raise FileProblems("--override", problems)
    return replace(plan, nodes=nodes)


def refuse_carrying_off(plan: Plan, overrides: Iterable[Override]) -> None:
    """Refuse to take a token in a task's headers to another place than its own.

    For overrides of somebody who may run the plan, and not read its file.

    Args:
        plan: as its file has it.
        overrides: in their order. A header that they give themselves is no token of the file's.

    Raises:
        FileProblems: a URL leads to another host, port or scheme, and such a header would go there.
    """
    by_handle: dict[str, list[Override]] = {}
    for one in overrides:
        by_handle.setdefault(one.handle, []).append(one)
    problems = []
    for node in plan.nodes:
        given = by_handle.get(node.handle, [])
        urls = [one.value for one in given if one.key == "url"]
        if not urls or isinstance(node.task, FlowTask) or _origin(urls[-1]) == _origin(node.task.url):
            continue
        own = {one.key.partition(".")[2].lower() for one in given if one.key.startswith("headers.")}
        kept = [one for one in node.task.headers.items() if one[0].lower() not in own]
        for (name, value), (_, shown) in zip(kept, masked_headers(kept), strict=True):
            if value and shown != value:
                words = (
                    f"the header {name} may hold a token, and leads to its own host: override it too"
                )
                problems.append(Problem(f"{node.handle}.url", words))
    if problems:
        raise FileProblems("planNodeOverrides", problems)


def known_keys(node: Node) -> tuple[str, ...]:
    """The keys of a node that an override may name; NAME stands for any."""
    return _OF_FLOWS if isinstance(node.task, FlowTask) else _OF_HTTP


def _origin(url: object) -> tuple[str, str | None, int | None] | None:
    """Scheme, host and port; None of what is no URL, which is refused elsewhere."""
    try:
        parts = urlsplit(str(url))
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None


def _changed(node: Node, overrides: Sequence[Override], problems: list[Problem]) -> Node:
    known = known_keys(node)
    unknown = [one for one in overrides if not _is_known(one.key, known)]
    problems += [Problem(f"{one.handle}.{one.key}", _unknown(one.key, known)) for one in unknown]
    if unknown or not overrides:
        return node
    model = FlowRecord if isinstance(node.task, FlowTask) else HttpTask
    record = _record(node)
    for one in overrides:
        _set(record, one.key, one.value, node)
    name = record["name"] if model is HttpTask else record.pop("name")
    if not (isinstance(name, str) and name):
        problems.append(Problem(f"{node.handle}.name", "a name is text, and not empty"))
        name = node.name
    try:
        task = model.model_validate(record)
    except ValidationError as error:
        problems += [
            Problem(f"{node.handle}.{problem.key.removesuffix('.[key]')}".rstrip("."), problem.sentence)
            for problem in problems_of(error, model)
        ]
        return node
    finally:
        del record  # a traceback may show locals, and a secret may stand in it
    if isinstance(task, FlowRecord):
        flow = FlowTask(task.id, task.recipe, tuple(task.parameters.items()))
        return replace(node, name=name, task=flow)
    return replace(node, name=name, task=task)


def _record(node: Node) -> dict[str, Any]:
    if isinstance(node.task, FlowTask):
        flow = {"id": node.task.flow_id, "recipe": node.task.recipe_id}
        return {"name": node.name, **flow, "parameters": dict(node.task.parameters)}
    return node.task.model_dump(exclude_unset=True) | {"name": node.name}


def _set(record: dict[str, Any], key: str, value: Any, node: Node) -> None:
    table, dot, name = key.partition(".")
    if dot:
        held = record[table] = dict(record.get(table) or {})
        same = name
        if table == "headers":  # a header has one name in whichever case
            same = next((one for one in held if one.lower() == name.lower()), name)
        held[same] = _as_text(value)
        return
    if key in _SECRETS:  # one place takes the other's
        for other in _SECRETS:
            record.pop(other, None)
    if key in ("id", "recipe") and isinstance(node.task, FlowTask):
        record["id"] = record["recipe"] = None
    record[key] = _as_number(value) if _wants_a_number(key, node) else _as_text(value)


def _wants_a_number(key: str, node: Node) -> bool:
    return key in (
        ("id", "recipe")
        if isinstance(node.task, FlowTask)
        else ("maxRetries", "retryOnFailure", "sslVerification")
    )


def _as_number(value: Any) -> Any:
    """What a text stands for: a number, true, false or null; else as it is."""
    if not isinstance(value, str):
        return value
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return read if read is None or isinstance(read, int) else value


def _as_text(value: Any) -> Any:
    """A number as JSON writes it: the platform's callers give them for text too."""
    return json.dumps(value) if isinstance(value, int | float) else value


def _is_known(key: str, known: Iterable[str]) -> bool:
    table, dot, name = key.partition(".")
    return (f"{table}.NAME" if dot and name else key) in known and not (dot and not name)


def _unknown(key: str, known: tuple[str, ...]) -> str:
    if key == "secretKey":
        return "a secret is no override: name where it is, with secretKeyEnv or secretKeyFile"
    near = get_close_matches(key, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"there is no such key{hint}; there are: {', '.join(known)}"
