"""How values get into a text."""

from __future__ import annotations

import json
import math

import pytest

from hookproof_sender.references import BadReference, parse
from hookproof_sender.references.filters import humanize_duration

NAME = 'Nightly "x"'
ARRAY = [1, "a", None, [2, 3], {"x": 1}]
METADATA = {
    "plan": {
        "name": 'Nightly "x"', "duration": 120_000, "n": None, "t": True, "f": False, "small": 1e-7,
        "large": 1e21, "whole": 1.0, "zero": -0.0, "arr": ARRAY,
        "o": {"a": 1}, "empty": "",
    },
    "flow_b7": {"My output": {"rowCount": 3}},
}  # fmt: skip

# Each was rendered by nunjucks 3.2.4, autoescape off, with the same metadata; and is so here.
AS_NUNJUCKS = [
    ("{{$plan.name}}", 'Nightly "x"'),
    ("{{ $plan . name }}", 'Nightly "x"'),
    ("a  {{- $plan.name -}}  b", 'aNightly "x"b'),
    ("{{$plan.n}}|{{$plan.t}}|{{$plan.f}}", "|true|false"),
    ("{{$plan.small}} {{$plan.large}} {{$plan.whole}} {{$plan.zero}}", "1e-7 1e+21 1 0"),
    ("{{$plan.arr}}", "1,a,,2,3,[object Object]"),
    ("{{$plan.o}}", "[object Object]"),
    ('{{$plan.arr[0]}}{{$plan.arr["1"]}}', "1a"),
    ("{{$flow_b7['My output'].rowCount}}", "3"),
    ('{{$plan["na\\me"]}}', 'Nightly "x"'),
    ("{{$plan.zz}}{{$plan.zz.yy}}{{$no.yy.x}}", ""),
    ("{{$plan.duration|humanizeDuration}}", "2 minutes"),
    ("{{ $plan.o | dump }}", '{"a":1}'),
    ("{{$plan.zz|dump}}", ""),
    ("{{$plan.n|dump}}", "null"),
    ("{{$plan.name|dump}}", '"Nightly \\"x\\""'),
    ("{{$plan.arr|dump}}", '[1,"a",null,[2,3],{"x":1}]'),
    ("{{$plan.name}}}", 'Nightly "x"}'),
    ("}}", "}}"),
    ("{{'{{'}}", "{{"),
    ("{{ $plan.name }}\n{{ $plan.name -}}\n\xa0x", 'Nightly "x"\nNightly "x"x'),
]


def written(text, metadata=METADATA, escape="none"):
    return parse(text).render(metadata, escape=escape).text


