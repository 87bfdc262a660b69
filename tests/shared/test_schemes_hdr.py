"""The grammar of the headers, in every scheme but the platform's own, whose cases stand apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from tests.shared.vectors.form import OTHERS, Form, Pairs
from tests.shared.vectors.vector import BODY, as_bytes
from tests.shared.verdicts import verdict_in
from tests.work import work

KIB = 1024
OF_NAME = {form.name: form for form in OTHERS}
STRIPE, STANDARD = OF_NAME["stripe"], OF_NAME["standard-webhooks"]
LISTS = (STRIPE, STANDARD)
TIMED = tuple(form for form in OTHERS if form.per_second is not None)

Requests = Iterator[tuple[str | None, Pairs]]
BAD = "malformed_header"


def _raw(form: Form, *values: str) -> Requests:
    for value in values:
        yield BAD, form.raw(form.t, value)


def _good(form: Form) -> str:
    return form.elements(form.signature())


def _empty(form: Form) -> Requests:
    yield BAD, tuple((name, "") for name, _ in form.request())
    if form is not STRIPE:
        yield from _raw(form, "")


def _comma(form: Form) -> Requests:
    yield from _raw(form, ",")


def _no_separator(form: Form) -> Requests:
    good = _good(form)
    yield from _raw(form, form.signature(), good.replace("=", "", 1).replace(",", "", 1))


def _one_of_two(form: Form) -> Requests:
    if form is STRIPE:
        yield BAD, (("Stripe-Signature", f"t={form.t}"),)
        yield BAD, (("Stripe-Signature", _good(form)),)
        return
    request = form.request()
    for place in range(len(request)):
        yield "missing_header", request[:place] + request[place + 1 :]


def _twice(form: Form) -> Requests:
    if form is STRIPE:
        for value in (f"t={form.t},{_good(form)}", f"{_good(form)},t=1"):
            yield "duplicate_element", form.raw(form.t, value)
        return
    yield from _lines_twice(form)


def _lines_twice(form: Form) -> Requests:
    for name, value in form.request():
        yield "duplicate_header", (*form.request(), (name, value))
        yield "duplicate_header", ((name.upper(), "1"), *form.request())


def _unknown(form: Form) -> Requests:
    joint = "," if form is STRIPE else " "
    other = "v2=x" if form is STRIPE else "v2,x"
    yield None, form.raw(form.t, joint.join([other, _good(form), other]))


def _swapped(form: Form) -> Requests:
    (name, _), *_ = form.request()
    yield None, ((name, f"{_good(form)},t={form.t}"),)


def _spaces(form: Form) -> Requests:
    good = _good(form)
    yield from _raw(form, f"{good} ", f"{good}\t")
    if form is STRIPE:
        yield None, form.raw(form.t, f" {good}")
        yield BAD, form.raw(f"{form.t} ", good)
    else:
        yield from _raw(form, f" {good}", f"{good}  {good}")


def _trailing(form: Form) -> Requests:
    yield from _raw(form, f"{_good(form)},", f"{_good(form)}, ")


def _names(form: Form) -> Requests:
    good, m = _good(form), form.signature()
    yield from _raw(form, good.replace(m, "").upper() + m)


def _quotes(form: Form) -> Requests:
    m = form.signature()
    yield from _raw(form, f'"{_good(form)}"', form.elements(f'"{m}"'))


def _doubled(form: Form) -> Requests:
    m = form.signature()
    yield from _raw(form, form.elements(f"={m}"), form.elements(f",{m}"))


def _control(form: Form) -> Requests:
    good = _good(form)
    for character in "\t\0\r\n\x0b\x7f":
        yield from _raw(form, f"{good[:3]}{character}{good[3:]}", f"{good}{character}")
        yield from _raw(form, good[:9] + character + good[10:])


def _not_ascii(form: Form) -> Requests:
    good = _good(form)
    for text in ("\xe9", as_bytes("é🎉"), "🎉", "\u0130"):
        yield from _raw(form, good[:-1] + text, f"{good},x={text}", text + good)


def _fullwidth(form: Form) -> Requests:
    text = form.t.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    for t in (text, as_bytes(text)):
        code = BAD if form is STRIPE else "bad_timestamp"
        yield code, form.raw(t, _good(form))


def _length(form: Form) -> Requests:
    good = _good(form)
    for size in (4 * KIB + 1, 16 * KIB, 64 * KIB, 300 * KIB):
        yield from _raw(form, "a" * size, good.ljust(size, "0"), f"{good},x=".ljust(size, "x"))


def _underscores(form: Form) -> Requests:
    yield "missing_header", tuple((name.replace("-", "_"), value) for name, value in form.request())


def _underscores_beside(form: Form) -> Requests:
    spoof = tuple((name.replace("-", "_"), "1") for name, _ in form.request())
    yield None, (*spoof, *form.request())


def _other_forms(form: Form) -> Requests:
    for other in OTHERS:
        if other.elements("") != form.elements(""):
            yield from _raw(form, other.elements(other.signature()))


def _any_case(form: Form) -> Requests:
    for change in (str.upper, str.lower, str.swapcase):
        yield None, tuple((change(name), value) for name, value in form.request())


def _rows(number: str, requests: Callable[[Form], Requests], forms: tuple[Form, ...] = OTHERS) -> Any:
    return [pytest.param(form, requests, id=f"{number}/{form.name}") for form in forms]


@pytest.mark.parametrize(
    ("form", "requests"),
    [
        *_rows("HDR-1", _empty),
        *_rows("HDR-2", _comma),
        *_rows("HDR-3", _no_separator),
        *_rows("HDR-4", _one_of_two, TIMED),
        *_rows("HDR-5", _one_of_two, TIMED),
        *_rows("HDR-6", _twice),
        *_rows("HDR-7", _unknown, LISTS),
        *_rows("HDR-8", _swapped, (STRIPE,)),
        *_rows("HDR-9", _spaces),
        *_rows("HDR-10", _trailing),
        *_rows("HDR-11", _names),
        *_rows("HDR-12", _quotes),
        *_rows("HDR-13", _doubled),
        *_rows("HDR-14", _control),
        *_rows("HDR-15", _not_ascii),
        *_rows("HDR-16", _fullwidth, TIMED),
        *_rows("HDR-17", _length),
        *_rows("HDR-19", _lines_twice),
        *_rows("HDR-20", _underscores),
        *_rows("HDR-21", _underscores_beside),
        *_rows("HDR-24", _other_forms),
        *_rows("HDR-25", _any_case),
    ],
)
def test_a_header_gets_its_verdict(form: Form, requests: Callable[[Form], Requests]) -> None:
    due = list(requests(form))

    assert [code for code, _ in due] == [verdict_in(form, headers) for _, headers in due]


@pytest.mark.parametrize("form", [pytest.param(form, id=f"HDR-18/{form.name}") for form in OTHERS])
def test_a_hundred_thousand_elements_are_refused_unread(form: Form) -> None:
    joint = " " if form is STANDARD else ","
    for element in ("x=1", _good(form), "", "t=1"):
        value = joint.join([_good(form), *[element] * 100_000])
        headers = form.raw(form.t, value)
        spent = work(partial(verdict_in, form, headers, BODY))

        assert verdict_in(form, headers, BODY) == BAD
        assert spent.lines < 500
        assert spent.memory < len(value) + 100 * KIB  # not its parts, each of which is more
