"""Requests to run a recipe, and a flow, as the service takes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from .flow_shapes import RunFlowBody
from .job_shapes import RunJobBody, RunParameters
from .reading import refuse
from .webhooks.shapes import NO_OVERRIDES, JobOverrides


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
    overrides: JobOverrides = NO_OVERRIDES
    """What is to be other than its flow has it; may hold secrets."""

    @classmethod
    def of(cls, body: RunJobBody, execution_id: str | None) -> RunJob:
        """What came over HTTP.

        Raises:
            Refusal: 400 `ApiValidationFailed`: a parameter is there twice.
        """
        parameters = _values(body.runParameters)
        return cls(body.wrangledDataset.id, body.ranfrom, execution_id, parameters, body.overrides)


@dataclass(frozen=True, slots=True)
class RunFlow:
    """A request to run all recipes of a flow; its fields mean what they mean for one recipe."""

    flow_id: int
    """Which."""
    execution_id: str | None = None
    """Of the whole."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """For each recipe that knows them."""
    overrides: JobOverrides = NO_OVERRIDES
    """For each of them."""

    @property
    def ran_from(self) -> str:
        """Of each of its job groups."""
        return "flow"

    @classmethod
    def of(cls, flow_id: int, body: RunFlowBody | None, execution_id: str | None) -> RunFlow:
        """What came over HTTP; the body may have been left out.

        Raises:
            Refusal: 400 `ApiValidationFailed`: a parameter is there twice.
        """
        if body is None:
            return cls(flow_id, execution_id)
        return cls(flow_id, execution_id, _values(body.runParameters), body.overrides)


def _values(parameters: RunParameters) -> dict[str, str]:
    """The run parameters, each value as text: `4` and `true` as JSON has them."""
    found: dict[str, str] = {}
    for one in parameters.overrides.data if parameters.overrides else ():
        if one.key in found:
            refuse('"runParameters": a key is there twice')
        found[one.key] = one.value if isinstance(one.value, str) else json.dumps(one.value)
    return found
