"""A recipe: what a job runs, by name, so that the process that serves HTTP never imports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Step:
    """One job of a job group."""

    type: Literal["wrangle", "profile"]
    """What the platform calls a job that does this."""
    function: str
    """`module:function`: called in the worker with the folder to write into (a `pathlib.Path`)."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Steps that run one after the other; the first that fails ends it."""

    id: int
    """What a request names as `wrangledDataset.id`."""
    name: str
    """What a person sees."""
    steps: tuple[Step, ...]
    """One or more."""


RECIPES: Final[Mapping[int, Recipe]] = MappingProxyType(
    {
        4: Recipe(
            4,
            "Clean the orders",
            (
                Step("wrangle", "hookproof_receiver.platform.orders.recipe:wrangle"),
                Step("profile", "hookproof_receiver.platform.orders.recipe:profile"),
            ),
        )
    }
)
"""Those that ship, by id."""
