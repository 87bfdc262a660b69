"""Recipes of one's own: functions, declared where they are written.

    from hookproof_receiver.platform import Flow, Run, recipe

    SHOP = Flow(2, "Shop exports")

    @recipe(id=7, flow=SHOP, name="Count the stock", parameters={"branch": "all"})
    def count(run: Run) -> None:
        ...
        run.wrote("stock.csv", rows=812)

The settings name the module, `recipes = ["shop_recipes"]` under `[receiver]`; that of `--app` is
imported anyway. A job runs the function in a process of its own, which imports the module again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from hookproof.errors import BadConfiguration

from .recipes import RECIPES, Flow, Recipe, Step
from .run import Run

_F = TypeVar("_F", bound=Callable[[Run], None])
_DECLARED: dict[int, Recipe] = {}


def recipe(
    *,
    id: int,
    flow: Flow,
    name: str,
    parameters: Mapping[str, str] | None = None,
    profile: Callable[[Run], None] | None = None,
) -> Callable[[_F], _F]:
    """Declare a function as a recipe.

    Args:
        id: what a request names as `wrangledDataset.id`; 4, the one that ships, may be taken over.
        flow: what it belongs to.
        name: what a person sees.
        parameters: the run parameters that it knows, with what each is where a request does not say.
        profile: runs after it, as a job of its own, and writes `profile.json`.

    Raises:
        BadConfiguration: the id is taken, or a worker could not import the function.
    """

    def declare(function: _F) -> _F:
        steps = [Step("wrangle", _name_of(function))]
        if profile is not None:
            steps.append(Step("profile", _name_of(profile)))
        made = Recipe(id, name, tuple(steps), flow, MappingProxyType(dict(parameters or {})))
        there = _DECLARED.get(id)
        if there is not None and there.steps != made.steps:
            raise BadConfiguration(
                f"recipe {id} is declared twice, by {there.steps[0].function} and "
                f"{made.steps[0].function}: give one of them another id"
            )
        _DECLARED[id] = made
        return function

    if id < 1:
        raise BadConfiguration(f"the id of recipe {name!r} has to be 1 or more, not {id}")
    return declare


def all_recipes() -> Mapping[int, Recipe]:
    """Those that ship and those that were declared up to now, by id.

    Raises:
        BadConfiguration: two flows of one id have different names.
    """
    recipes = {**RECIPES, **_DECLARED}
    names: dict[int, str] = {}
    for one in recipes.values():
        name = names.setdefault(one.flow.id, one.flow.name)
        if name != one.flow.name:
            raise BadConfiguration(
                f"flow {one.flow.id} is called both {name!r} and {one.flow.name!r}: "
                "give one of them another id"
            )
    return MappingProxyType(dict(sorted(recipes.items())))


def _name_of(function: Callable[..., object]) -> str:
    module, name = function.__module__, function.__qualname__
    if module == "__main__" or not name.isidentifier():
        raise BadConfiguration(
            f"{name} cannot be a recipe: a worker has to import it, so it has to be a function of a "
            "module, and not of the program that was started"
        )
    return f"{module}:{name}"
