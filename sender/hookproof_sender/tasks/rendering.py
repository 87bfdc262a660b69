"""Writing a plan's metadata into a task, once: what comes of it is recorded, signed and sent."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json import JSONDecodeError
from typing import TYPE_CHECKING

from hookproof.errors import BadConfiguration

from ..references import BadReference, Escape, Metadata, Rendered, Template, parse
from .body import is_meant_as_json, parse_json
from .headers import check_headers, check_sent

if TYPE_CHECKING:
    from .record import HttpTask


@dataclass(frozen=True, slots=True)
class RenderedTask:
    """A task with values in the places of its references."""

    task: HttpTask
    """As it is to be recorded, signed and sent; rendering it again changes nothing."""
    warnings: tuple[str, ...] = ()
    """What a person should know, a sentence each, with its place: `body: line 1, column 9: …`."""


def render_task(
    task: HttpTask, metadata: Metadata, *, strict: bool = False, escape: Escape | None = None
) -> RenderedTask:
    """Write values in the places of a task's references.

    What is unknown leaves nothing behind (in JSON, outside of strings, null) and is warned about; so
    is a body that is meant as JSON and is none afterwards. Blanks at the ends of a header's value,
    which an empty value leaves behind, are taken away.

    Args:
        task: as it was loaded.
        metadata: of the plan's run, as far as it has come.
        strict: refuse what is unknown.
        escape: how values are written into a body that is JSON; None as the task says.

    Raises:
        BadConfiguration: with its values the task cannot be sent: a header's value holds a line break
            or other letters, or is too long; or something is unknown, and that is refused. No value is
            in the sentence.
    """
    if not task.has_references:
        return RenderedTask(task)
    try:
        headers, unknown = _headers(task.headers, metadata)
        body, more = _body(task, metadata, escape or task.escape)
        unknown += [f"body: {one}" for one in body.unknown]
        if strict and unknown:
            raise ValueError("; ".join(unknown))
    except ValueError as wrong:
        raise BadConfiguration(f"the task {task.name!r}: {wrong}") from None
    return RenderedTask(task.rendered_as(headers, body.text), (*unknown, *more))


def _headers(headers: Mapping[str, str], metadata: Metadata) -> tuple[dict[str, str], list[str]]:
    rendered: dict[str, str] = {}
    unknown: list[str] = []
    for name, value in headers.items():
        template = parse(value)
        try:
            written = template.render(metadata, escape="none")
            rendered[name] = check_sent(written.text.strip(" ") if template.references else value)
        except ValueError as wrong:
            with_values = ", ".join(dict.fromkeys(one.name for one in template.references))
            raise ValueError(f"headers.{name}, with {with_values} in it: {wrong}") from None
        unknown += [f"headers.{name}: {one}" for one in written.unknown]
    return check_headers(rendered), unknown


def _body(task: HttpTask, metadata: Metadata, escape: Escape) -> tuple[Rendered, list[str]]:
    template = parse(task.body)
    as_json = is_meant_as_json(task.body, task.header("Content-Type"))
    try:
        rendered = template.render(metadata, escape=escape if as_json else "none")
    except BadReference as wrong:
        raise ValueError(f"body: {wrong}") from None
    return rendered, list(_no_json(template, rendered)) if as_json else []


def _no_json(template: Template, rendered: Rendered) -> Iterator[str]:
    """What is wrong with a body that is to be JSON, and which value it comes of."""
    if not template.references:
        return
    try:
        parse_json(rendered.text)
    except ValueError as wrong:
        try:
            parse_json(template.filled(lambda _: "0"))
        except ValueError:
            yield f"body: it is no JSON, whatever its references give: {wrong}"
            return
        at = wrong.pos if isinstance(wrong, JSONDecodeError) else 0
        one = template.references[max(0, bisect_right(rendered.starts, at) - 1)]
        yield (
            f"body: line {one.line}, column {one.column}: it is no JSON once rendered, because of "
            f"{one.name}: {wrong}; {{{{{one.name}|dump}}}} writes a value as JSON, quotes and all"
        )
