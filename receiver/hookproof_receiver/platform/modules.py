"""The modules that the settings name for their recipes."""

from __future__ import annotations

from collections.abc import Iterable

from hookproof.errors import BadConfiguration
from hookproof_runtime.named_objects import named_module

from .declaring import all_recipes


def declare_recipes(modules: Iterable[str]) -> list[str]:
    """Import them, so that what they declare is known; what is wrong with them, a line for each.

    Args:
        modules: by name; the working directory is searched first.
    """
    problems = []
    for module in modules:
        try:
            named_module(module)
        except BadConfiguration as wrong:
            problems.append(f"receiver.recipes of the settings: {wrong}")
    try:
        all_recipes()
    except BadConfiguration as wrong:
        problems.append(str(wrong))
    return problems
