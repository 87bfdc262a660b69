"""Findings about what a task says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...references import BadReference, Reference, parse
from ..body import is_meant_as_json, media_type, note_on, parse_json
from .draft import Draft
from .findings import Finding

_RUN = 4711_0815_4711  # stands for the run's id, inside a string and outside of one
_KEY_HEADERS = ("Idempotency-Key", "x-execution-id")  # the latter is the run-job API's
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
    document, problem = None, None
    try:
        document = parse_json(parse(draft.body).filled(_stand_in))
    except BadReference:
        pass  # which is refused, and that is a finding of its own
    except ValueError as error:
        problem = str(error)
    if problem and is_meant_as_json(draft.body, draft.header("Content-Type")):
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
    if media_type(draft.header("Content-Type")) == "application/x-www-form-urlencoded":
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


def _stand_in(reference: Reference) -> str:
    """A value for each reference, which is good in a string and outside."""
    return str(_RUN) if (reference.root, reference.path) == ("plan", ("runId",)) else "0"
