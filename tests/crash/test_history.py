"""The checker finds what is lost, doubled, invented or mixed up, and nothing where all is well."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.crash.history import History, Request, Row, problems

GOOD = History(
    begun=frozenset({"a", "b", "never"}),
    recorded=frozenset({"a", "b"}),
    told={"a": "delivered", "b": "unknown"},
    outbox=(Row("a", "delivered", "guid-a", 3), Row("b", "unknown", "guid-b", 0)),
    requests=(Request("a", None, None), Request("a", "guid-a", 201), Request("b", None, None)),
    effects=("a",),
)


def test_nothing_is_wrong_where_nothing_is() -> None:
    assert [] == problems(GOOD)


def test_a_message_without_retries_may_have_had_its_effect_or_not() -> None:
    assert [] == problems(replace(GOOD, effects=("a", "b")))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param(
            {"recorded": frozenset({"a", "b", "never"})},
            "lost: never was recorded, and is not in the outbox",
            id="a record that is gone",
        ),
        pytest.param(
            {"outbox": (Row("a", "delivered", "guid-a", 3), Row("b", "pending", "guid-b", 0))},
            "lost: b is still pending",
            id="a message that nobody takes",
        ),
        pytest.param(
            {"outbox": (Row("a", "unknown", "guid-a", 3), GOOD.outbox[1]), "told": {}},
            "lost: a had retries, and ended as unknown",
            id="a message that was given up",
        ),
        pytest.param(
            {"outbox": (GOOD.outbox[0], Row("b", "delivered", "guid-b", 0))},
            "lost: b counts as delivered, and had no effect",
            id="delivered and no effect",
        ),
        pytest.param(
            {"requests": (*GOOD.requests, Request("b", "guid-b", 200))},
            "lost: b was acknowledged, and had no effect",
            id="acknowledged and no effect",
        ),
        pytest.param(
            {"told": {"b": "delivered"}},
            "lost: b was called delivered, and is not so on record",
            id="called delivered before that was on record",
        ),
        pytest.param({"effects": ("a", "a")}, "doubled: a had 2 effects", id="an effect twice"),
        pytest.param(
            {"outbox": (*GOOD.outbox, GOOD.outbox[1])},
            "doubled: b is in the outbox 2 times",
            id="a record twice",
        ),
        pytest.param(
            {"begun": frozenset({"a"})},
            "invented: nobody set out to record b",
            id="a record of nothing",
        ),
        pytest.param(
            {"effects": ("a", "never")},
            "invented: never was sent, and is not on record",
            id="sent before it was recorded",
        ),
        pytest.param(
            {"requests": (*GOOD.requests, Request("a", "guid-b", 200))},
            "mixed up: a came with a GUID of another message",
            id="the GUID of another message",
        ),
        pytest.param(
            {"requests": (*GOOD.requests, Request("b", None, None))},
            "mixed up: b came 2 times without its GUID",
            id="a retry without its GUID",
        ),
    ],
)
def test_what_must_not_be_is_named(change: dict[str, Any], found: str) -> None:
    assert [found] == problems(replace(GOOD, **change))
