"""Reading a request as its operation declares it, with everything that is wrong in it said at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from pydantic import ValidationError

from .operation import Operation, Wanted
from .refusal import Refusal


def read_body(operation: Operation, content_type: str, body: bytes) -> Wanted | None:
    """The body; None where none is due.

    Args:
        operation: says what is due.
        content_type: its media type, without parameters.
        body: its bytes.

    Raises:
        Refusal: 400 `ApiValidationFailed`. It names what is wrong, and holds nothing of what was sent.
    """
    if operation.body is None or (not body and not operation.body_required):
        return None
    if content_type != "application/json":
        refuse("the header Content-Type has to be application/json")
    return _checked(operation.body, _object(body), strict=True)


def read_query(operation: Operation, given: Mapping[str, Sequence[str]]) -> Wanted | None:
    """What stands after the `?`; None where the operation asks for nothing there.

    Args:
        operation: says what may stand there.
        given: the values of each name.

    Raises:
        Refusal: 400 `ApiValidationFailed`.
    """
    if operation.query is None:
        return None
    names = operation.query.model_fields
    twice = [name for name, values in given.items() if name in names and len(values) > 1]
    if twice:
        refuse("; ".join(f'"{name}" is there more than once' for name in twice))
    return _checked(
        operation.query,
        {name: values[0] for name, values in given.items() if name in names},
        strict=False,
    )


def read_headers(operation: Operation, given: Mapping[str, str]) -> dict[str, str]:
    """The headers that the operation reads.

    Args:
        operation: says which.
        given: all of them, by any spelling.

    Raises:
        Refusal: 400 `ApiValidationFailed`: one is empty or too long.
    """
    found = {name: given[name] for name in operation.headers if name in given}
    problems = [
        f'"{name}" must have 1 to {operation.headers[name]} characters'
        for name, value in found.items()
        if not 1 <= len(value) <= operation.headers[name]
    ]
    if problems:
        refuse("; ".join(problems))
    return found


def refuse(details: str) -> NoReturn:
    """Raise the 400 for a request that has not the form that it needs."""
    raise Refusal(400, "ApiValidationFailed", "The request is not valid.", details)


def _checked(model: type[Wanted], content: dict[str, Any], *, strict: bool) -> Wanted:
    try:
        return model.model_validate(content, strict=strict)
    except ValidationError as wrong:
        # Of pydantic's own account only what cannot hold a value: a secret may be among those.
        problems = wrong.errors(include_url=False, include_context=False, include_input=False)
    refuse("; ".join(_sentence(one["loc"], one["type"], one["msg"]) for one in problems))


def _sentence(place: tuple[int | str, ...], kind: str, message: str) -> str:
    name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    if kind == "missing":
        return f'"{name[1:]}" is required'
    return f'"{name[1:]}": {message[:1].lower()}{message[1:]}'


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        refuse("the body is not JSON in UTF-8")
    if not isinstance(value, dict):
        refuse("the body must be a JSON object")
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