@pytest.mark.rule("P-REF-6", "P-REF-7")
@pytest.mark.parametrize(("text", "out"), AS_NUNJUCKS, ids=[text for text, _ in AS_NUNJUCKS])
def test_values_are_written_as_the_platforms_engine_writes_them(text, out):
    assert out == written(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"), (-5, "-5"), (2**60, "1152921504606846976"), (1.5, "1.5"), (-0.25, "-0.25"),
        (0.1, "0.1"), (1e-6, "0.000001"), (1.5e-7, "1.5e-7"),
        (123456789012345680000.0, "123456789012345680000"),
        (1e16, "10000000000000000"), (1.5e21, "1.5e+21"), (1e100, "1e+100"), (5e-324, "5e-324"),
        (math.inf, "Infinity"), (-math.inf, "-Infinity"), (math.nan, "NaN"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_javascript_writes_it(number, text):
    assert text == written("{{$v}}", {"v": number})


JSON = [
    ('{"a": "{{$plan.name}}"}', {"a": 'Nightly "x"'}),
    ('{"a": {{$plan.name}}}', {"a": 'Nightly "x"'}),
    ('{"a": "<{{$plan.o}}>"}', {"a": '<{"a":1}>'}),
    ('{"a": {{$plan.o}}}', {"a": {"a": 1}}),
    ('{"a": "{{$plan.arr}}"}', {"a": '[1,"a",null,[2,3],{"x":1}]'}),
    ('{"b": {{$plan.arr}}}', {"b": ARRAY}),
    ('{"a": {{$plan.duration}}, "b": "{{$plan.duration}}"}', {"a": 120_000, "b": "120000"}),
    ('{"a": {{$plan.t}}, "b": "{{$plan.f}}"}', {"a": True, "b": "false"}),
    ('{"a": {{$plan.n}}, "b": "{{$plan.n}}"}', {"a": None, "b": ""}),
    ('{"a": {{$plan.zz}}, "b": "{{$plan.zz}}"}', {"a": None, "b": ""}),
    ('{"a": {{$plan.name|dump}}, "b": "{{$plan.o|dump}}"}', {"a": 'Nightly "x"', "b": '{"a":1}'}),
    ('{"a": {{$plan.duration|humanizeDuration}}}', {"a": "2 minutes"}),
    ('{"a": "{{$plan.duration|humanizeDuration}}"}', {"a": "2 minutes"}),
    ('{"a": {{$plan.duration|humanizeDuration|dump}}}', {"a": "2 minutes"}),
    ('{"{{$plan.name}}": {{$plan.empty}}}', {'Nightly "x"': ""}),
    ('{"a\\"{{$plan.name}}\\\\{{$plan.name}}": "\\\\"}', {'a"Nightly "x"\\Nightly "x"': "\\"}),
    ('[{{$plan.t}}, "{", {{$plan.name}}, "\\"", "{{$plan.t}}"]', [True, "{", NAME, '"', "true"]),
    ('{{$plan.o}}', {"a": 1}),
    ('"{{\'{{\'}}{{$plan.name}}"', '{{Nightly "x"'),
]  # fmt: skip


@pytest.mark.rule("P-REF-5")
@pytest.mark.parametrize(("text", "document"), JSON, ids=[text for text, _ in JSON])
def test_in_json_a_value_stays_a_value(text, document):
    assert document == json.loads(written(text, escape="json"))


@pytest.mark.rule("P-REF-5")
@pytest.mark.parametrize(
    "value", ['"', "\\", "\n\r\t\0\x1f", "\u2028é🎉", "\ud800", 'a", "b": "c', "{{$v}}"]
)
@pytest.mark.parametrize("text", ['{"a": "{{$v}}"}', '{"a": {{$v}}}', '{"a": {{$v|dump}}}'])
def test_in_json_any_text_comes_out_as_it_was(text, value):
    assert {"a": value} == json.loads(written(text, {"v": value}, "json").encode())


@pytest.mark.rule("P-REF-5")
@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_a_number_that_json_does_not_have_is_null_as_in_javascript(number):
    assert [None, [None, {"a": None}]] == json.loads(
        written("[{{$v}}, {{$w|dump}}]", {"v": number, "w": [number, {"a": number}]}, "json")
    )


@pytest.mark.rule("P-REF-5")
@pytest.mark.parametrize("text", ['{"a": "\\{{$v}}"}', '["\\\\\\{{$v}}"]', '{"a": "{{$v}}\\{{$v}}"}'])
def test_in_json_a_backslash_does_not_swallow_the_start_of_a_value(text):
    with pytest.raises(BadReference, match="a backslash before a reference"):
        written(text, {"v": '"'}, "json")


def test_half_a_surrogate_pair_has_a_form_outside_of_json_too():
    assert "a\ufffdb" == written("{{$v}}", {"v": "a\ud800b"})


@pytest.mark.rule("P-REF-4")
@pytest.mark.parametrize("escape", ["json", "none"])
def test_a_value_that_looks_like_a_reference_stays_text(escape):
    metadata = {"plan": {"name": "{{$plan.id}} {% x %} {{", "id": 4}}
    out = parse('"{{$plan.name}} {{$plan.id}}"').render(metadata, escape=escape)
    assert ('"{{$plan.id}} {% x %} {{ 4"', ()) == (out.text, out.unknown)


@pytest.mark.rule("P-REF-7")
@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("{{$plan.nmae}}", "$plan.name"),
        ("{{$plan.Duration|dump}}", "$plan.duration"),
        ("{{$pln.name}}", "$plan.name"),
        ("{{$flow_b8['My output'].rowCount}}", "$flow_b7['My output'].rowCount"),
        ("{{$flow_b7['My otput'].rowCount}}", "$flow_b7['My output'].rowCount"),
        ("{{$plan.arr[7]}}", None),
        ("{{$plan.xyzzy}}", None),
        ("{{$plan.name.__class__}}", None),
        ("{{$nowhere.at.all}}", None),
    ],
)
def test_what_is_unknown_names_the_nearest_that_is_known(text, nearest):
    rendered = parse(f"a\n b{text}").render(METADATA)
    (unknown,) = rendered.unknown
    assert (2, 3, nearest) == (unknown.line, unknown.column, unknown.nearest)
    assert str(unknown).startswith(f"line 2, column 3: there is no {unknown.reference.name}")
    assert str(unknown).endswith(f"; did you mean {nearest}?" if nearest else unknown.reference.name)


