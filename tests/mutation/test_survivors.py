"""The list of changes that no test notices: whether it fits the code, and how a run is held to it."""

from __future__ import annotations

import importlib
import inspect

import pytest
from tests.mutation.survivors import LIST, Mutant, complaints, explained, function_of, mutant_of

EXPLAINED = explained(LIST.read_text(encoding="utf-8"))
ONE = Mutant("hookproof.keys.as_secrets", "return ring", "return None")


def _source(function: str) -> str:
    """The source of a function or method."""
    module_name, _, name = function.rpartition(".")
    try:
        owner = importlib.import_module(module_name)
    except ModuleNotFoundError:
        module_name, _, class_name = module_name.rpartition(".")
        owner = getattr(importlib.import_module(module_name), class_name)
    return inspect.getsource(getattr(owner, name))


@pytest.mark.parametrize(
    "mutant", [pytest.param(one, id=f"{one.function}: {one.becomes}") for one in EXPLAINED]
)
def test_what_is_explained_stands_in_the_code_and_says_why(mutant: Mutant) -> None:
    source = " ".join(line.strip() for line in _source(mutant.function).splitlines())

    assert mutant.was in source
    assert len(EXPLAINED[mutant]) > 20


def test_a_mutant_stands_in_the_list_once() -> None:
    entry = '[[survivor]]\nfunction = "f"\nwas = "a"\nbecomes = "b"\nwhy = "c"\n'

    assert {Mutant("f", "a", "b"): "c"} == explained(entry)
    with pytest.raises(ValueError, match="twice"):
        explained(entry * 2)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        pytest.param("hookproof.keys.x__states__mutmut_3", "hookproof.keys._states", id="function"),
        pytest.param(
            "hookproof.keys.xǁSecretǁ__init____mutmut_1", "hookproof.keys.Secret.__init__", id="method"
        ),
    ],
)
def test_a_function_is_told_by_the_name_of_its_mutants(name: str, function: str) -> None:
    assert function == function_of(name)


def test_a_mutant_is_told_by_the_text_that_changes() -> None:
    diff = (
        "# hookproof.keys.x_as_secrets__mutmut_9: survived\n--- a.py\n+++ a.py\n@@ -1,3 +1,3 @@\n"
        " def as_secrets():\n-    return ring\n+    return None\n"
    )

    assert ONE == mutant_of("hookproof.keys.x_as_secrets__mutmut_9", diff)


def test_a_run_is_held_to_the_list_in_both_directions() -> None:
    assert [] == complaints([ONE], {ONE: "because"})
    assert ["no test notices, in hookproof.keys.as_secrets:\n  - return ring\n  + return None"] == (
        complaints([ONE], {})
    )
    (stale,) = complaints([], {ONE: "because"})
    assert stale.startswith("in the list, and noticed or gone, in hookproof.keys.as_secrets:")
