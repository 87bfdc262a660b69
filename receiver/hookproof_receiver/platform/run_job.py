"""Reading the request to run a job, with everything that is wrong in it said at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from .refusal import Refusal

LARGEST_ID = 2**53 - 1
"""The largest number that every JSON reader reads as it was written."""

_LONGEST_EXECUTION_ID = 256
_FLAGS = ("testMode", "forceCacheUpdate", "ignoreRecipeErrors")  # known, checked, without effect here


@dataclass(frozen=True, slots=True)
class RunJob:
    """A request to run a recipe."""

    recipe_id: int
    """`wrangledDataset.id`."""
    ran_from: str
    """`ranfrom`, or `api`."""
    execution_id: str | None
    """The header `x-execution-id`: the same one again runs nothing. None where there is none."""


def read_run_job(content_type: str, body: bytes, execution_id: str | None) -> RunJob:
    """Read a request.

    Args:
        content_type: its media type, without parameters.
        body: its bytes.
        execution_id: the header, None where it is missing.

    Raises:
        Refusal: 400 `ApiValidationFailed`; `overrides` are not looked into, as on the platform.
    """
    if content_type != "application/json":
        _fail("the header Content-Type has to be application/json")
    request = _object(body)
    problems = [
        *_dataset_problems(request.get("wrangledDataset")),
        *_parameter_problems(request.get("runParameters", {})),
        *(
            f'"{key}" must be a boolean'
            for key in _FLAGS
            if not isinstance(request.get(key, True), bool)
        ),
    ]
    if not isinstance(request.get("overrides", {}), dict):
        problems.append('"overrides" must be an object')
    ran_from = request.get("ranfrom", "api")
    if not isinstance(ran_from, str) or not ran_from.isascii() or not 1 <= len(ran_from) <= 64:
        problems.append('"ranfrom" must be a string of 1 to 64 ASCII characters')
    if execution_id is not None and not 1 <= len(execution_id) <= _LONGEST_EXECUTION_ID:
        problems.append(f'"x-execution-id" must have 1 to {_LONGEST_EXECUTION_ID} characters')
    if problems:
        _fail("; ".join(problems))
    return RunJob(request["wrangledDataset"]["id"], ran_from, execution_id)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        _fail("the body is not JSON in UTF-8")
    if not isinstance(value, dict):
        _fail("the body must be a JSON object")
    return value


def _dataset_problems(dataset: Any) -> list[str]:
    if dataset is None:
        return ['"wrangledDataset" is required']
    if not isinstance(dataset, dict):
        return ['"wrangledDataset" must be an object']
    if "id" not in dataset:
        return ['"wrangledDataset.id" is required']
    number = dataset["id"]
    if type(number) is not int or not 1 <= number <= LARGEST_ID:
        return ['"wrangledDataset.id" must be a positive integer']
    return []


def _parameter_problems(parameters: Any) -> list[str]:
    match parameters:
        case {"overrides": {"data": list(entries)}}:
            if all(_is_pair(entry) for entry in entries):
                return []
        case {} if not parameters:
            return []
    return ['"runParameters" must be {"overrides": {"data": [{"key": …, "value": …}]}}']


def _is_pair(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("key"), str) and "value" in entry


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _fail(details: str) -> NoReturn:
    raise Refusal(400, "ApiValidationFailed", "The request is not valid.", details)
