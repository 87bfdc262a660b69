"""A recipe: what a job runs, by name: the process that runs it imports it, and no other needs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Flow:
    """What recipes belong to; a page's address begins with it: `/flows/1`."""

    id: int
    """What a request names."""
    name: str
    """What a person sees."""


@dataclass(frozen=True, slots=True)
class Step:
    """One job of a job group."""

    type: Literal["wrangle", "profile"]
    """What the platform calls a job that does this."""
    function: str
    """`module:function`: called in the worker with a `Run`."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Steps that run one after the other; the first that fails ends it."""

    id: int
    """What a request names as `wrangledDataset.id`."""
    name: str
    """What a person sees."""
    steps: tuple[Step, ...]
    """One or more."""
    flow: Flow = Flow(1, "Orders")
    """What it belongs to."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """The run parameters that it knows, with what each is where a request does not say."""


RECIPES: Final[Mapping[int, Recipe]] = MappingProxyType(
    {
        4: Recipe(
            4,
            "Clean the orders",
            (
                Step("wrangle", "hookproof_receiver.platform.orders.recipe:wrangle"),
                Step("profile", "hookproof_receiver.platform.orders.recipe:profile"),
            ),
            parameters=MappingProxyType({"region": "all", "rows": "10000", "seed": "4"}),
        )
    }
)
"""Those that ship, by id."""
