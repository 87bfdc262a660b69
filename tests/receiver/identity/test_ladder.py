"""The ladder, case by case: what is on record, what is asked, what is decided."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import pytest
from tests.receiver.identity.cases import CASES, DONE, PLAIN, asked, known

from hookproof_receiver.identity import (
    FINISHED,
    Asked,
    Decision,
    Found,
    State,
    decide,
    wants_link,
)
from hookproof_receiver.inbox import Endpoint


def binds(decision: Decision) -> str:
    parts = {
        "key": decision.binds_key,
        "signature": decision.binds_signature,
        "guid": decision.binds_guid,
    }
    return " ".join(name for name, bound in parts.items() if bound)


@pytest.mark.parametrize(("request_", "found", "endpoint", "expected"), CASES)
def test_the_ladder(
    request_: Asked, found: Found, endpoint: Endpoint, expected: tuple[object, ...]
) -> None:
    decision = decide(request_, found, endpoint)

    assert expected == (
        decision.rule,
        decision.verdict,
        binds(decision),
        " ".join(decision.flags),
        decision.adopts,
    )
    parts = (found.by_key, found.by_signature, found.by_guid, found.link, None)
    assert decision.known is (None if decision.rule is None else parts[decision.rule])


def test_what_is_finished() -> None:
    assert {"done", "rejected", "kept"} == FINISHED


STATES = [
    pytest.param(
        rule, state, promised, stale, id=f"{rule} {state}{' promised' * promised}{' stale' * stale}"
    )
    for rule, state, promised, stale in product(range(4), get_args(State), (False, True), (False, True))
    if not (rule == 3 and stale)  # such a request is never linked
]


@pytest.mark.parametrize(("rule", "state", "promised", "stale"), STATES)
def test_what_is_done_depends_on_the_state_alone(
    rule: int, state: State, promised: bool, stale: bool
) -> None:
    """Whichever rule found the message."""
    message = known(state, promised=promised)
    found = Found(**{("by_key", "by_signature", "by_guid", "link")[rule]: message})
    request = asked(field="k" if rule == 0 else None, guid="g", stale=stale)
    expected = (
        "answered"
        if state in FINISHED
        else "promised"
        if promised
        else "wait"
        if state == "running"
        else "stale"
        if stale
        else "again"
    )

    decision = decide(request, found, PLAIN)

    assert (rule, expected, message) == (decision.rule, decision.verdict, decision.known)


@pytest.mark.parametrize(
    ("request_", "found", "link", "expected"),
    [
        pytest.param(asked(guid="g"), Found(), "any", True, id="a new GUID"),
        pytest.param(asked(guid="g"), Found(), "failed", True, id="a new GUID, failed only"),
        pytest.param(asked(guid="g"), Found(), "off", False, id="switched off"),
        pytest.param(asked(), Found(), "any", False, id="no GUID"),
        pytest.param(asked(guid="g", stale=True), Found(), "any", False, id="stale"),
        pytest.param(asked(guid="g", field="k"), Found(), "any", False, id="a signed key"),
        pytest.param(asked(guid="g", id="i"), Found(), "any", False, id="a signed id"),
        pytest.param(asked(guid="g"), Found(by_guid=DONE), "any", False, id="a known GUID"),
        pytest.param(asked(guid="g"), Found(by_signature=DONE), "any", False, id="seen bytes"),
    ],
)
def test_rule_three_is_reached_by_a_fresh_request_with_a_new_guid(
    request_: Asked, found: Found, link: Any, expected: bool
) -> None:
    assert expected is wants_link(request_, found, Endpoint("/hooks", link=link))


def test_what_the_endpoint_names_goes_before_what_the_scheme_signs() -> None:
    assert ("field", "id", None) == (
        asked(field="field", id="id").key,
        asked(id="id").key,
        asked().key,
    )
