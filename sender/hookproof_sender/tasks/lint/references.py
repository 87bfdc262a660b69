"""Findings about references: names that no plan has, and values that would break a body."""

from __future__ import annotations

from collections.abc import Iterator

from ...references import BadReference, Reference, doubt, parse
from ..body import is_meant_as_json
from .draft import Draft
from .findings import Finding

# What the platform makes itself: no quote and no line break is in it.
_HARMLESS = frozenset(
    {"duration", "startTime", "endTime", "runId", "taskCount", "id", "status", "statusCode"}
)


def findings(draft: Draft) -> Iterator[Finding]:
    """All of them; what cannot be read is refused elsewhere."""
    texts = [(f"headers.{name}", value) for name, value in draft.headers.items()]
    for key, text in [*texts, ("body", draft.body if draft.has_body else "")]:
        for reference in _references(text):
            if (sentence := doubt(reference)) is not None:
                yield Finding("unknown_reference", key, f"{_place(reference)}: {sentence}")
    if draft.has_body and not draft.escapes:
        yield from _breaking(draft)


def _breaking(draft: Draft) -> Iterator[Finding]:
    """What may break a JSON body into which values are written as they are."""
    if not is_meant_as_json(draft.body, draft.header("Content-Type")):
        return
    for reference in _references(draft.body):
        if "dump" not in reference.filters and not _HARMLESS.intersection(reference.path[:1]):
            yield Finding(
                "body_not_json",
                "body",
                f"{_place(reference)}: it may be no JSON once rendered, because of {reference.name}: "
                "a quote or a line break in its value is not escaped",
                f"write {{{{{reference.name}|dump}}}} without quotes around it, or leave out escape",
            )


def _references(text: str) -> tuple[Reference, ...]:
    try:
        return parse(text).references
    except BadReference:
        return ()


def _place(reference: Reference) -> str:
    return f"line {reference.line}, column {reference.column}"
