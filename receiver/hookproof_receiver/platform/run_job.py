"""A request to run a recipe, as the service takes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .job_shapes import RunJobBody
from .reading import refuse


@dataclass(frozen=True, slots=True)
class RunJob:
    """A request to run a recipe."""

    recipe_id: int
    """`wrangledDataset.id`."""
    ran_from: str = "api"
    """`ranfrom`."""
    execution_id: str | None = None
    """The header `x-execution-id`: the same one again runs nothing. None where there is none."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """`runParameters.overrides.data`, by key, each value as text."""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    """As sent; may hold secrets."""

    @classmethod
    def of(cls, body: RunJobBody, execution_id: str | None) -> RunJob:
        """What came over HTTP.

        Raises:
            Refusal: 400 `ApiValidationFailed`: a parameter is there twice.
        """
        return cls(
            body.wrangledDataset.id,
            body.ranfrom,
            execution_id,
            parameters_of(body),
            body.overrides,
        )


def parameters_of(body: RunJobBody) -> dict[str, str]:
    """The run parameters, each value as text: `4` and `true` as JSON has them."""
    found: dict[str, str] = {}
    overrides = body.runParameters.overrides
    for one in overrides.data if overrides else ():
        if one.key in found:
            refuse(f'"runParameters": the key {one.key!r} is there twice')
        found[one.key] = one.value if isinstance(one.value, str) else json.dumps(one.value)
    return found
