"""Findings about what a task says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from ..body import note_on
from ..references import replace_references
from .draft import Draft
from .findings import Finding

_RUN = 4711_0815_4711  # stands for the run's id, inside a string and outside of one
_RUN_ID = re.compile(r"\{\{-?\s*\$plan(?:\.|\[['\"])runId\b[^{}]*\}\}")
_KEY_HEADERS = ("Idempotency-Key", "x-execution-id")  # the latter is the run-job API's
_JSON_TYPE = re.compile(r"application/json|[^;,/]+/[^;,/]+\+json", re.IGNORECASE)
_CURE = 'put both into one field, such as "run": "{{$plan.runId}}/%s"'


def findings(draft: Draft) -> Iterator[Finding]:
    """All of them."""
    if not draft.has_body:
        if draft.method in ("get", "delete") and draft.body.strip() not in ("", "{}"):
            sentence = f"{draft.method.upper()} sends no body, and the platform refuses one there"
            yield Finding(
                "body_not_sent", "body", sentence, "leave it empty, or use post, put or patch"
            )
        return
    if note := note_on(draft.body.strip(), draft.method):
        yield Finding("empty_body", "body", note, "write {}")
    try:
        document, problem = _parsed(draft.body), None
    except ValueError as error:
        document, problem = None, str(error)
    if problem and _is_meant_as_json(draft):
        yield Finding(
            "body_not_json",
            "body",
            f"it is no JSON: {problem}",
            "mend it, or give the task another Content-Type",
        )
    if draft.for_slack:
        yield from _for_slack(draft, document)
    elif draft.retries > 0 and not any(map(draft.header, _KEY_HEADERS)):
        yield from _run_key(draft, document)


def _for_slack(draft: Draft, document: Any) -> Iterator[Finding]:
    if _content_type(draft) == "application/x-www-form-urlencoded":
        return
    text = document.get("text") if isinstance(document, dict) else None
    if not isinstance(text, str) or not text.strip():
        yield Finding(
            "slack_without_text",
            "body",
            "Slack wants JSON with a text; beside blocks it is what a notification shows",
            'write {"text": "Your job has completed."}',
        )


def _run_key(draft: Draft, document: Any) -> Iterator[Finding]:
    slug = re.sub(r"[^a-z0-9]+", "-", draft.name.lower()).strip("-")
    cure = _CURE % (slug or "tell-the-shop")
    texts = list(_texts(document))
    if any(_is_run_key(text, slug) for text in texts):
        if not draft.secret_places:
            yield Finding(
                "no_run_key",
                "secretKey",
                "the task is retried, and its run key is not signed: whoever sends it can change it",
                "give the task a secret (secretKeyEnv)",
            )
    elif any(str(_RUN) in text for text in texts):
        yield Finding(
            "no_run_key",
            "body",
            "the task is retried, and its key is the run's alone: two tasks of one plan would be one "
            "message",
            cure,
        )
    else:
        yield Finding(
            "no_run_key",
            "body",
            "the task is retried, and no field of its body names run and task: a receiver cannot tell "
            "a retry from a new message",
            cure,
        )


def _is_run_key(text: str, slug: str) -> bool:
    """Whether a text names run and task, the run by its reference or, as one word, written out."""
    if str(_RUN) in text:
        return re.search(r"\w", text.replace(str(_RUN), "")) is not None
    return bool(slug) and re.fullmatch(rf"\S+[/:.]{slug}|{slug}[/:.]\S+", text) is not None


def _texts(document: Any) -> Iterator[str]:
    """All strings and numbers of a document."""
    below = [document]
    for one in below:
        if isinstance(one, dict):
            below.extend(one.values())
        elif isinstance(one, list):
            below.extend(one)
        elif isinstance(one, str | int):
            yield str(one)


def _parsed(body: str) -> Any:
    """The body as JSON, with a value in the place of each reference.

    Raises:
        ValueError: it is none; the sentence repeats nothing of it.
    """
    text = replace_references(_RUN_ID.sub(str(_RUN), body))
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is a number of JavaScript's, not of JSON")


def _content_type(draft: Draft) -> str:
    return draft.header("Content-Type").partition(";")[0].strip().lower()


def _is_meant_as_json(draft: Draft) -> bool:
    if not draft.body.strip():
        return False
    if content_type := _content_type(draft):
        return _JSON_TYPE.fullmatch(content_type) is not None
    return draft.body.lstrip()[0] in "{["
