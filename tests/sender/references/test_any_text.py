"""Whatever text and values there are."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hookproof_sender.references import BadReference, holds_references, parse

PIECES = [
    "{{", "}}", "{%", "{#", "{{-", "-}}", "$plan", ".name", "['a b']", '["x"]', "[0]", "|dump", "\\",
    "|humanizeDuration", " ", "\n", '"', "'", "a", "{", "}", "$", "{{$plan.name}}", "{{'{{'}}",
    ":", ",",
]  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)
METADATA = st.dictionaries(st.sampled_from(["plan", "http_zj"]), VALUES)


@pytest.mark.rule("P-REF-3", "P-REF-11")
@given(text=TEXTS, metadata=METADATA, escape=st.sampled_from(["json", "none"]))
def test_any_text_is_rendered_or_refused_as_a_bad_reference(text, metadata, escape):
    place = (1, 1)
    try:
        parse(text).render(metadata, escape=escape)
    except BadReference as wrong:
        place = (wrong.line, wrong.column)
    assert min(place) >= 1


@pytest.mark.rule("P-REF-3")
@given(text=TEXTS)
@example(text="}} {")
def test_a_text_in_which_nothing_opens_is_unchanged(text):
    if not holds_references(text):
        assert text == parse(text).render({"plan": {"name": "x"}}).text


@st.composite
def templates(draw):
    """JSON with references in strings, in keys and in the place of values, as somebody writes it."""
    reference = st.sampled_from(["{{$v}}", "{{ $v }}", "{{$w.x[0]}}", "{{$v|dump}}"])
    string = st.lists(st.text(max_size=4).map(lambda text: json.dumps(text)[1:-1]) | reference)
    quoted = string.map(lambda pieces: '"' + "".join(pieces) + '"').filter(
        lambda text: not holds_references(text.replace("{{$", "").replace("{{ $", ""))
    )
    value = st.recursive(
        quoted | reference | st.sampled_from(["1", "true", "null", " -2.5e3 "]),
        lambda below: (
            st.lists(below, max_size=3).map(lambda all_: f"[{','.join(all_)}]")
            | st.lists(st.tuples(quoted, below), max_size=3).map(
                lambda pairs: "{ " + ",".join(f"{key}: {one}" for key, one in pairs) + " }"
            )
        ),
        max_leaves=8,
    )
    return draw(value)


@pytest.mark.rule("P-REF-5")
@given(template=templates(), value=VALUES, other=VALUES)
def test_a_json_body_stays_json_whatever_the_values_are(template, value, other):
    out = parse(template).render({"v": value, "w": {"x": [other]}}).text
    json.loads(out.encode(), parse_constant=lambda constant: pytest.fail(constant))


@pytest.mark.rule("P-REF-4", "P-REF-6")
@given(value=st.text(st.characters(codec="utf-8")), plain=st.text("ab }\n\\"))
@example(value="{{$v}}", plain="")
def test_a_text_is_written_once_and_as_it_is(value, plain):
    out = parse(f"{plain}{{{{$v}}}}{plain}").render({"v": value}, escape="none")
    assert (plain + value + plain, ()) == (out.text, out.unknown)
