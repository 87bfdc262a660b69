"""The JSON Schema of task files, made of the record's own shape and rules.

It says in an editor what loading would say. What no such schema can say is left to loading: a header
that stands twice in different case, the bytes of all headers together, whether brackets hold an IPv6
address, what a secret looks like, whether a reference can be read.
"""

from __future__ import annotations

from typing import Any

from hookproof.schemes import names

from .body import BODILESS
from .file import PlanNode
from .headers import LONGEST_NAME, LONGEST_VALUE, MOST_HEADERS, NAME, RESERVED, RESERVED_PREFIX, VALUE
from .target import LABEL

_PORT = "0*(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_SECRETS = ("secretKey", "secretKeyEnv", "secretKeyFile")


def task_schema() -> dict[str, Any]:
    """The schema (draft 7, which editors know) of a task's record, or of a plan's node around one."""
    node = PlanNode.model_json_schema()
    task = node.pop("$defs")["HttpTask"]
    for table in (task, node):
        _tidy(table)
    task["properties"] = {key: _or_null(key, task) for key in task["properties"]}
    _refine(task)
    node["properties"]["httpTask"] = {"$ref": "#/definitions/HttpTask"}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "An HTTP task, or the node of a plan that holds one",
        "anyOf": [{"$ref": "#/definitions/HttpTask"}, {"$ref": "#/definitions/PlanNode"}],
        "definitions": {"HttpTask": task, "PlanNode": node},
    }


def _tidy(table: dict[str, Any]) -> None:
    """Leave out titles that repeat the key, and what is said to programmers alone."""
    del table["title"]
    table["description"] = table["description"].partition("\n")[0]
    for said in table["properties"].values():
        said.pop("title", None)
        if said.get("default", 0) is None:
            del said["default"]
        if said.get("additionalProperties") is True:  # says nothing, and not every pydantic says it
            del said["additionalProperties"]


def _or_null(key: str, task: dict[str, Any]) -> dict[str, Any]:
    """Null is as good as absent, wherever a key may be absent."""
    said: dict[str, Any] = task["properties"][key]
    if key in task["required"] or "anyOf" in said:
        return said
    return {**said, "type": [said["type"], "null"]} | (
        {"enum": [*said["enum"], None]} if "enum" in said else {}
    )


def _refine(task: dict[str, Any]) -> None:
    """Say what validators say."""
    said = task["properties"]
    for key in "name", "url":
        said[key] |= {"not": {"type": "string", "pattern": r"\{\{"}}
    said["url"] |= {"pattern": _url()}
    said["scheme"] |= {"enum": ["", *names(), None]}
    said["headers"] |= {
        "maxProperties": MOST_HEADERS,
        "propertyNames": {
            "maxLength": LONGEST_NAME,
            "pattern": _whole(NAME.pattern),
            "not": {"pattern": _reserved()},
        },
        "additionalProperties": {
            "type": "string",
            "maxLength": LONGEST_VALUE,
            "pattern": _whole(rf"{VALUE.pattern}|[\s\S]*\{{\{{[\s\S]*"),
        },
    }
    task["if"] = {"required": ["method"], "properties": {"method": {"enum": list(BODILESS)}}}
    task["then"] = {"properties": {"body": {"pattern": _whole(r"\s*(?:\{\})?\s*")}}}
    filled = {"type": "string", "minLength": 1}
    task["not"] = {
        "anyOf": [
            {"required": [one, other], "properties": {one: filled, other: filled}}
            for number, one in enumerate(_SECRETS)
            for other in _SECRETS[number + 1 :]
        ]
    }


def _url() -> str:
    host = rf"(?:\[[0-9A-Fa-f:.]+\]|{LABEL}(?:\.{LABEL})*\.?)"
    return _whole(rf"[Hh][Tt][Tt][Pp][Ss]?://{host}(?::{_PORT})?(?:[/?#][!-\[\]-~]*)?")


def _reserved() -> str:
    return rf"^(?:{'|'.join([*map(_any_case, sorted(RESERVED)), _any_case(RESERVED_PREFIX) + '.*'])})$"


def _any_case(name: str) -> str:
    """A name in any case, `_` for `-`: patterns of a schema have no flags."""
    return "".join(
        f"[{char.upper()}{char}]" if char.isalpha() else "[-_]" if char == "-" else char
        for char in name
    )


def _whole(pattern: str) -> str:
    """A pattern for the whole of a text: `$` alone lets some readers pass over a last line break."""
    return rf"^(?:{pattern})(?![\s\S])"
