"""The JSON Schema of plan files, made of the record's own shape and rules.

It says in an editor what loading would say. What no such schema can say is left to loading: that
handles are unique, that edges name them and lead in no circle, how many HTTP tasks there are, what a
task's file holds. The platform's own record is only looked at for what makes it one.
"""

from __future__ import annotations

from typing import Any

from ..tasks.schema import task_schema
from .record import HANDLE, PlanRecord


def plan_schema() -> dict[str, Any]:
    """The schema (draft 7, which editors know) of a plan's record."""
    plan = PlanRecord.model_json_schema()
    tables = {"Plan": plan, **plan.pop("$defs")}
    tables["HttpTask"] = task_schema()["definitions"]["HttpTask"]
    for name, table in tables.items():
        if name != "HttpTask":
            _tidy(table)
    tables = _renamed(tables)
    _refine(tables)
    kept = {"type": "array", "items": {"type": "object"}}
    maybe = {"type": ["array", "null"], "items": {"type": "object"}}
    tables["PlatformsOwnRecord"] = {
        "description": "A plan as the platform's API hands it out; other keys are left alone.",
        "type": "object",
        "required": ["name", "planNodes"],
        "properties": {
            "planNodes": {
                "anyOf": [kept, {"type": "object", "required": ["data"], "properties": {"data": kept}}]
            },
            "planEdges": {"anyOf": [maybe, {"type": "object", "properties": {"data": maybe}}]},
        },
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A plan: tasks, and what leads from one to the next",
        "if": {"anyOf": [{"required": ["planNodes"]}, {"required": ["planEdges"]}]},
        "then": {"$ref": "#/definitions/PlatformsOwnRecord"},
        "else": {"$ref": "#/definitions/Plan"},
        "definitions": tables,
    }


def _tidy(table: dict[str, Any]) -> None:
    """Leave out titles that repeat the key, and let null be as good as absent where a key may be."""
    del table["title"]
    table["description"] = table["description"].partition("\n")[0]
    required = table.get("required", ())
    for key, said in table["properties"].items():
        said.pop("title", None)
        if said.get("default", 0) is None:
            del said["default"]
        if key in required or "anyOf" in said:
            continue
        said["type"] = [said["type"], "null"]
        if "enum" in said:
            said["enum"] = [*said["enum"], None]


def _renamed(tables: dict[str, Any]) -> dict[str, Any]:
    """`Node` for `NodeRecord`, wherever it is named."""

    def walk(said: Any) -> Any:
        if isinstance(said, dict):
            return {
                key: f"#/definitions/{_name(one.rpartition('/')[2])}" if key == "$ref" else walk(one)
                for key, one in said.items()
            }
        return [walk(one) for one in said] if isinstance(said, list) else said

    return {_name(name): walk(table) for name, table in tables.items()}


def _name(name: str) -> str:
    return name.removesuffix("Record")


def _refine(tables: dict[str, Any]) -> None:
    """Say what validators say."""
    filled = {"type": "string", "minLength": 1}
    some = {"not": {"type": "null"}}
    tables["Plan"]["properties"]["nodes"]["minItems"] = 1
    node = tables["Node"]
    node["properties"]["handle"] |= {"pattern": rf"^{HANDLE}(?![\s\S])"}
    node["properties"]["httpTask"]["anyOf"].insert(0, filled)
    of_http, of_flows = _with("httpTask", some), _with("flow", some)
    node |= {
        "if": {"properties": {"taskType": {"const": "http"}}},
        "then": {"allOf": [of_http, {"not": of_flows}]},
        "else": {"allOf": [of_flows, {"not": of_http}]},
    }
    tables["Flow"]["oneOf"] = [_with("id", some), _with("recipe", some)]
    platform = tables["Platform"]
    platform["oneOf"] = [_with("tokenEnv", filled), _with("tokenFile", filled)]
    url = tables["HttpTask"]["properties"]["url"]
    platform["properties"]["url"] |= {"pattern": url["pattern"], "not": {"pattern": r"[?#]|\{\{"}}
    for key in ("source", "target"):
        # By its handle, or by the id of the node.
        tables["Edge"]["properties"][key]["type"] = ["string", "integer"]


def _with(key: str, said: dict[str, Any]) -> dict[str, Any]:
    return {"required": [key], "properties": {key: said}}
