"""The API's own document, OpenAPI 3.1, made of what its operations declare."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Literal

from pydantic import TypeAdapter

from hookproof import __version__

from .operation import LARGEST_ID, Operation, Shape

_JSON = "application/json"
_REF = "#/components/schemas/{model}"
_PROBLEM = "application/problem+json"  # of the server: such a request does not come as far as the API


class ExceptionContent(Shape):
    """What an exception says."""

    name: str
    """The platform's name for it."""
    message: str
    """A sentence."""
    details: str
    """More of it; may be empty."""


class ExceptionBody(Shape):
    """How the API says no."""

    exception: ExceptionContent


class Problem(Shape):
    """How the server says no to what is no proper request of HTTP (RFC 9457)."""

    status: int
    title: str
    code: str


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """Describe them.

    Each has, beside its own answers, those that come of its declaration: 400, of the API where it reads
    a query, a header or a body, and of the server in any case; 401 and 403 where it needs a token, 404
    where its path holds an id, 413 where it reads a body, 503 where the database is busy.
    """
    schemas = _Schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(f"/v4{operation.path}", {})[operation.method.lower()] = _described(
            operation, schemas
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hookproof run-job API",
            "version": __version__,
            "description": "The part of the platform's API that a message may call back into.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": schemas.definitions,
            "securitySchemes": {"Bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def refusals(operation: Operation) -> frozenset[int]:
    """The statuses of the exceptions that it may answer with."""
    found = {503, *operation.refusals}
    if operation.body or operation.query or operation.headers:
        found.add(400)
    if operation.scope is not None:
        found |= {401, 403}
    if operation.variables:
        found.add(404)
    if operation.body:
        found.add(413)
    return frozenset(found)


class _Schemas:
    """The schemas of all bodies, those that are used twice under a name."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        wanted: list[tuple[Any, Literal["validation", "serialization"], TypeAdapter[Any]]] = [
            ("exception", "serialization", TypeAdapter(ExceptionBody)),
            ("problem", "serialization", TypeAdapter(Problem)),
        ]
        for operation in operations:
            if operation.body is not None:
                wanted.append(((operation.name, "body"), "validation", TypeAdapter(operation.body)))
            for status, kind in operation.answers.items():
                if kind is not None:
                    wanted.append(((operation.name, status), "serialization", TypeAdapter(kind)))
        self._schemas, found = TypeAdapter.json_schemas(wanted, ref_template=_REF)
        self.definitions: dict[str, Any] = found.get("$defs", {})

    def exception(self) -> dict[str, Any]:
        return self._schemas["exception", "serialization"]

    def problem(self) -> dict[str, Any]:
        return self._schemas["problem", "serialization"]

    def body(self, operation: Operation) -> dict[str, Any]:
        return self._schemas[(operation.name, "body"), "validation"]

    def answer(self, operation: Operation, status: int) -> dict[str, Any]:
        return self._schemas[(operation.name, status), "serialization"]


def _described(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": _responses(operation, schemas),
        "security": [] if operation.scope is None else [{"Bearer": []}],
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": operation.body_required,
            "content": {_JSON: {"schema": schemas.body(operation)}},
        }
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_ID},
        }
        for name in operation.variables
    ]
    if operation.query is not None:
        schema = operation.query.model_json_schema()
        found += [
            {"name": name, "in": "query", "required": False, "schema": _without_null(one)}
            for name, one in schema["properties"].items()
        ]
    found += [
        {
            "name": name,
            "in": "header",
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": longest},
        }
        for name, longest in operation.headers.items()
    ]
    return found


def _responses(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    own = {
        name: {"description": meaning, "required": False, "schema": {"type": "string"}}
        for name, meaning in operation.answer_headers.items()
    }
    found: dict[int, dict[str, Any]] = {}
    for status, kind in operation.answers.items():
        content = {} if kind is None else {_JSON: schemas.answer(operation, status)}
        found[status] = _response(status, content, own)
    for status in refusals(operation):
        content = {_JSON: schemas.exception()}
        if status == 401:
            content = {"text/plain": {"type": "string", "const": "Unauthorized"}}
        found[status] = _response(status, content, own if status == 429 else {})
    found[400] = _response(
        400, {_PROBLEM: schemas.problem()} | ({_JSON: schemas.exception()} if 400 in found else {}), {}
    )
    return {str(status): found[status] for status in sorted(found)}


def _response(status: int, content: dict[str, Any], headers: dict[str, Any]) -> dict[str, Any]:
    own_id = {
        "description": "The answer's own id.",
        "required": status != 400,  # the server's own refusals have none
        "schema": {"type": "string", "format": "uuid"},
    }
    response: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "headers": {"x-trifacta-request-id": own_id, **headers},
    }
    if content:
        response["content"] = {kind: {"schema": schema} for kind, schema in content.items()}
    return response


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Of what may be left out: a query has no way to write null."""
    wanted = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(wanted) != 1:
        return schema
    return {**{key: one for key, one in schema.items() if key not in {"anyOf", "default"}}, **wanted[0]}
