"""What is a reference, what is plain text, and what is neither."""

from __future__ import annotations

import time

import pytest

from hookproof_sender.references import BadReference, parse


def names(text):
    return [reference.name for reference in parse(text).references]


@pytest.mark.rule("P-REF-2")
@pytest.mark.parametrize(
    ("text", "root", "path", "filters"),
    [
        ("{{$plan.name}}", "plan", ("name",), ()),
        ("{{$plan}}", "plan", (), ()),
        ("{{ $plan . name }}", "plan", ("name",), ()),
        ("{{\n$plan\t.\nname\xa0}}", "plan", ("name",), ()),
        ("{{-$plan.name-}}", "plan", ("name",), ()),
        ("{{$plan['name']}}", "plan", ("name",), ()),
        ('{{$plan["name"]}}', "plan", ("name",), ()),
        ("{{$flow_b7['My output'].rowCount}}", "flow_b7", ("My output", "rowCount"), ()),
        ("{{$flow_b7['It\\'s \\\"a\\\" \\\\ b\\n']}}", "flow_b7", ('It\'s "a" \\ b\n',), ()),
        ("{{$flow_b7[ 'a}}b' ]}}", "flow_b7", ("a}}b",), ()),
        ("{{$flow_b7['']}}", "flow_b7", ("",), ()),
        ("{{$flow_b7['größe'].Größe}}", "flow_b7", ("größe", "Größe"), ()),
        (
            "{{$http_zj.response.json.items[0].id}}",
            "http_zj",
            ("response", "json", "items", 0, "id"),
            (),
        ),
        ("{{$http_zj.response.json[ 12 ]['0']}}", "http_zj", ("response", "json", 12, "0"), ()),
        ("{{$plan.duration|humanizeDuration}}", "plan", ("duration",), ("humanizeDuration",)),
        ("{{ $plan | dump | dump }}", "plan", (), ("dump", "dump")),
        ("{{$plan._a1}}", "plan", ("_a1",), ()),
        ("{{$plan.__class__}}", "plan", ("__class__",), ()),
    ],
)
def test_a_reference_is_a_path_and_its_filters(text, root, path, filters):
    (reference,) = parse(text).references
    assert (root, path, filters, text) == (
        reference.root,
        reference.path,
        reference.filters,
        reference.source,
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{{$plan['name']}}", "$plan.name"),
        ("{{$flow_b7['My output'][3].x}}", "$flow_b7['My output'][3].x"),
        ('{{$flow_b7["It\'s"]}}', "$flow_b7['It\\'s']"),
    ],
)
def test_a_reference_has_one_spelling_that_is_itself_read_as_the_same(text, name):
    assert [name] == names(text)
    assert [name] == names(f"{{{{{name}}}}}")


def test_each_reference_knows_its_line_and_column():
    text = "é{{$a}}{{$b}}\n\n  {{$c}}\r\n{{\n$d}}{{$e}}"
    assert [("a", 1, 2), ("b", 1, 8), ("c", 3, 3), ("d", 4, 1), ("e", 5, 5)] == [
        (one.root, one.line, one.column) for one in parse(text).references
    ]


@pytest.mark.rule("P-REF-3")
@pytest.mark.parametrize(
    "text", ["", "}}", "{ {$plan.name} }", "a } } {", '{"a": {"b": {}}}', "%}", "#}", "$plan.name", "{"]
)
def test_all_else_is_plain_text(text):
    template = parse(text)
    assert ((), text) == (template.references, template.render({}, escape="none").text)


@pytest.mark.rule("P-REF-3")
@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{{'{{'}}", "{{"),
        ('a {{ "{%" }} b', "a {% b"),
        ("{{'{#'}}{{'\\''}}", "{#'"),
        ("{{'{{$plan.name}}'}}", "{{$plan.name}}"),
        ("a {{-'b'-}} c", "abc"),
    ],
)
def test_a_text_in_quotes_is_written_as_it_is(text, written):
    assert written == parse(text).render({"plan": {"name": "x"}}, escape="none").text


@pytest.mark.rule("P-REF-12")
@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a  {{- $v -}}  b", "a x b"),
        ("a \n\t\xa0{{- $v }} b", "a x  b"),
        ("a {{ $v -}}\r\n \n b", "a  x b"),
        ("  {{-$v-}}  {{-$v-}}  ", " x  x "),
        ("a{{-$v-}}b", "a x b"),
    ],
)
def test_a_hyphen_takes_away_the_blanks_beside_it_and_none_of_the_value(text, written):
    assert written == parse(text).render({"v": " x "}, escape="none").text


