"""What is sent every day is read at once: no whole grammar, no look through all headers."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest
from tests.shared.test_any_input import QUICK
from tests.shared.vectors.form import FORMS, Form, Pairs
from tests.shared.vectors.vector import NOW

from hookproof.schemes import by_name

WITH_QUICK_PATH = [pytest.param(form, id=form.name) for form in FORMS if form.name in QUICK]
SLOW = ("_read_elements", "_read_all", "read_elements", "every", "one")


def _called(form: Form, pairs: Pairs) -> set[str]:
    """Which of the slow functions are called to read these headers."""
    called = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            called.add(frame.f_code.co_name.removeprefix("x_").partition("__mutmut")[0])

    scheme, headers, before = by_name(form.name), dict(pairs), sys.getprofile()
    sys.setprofile(note)
    try:
        scheme.read(headers)
    finally:
        sys.setprofile(before)
    return called & set(SLOW)


@pytest.mark.parametrize("form", WITH_QUICK_PATH)
def test_the_first_and_the_last_time_of_the_usual_length_are_read_at_once(form: Form) -> None:
    digits = 13 if form.per_second == 1000 else 10
    for t in ("1" + "0" * (digits - 1), form.t, "9" * digits):
        assert set() == _called(form, form.request(t))


@pytest.mark.parametrize("form", WITH_QUICK_PATH)
@pytest.mark.parametrize(
    "shape", [pytest.param(dict, id="read at once"), pytest.param(list, id="by the whole grammar")]
)
def test_a_time_is_read_to_the_nanosecond(form: Form, shape: Any) -> None:
    signed_ns, _, _ = by_name(form.name).read(shape(form.request(form.at(NOW))))

    assert NOW * 1_000_000 == signed_ns


@pytest.mark.parametrize("form", WITH_QUICK_PATH)
def test_a_time_of_another_length_is_left_to_the_whole_grammar(form: Form) -> None:
    t = form.t[:-1] if form.per_second == 1 else form.t[:10]

    assert _called(form, form.request(t)) & {"_read_elements", "_read_all"}
