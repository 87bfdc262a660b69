"""A fuzzer's bytes as a request, and the requests that it starts from.

The bytes are lines: one for the value of each of the scheme's headers, and what follows is the body.
A header's bytes are read as UTF-8, what is none as half a surrogate pair, so that every character that
a framework can hand on is reached. The byte 1 in a header stands for the right signature over the body
and the time that the headers name: no fuzzer guesses one.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.shared.vectors.form import FORMS, Form, Pairs, StandardWebhooksForm
from tests.shared.vectors.write import FOLDER

FORM_OF = {form.name: form for form in FORMS}
RIGHT = "\1"


@dataclass(frozen=True, slots=True)
class Request:
    """What is verified."""

    headers: Pairs
    body: bytes


def names_of(form: Form) -> list[str]:
    """The names of the headers that a scheme reads, in the order in which it names them."""
    return [name for name, _ in form.request()]


def form_with(form: Form, message_id: str) -> Form:
    """The form whose messages have this id; itself where it has none."""
    if isinstance(form, StandardWebhooksForm):
        form = copy.copy(form)
        form.id = message_id
    return form


def request_of(form: Form, data: bytes) -> Request:
    """Read a fuzzer's bytes."""
    names = names_of(form)
    *values, body = data.split(b"\n", len(names))
    texts = [value.decode("utf-8", "surrogateescape") for value in values]
    headers = tuple(zip(names, texts, strict=False))
    if any(RIGHT in text for text in texts):
        right = _right_signature(form, dict(headers), body)
        headers = tuple((name, text.replace(RIGHT, right)) for name, text in headers)
    return Request(headers, body)


def _right_signature(form: Form, headers: dict[str, str], body: bytes) -> str:
    values = list(headers.values())
    time = re.search(r"(?:^|,) *t=([^,]*)", values[-1])
    t = time[1] if time else values[-2] if len(values) > 1 else ""
    try:
        return form_with(form, values[0]).signature(t, body)
    except UnicodeEncodeError:
        return ""  # no time and no id: neither can be signed


def bytes_of(form: Form, request: Request) -> bytes:
    """What `request_of` reads as this request, with the right signature as one byte."""
    lines = [value.encode("utf-8", "surrogateescape") for _, value in request.headers]
    right = _right_signature(form, dict(request.headers), request.body).encode()
    if right:
        lines = [line.replace(right, RIGHT.encode()) for line in lines]
    return b"\n".join([*lines, request.body])


def seeds(form: Form) -> Iterator[bytes]:
    """The published vectors of a scheme that have each header once, and bodies of no great length."""
    names = [name.lower() for name in names_of(form)]
    document = json.loads((FOLDER / f"{form.name}.json").read_bytes())
    for group in document["testGroups"]:
        for test in group["tests"]:
            headers = {name.lower(): value for name, value in test["headers"]}
            if set(names) <= set(headers) and len(test["body"]) < 1000:
                pairs = tuple(zip(names_of(form), (headers[name] for name in names), strict=True))
                if not any("\n" in value for _, value in pairs):
                    yield bytes_of(form, Request(pairs, bytes.fromhex(test["body"])))