BAD = [
    ("{{", 3, "begins here and has no end"),
    ("{{-", 4, "begins here and has no end"),
    ("{{ $plan.name", 14, "no end: }} is missing"),
    ("{{$plan.name}", 13, "goes on with .name"),
    ("{{$plan.name {{$plan.id}}", 14, "goes on with .name"),
    ("{{}}", 3, "begins with $"),
    ("{{{$plan.name}}}", 3, "begins with $"),
    ("{{name}}", 3, "begins with $"),
    ("{{4}}", 3, "begins with $"),
    ("{{$}}", 4, "a name follows the $"),
    ("{{$4}}", 4, "a name follows the $"),
    ("{{$ plan}}", 4, "a name follows the $"),
    ("{{'a}}", 3, "this quote has no end"),
    ("{{'a'|dump}}", 6, "a text in quotes stands alone"),
    ("{{'a' + $plan.name}}", 7, "a text in quotes stands alone"),
    ("{{$plan.}}", 8, "a name follows the dot"),
    ("{{$plan..name}}", 8, "a name follows the dot"),
    ("{{$plan.0}}", 8, "a name follows the dot"),
    ("{{$plan[]}}", 8, "brackets hold"),
    ("{{$plan[name]}}", 8, "brackets hold"),
    ("{{$plan[-1]}}", 8, "brackets hold"),
    ("{{$plan['a]}}", 8, "brackets hold"),
    ("{{$plan[1234567890]}}", 8, "brackets hold"),
    ("{{$plan[٣]}}", 8, "brackets hold"),
    ("{{$plan|}}", 8, "a filter follows the bar"),
    ("{{$plan|safe}}", 8, "there is no such filter"),
    ("{{$plan|dump.name}}", 13, "a filter stands behind the whole path"),
    ("{{$plan|dump[0]}}", 13, "a filter stands behind the whole path"),
    ("{{$plan|dump(2)}}", 13, "calls nothing"),
    ("{{$plan.name()}}", 13, "calls nothing"),
    ("{{$plan.na-me}}", 11, "calculates nothing"),
    ("{{$plan.id + 1}}", 12, "calculates nothing"),
    ("{{$plan.id if 1}}", 12, "goes on with .name"),
    ("{% for i in x %}", 2, "takes {% for an instruction"),
    ("{# a #}", 2, "takes {# for a comment"),
    ("{{$plan.name}}{%", 16, "takes {% for an instruction"),
]


@pytest.mark.rule("P-REF-3")
@pytest.mark.parametrize(("text", "column", "word"), BAD, ids=[text for text, _, _ in BAD])
def test_what_is_no_reference_is_refused_with_its_place(text, column, word):
    with pytest.raises(BadReference) as refused:
        parse(f"canary\nx {text}")
    wrong = refused.value
    assert word in wrong.sentence
    assert (2, column + 2) == (wrong.line, wrong.column)
    assert str(wrong).startswith(f"line 2, column {column + 2}: {wrong.sentence}\n")
    source, caret = wrong.excerpt.splitlines()
    assert source.startswith("    {")
    assert caret == " " * (len(source) - (column <= len(text))) + "^"


@pytest.mark.rule("P-REF-3")
def test_an_error_shows_the_reference_up_to_its_place_and_nothing_else():
    with pytest.raises(BadReference) as refused:
        parse('{"token": "canary-1", "x": "{{$plan.name", "token": "canary-2"}')
    assert "canary" not in str(refused.value) + repr(refused.value)
    assert '    {{$plan.name"\n                ^' == refused.value.excerpt
    with pytest.raises(BadReference) as refused:
        parse("{{$plan" + ".abcd" * 12 + ".\x1b[31m\u202e")
    source, caret = refused.value.excerpt.splitlines()
    assert (True, True, True) == (source.isprintable(), len(source) <= 65, caret == " " * 64 + "^")


def test_neither_text_nor_value_stands_in_a_repr():
    template = parse("canary {{$plan.name}} canary")
    assert "canary" not in repr(template) + repr(template.render({"plan": {"name": "canary"}}))


MANY = 10**6
DEEP = 10**5
HOSTILE = {
    "{": "{" * MANY,
    "}": "}" * MANY,
    "{{": "{{" * MANY,
    "{ ": "{ " * MANY,
    "{}": "{}" * MANY,
    "{{-": "{{-" * MANY,
    "{#": "{#" * MANY,
    "{%": "{%" * MANY,
    "blanks": "{{" + " " * MANY,
    "blanks behind": "{{$plan" + " " * MANY,
    "blanks before a filter": "{{$plan" + (" " * 1000 + ".a") * 1000,
    "names": "{{$plan" + ".a" * DEEP + "}}",
    "names without end": "{{$plan" + ".a" * DEEP,
    "indexes": "{{$plan" + "[0]" * DEEP + "}}",
    "quoted names": "{{$plan" + "['a']" * DEEP + "}}",
    "filters": "{{$plan" + "|dump" * DEEP + "}}",
    "dots": "{{$plan" + "." * MANY,
    "brackets": "{{$plan" + "[" * MANY,
    "a quote": "{{$plan['" + "a" * MANY,
    "escapes": "{{$plan['" + "\\'" * MANY,
    "escapes alone": "{{'" + "\\a" * MANY,
    "digits": "{{$plan[" + "1" * MANY,
    "a long name": "{{$plan." + "a" * MANY,
    "hyphens": "{{$plan" + "-" * MANY,
    "a late error": "\n" * MANY + "{{",
}


@pytest.mark.rule("P-REF-11")
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_answered_at_once(text):
    began, said = time.process_time(), ""
    try:
        parse(text).render({"plan": {}})
    except BadReference as wrong:
        said = str(wrong)
    assert len(said) < 600
    # A tenth of a second on a quiet machine, and ten times that where others run too.
    assert time.process_time() - began < 1.0


@pytest.mark.rule("P-REF-11")
@pytest.mark.parametrize(
    ("good", "more", "word"),
    [
        ("{{$plan" + ".a" * 64, ".a", "at most 64 names and indexes"),
        ("{{$plan" + "[0]" * 64, "[0]", "at most 64 names and indexes"),
        ("{{$plan" + "|dump" * 8, "|dump", "at most 8 filters"),
    ],
)
def test_a_reference_is_bounded(good, more, word):
    parse(good + "}}")
    with pytest.raises(BadReference, match=word):
        parse(good + more + "}}")