@pytest.mark.rule("P-REF-7")
def test_each_place_of_an_unknown_name_is_told():
    unknown = parse("{{$a}}{{$plan.name}}{{$a}}").render(METADATA).unknown
    assert [1, 21] == [one.column for one in unknown]


@pytest.mark.rule("P-REF-2")
@pytest.mark.parametrize(
    "text",
    [
        "{{$plan.name.upper}}", "{{$plan.__class__}}", "{{$plan.arr.append}}", "{{$plan.arr.length}}",
        "{{$plan.keys}}", "{{$plan['__dict__']}}", "{{$plan.name[0]}}", "{{$plan.arr[99]}}",
        "{{$plan.arr['-1']}}", "{{$plan.arr['00']}}", "{{$plan.n.x}}", "{{$plan.duration.real}}",
        "{{$secret}}", "{{$odd.value}}", "{{$odd}}",
    ],
)  # fmt: skip
def test_nothing_but_names_and_indexes_leads_anywhere(text):
    rendered = parse(text).render(METADATA | {"odd": object()})
    assert ("null", 1) == (rendered.text, len(rendered.unknown))


def test_an_index_finds_a_name_made_of_digits():
    assert "a" == written("{{$v[4]}}", {"v": {"4": "a"}})


@pytest.mark.rule("P-REF-9")
@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [  # as humanize-duration 3.35.1 has them
        (0, "0 seconds"), (1, "0.001 seconds"), (500, "0.5 seconds"), (999, "0.999 seconds"),
        (1000, "1 second"), (1500, "1.5 seconds"), (1001, "1.001 seconds"), (60_000, "1 minute"),
        (61_000, "1 minute, 1 second"), (90_000, "1 minute, 30 seconds"), (3_600_000, "1 hour"),
        (3_661_000, "1 hour, 1 minute, 1 second"), (86_400_000, "1 day"), (604_800_000, "1 week"),
        (90_061_001, "1 day, 1 hour, 1 minute, 1.001 seconds"), (2_629_800_000, "1 month"),
        (31_557_600_000, "1 year"), (-5000, "5 seconds"), (1234.5, "1.2345 seconds"),
        (0.5, "0.0005 seconds"),
        (10**12, "31 years, 8 months, 1 week, 19 hours, 46 minutes, 40 seconds"),
    ],
)  # fmt: skip
def test_a_duration_in_words(milliseconds, words):
    assert words == humanize_duration(milliseconds)


@pytest.mark.rule("P-REF-9")
def test_a_duration_beyond_any_float_is_in_words_too():
    """An answer's JSON may hold any whole number."""
    assert f"{10**400} years" == humanize_duration(31_557_600_000 * 10**400)


@pytest.mark.rule("P-REF-9")
@pytest.mark.parametrize("value", ["120000", None, True, [], {}, math.nan, math.inf])
def test_what_is_no_duration_leaves_nothing_and_is_told(value):
    rendered = parse('["{{$v|humanizeDuration}}", {{$v|humanizeDuration}}]').render({"v": value})
    assert ["", None] == json.loads(rendered.text)
    assert ["humanizeDuration takes a number of milliseconds, and $v is none"] * 2 == [
        one.sentence for one in rendered.unknown
    ]


@pytest.mark.rule("P-REF-11")
def test_what_is_nested_too_deep_is_refused():
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    for text, escape in ("{{$v}}", "json"), ("{{$v|dump}}", "json"), ("{{$v}}", "none"):
        with pytest.raises(BadReference, match="it is nested too deep"):
            written(text, {"v": deep}, escape)
    while deep:  # or freeing it is nested as deep
        deep = deep.pop()  # type: ignore[assignment]  # a list in a list, to the innermost


@pytest.mark.rule("P-REF-11")
def test_values_do_not_multiply_without_bound():
    with pytest.raises(BadReference, match="longer than 16777216 characters"):
        written("{{$v}}" * 17, {"v": "x" * 1024**2})
    assert 16 * 1024**2 == len(written("{{$v}}" * 16, {"v": "x" * 1024**2}))


@pytest.mark.rule("P-REF-11")
def test_ten_thousand_unknown_names_are_told_without_comparing_each_with_all():
    text = "".join(f"{{{{$plan.name{n}}}}}" for n in range(10_000))
    metadata = {"plan": {f"nome{n}": n for n in range(10_000)}}
    assert 10_000 == len(parse(text).render(metadata).unknown)
