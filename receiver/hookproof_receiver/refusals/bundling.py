"""A failure bundle out of a kept refusal."""

from __future__ import annotations

import json

from hookproof import Verifier
from hookproof.errors import BadConfiguration
from hookproof.explain import Explanation, make_bundle

from .kept import Kept


def bundle(kept: Kept, verifier: Verifier, *, with_body: bool = False) -> str:
    """The text of a bundle's file.

    Args:
        kept: the refusal.
        verifier: of its endpoint, whose clock shows the time when it came.
        with_body: put the body in: the file is then the whole request.

    Raises:
        BadConfiguration: the body was not kept, and is asked for.
    """
    bound_ns = verifier.tolerance.nanoseconds
    tolerance_s = None if bound_ns is None else bound_ns / 1e9
    record, body = kept.record, kept.body
    if body is not None:
        explanation = verifier.explain(body, kept.headers)
    elif with_body:
        raise BadConfiguration(
            f"the body of {record.id} was not kept: it has {record.body_bytes} bytes; leave out "
            "--with-body, and have the body from whoever sent it"
        )
    else:
        explanation = _unexplained(kept)
    text = make_bundle(
        explanation,
        body or b"",
        kept.headers,
        received_ns=record.received_ns,
        tolerance_s=tolerance_s,
        with_body=with_body,
    )
    return text if body is not None else _of_a_longer_body(text, kept)


def _unexplained(kept: Kept) -> Explanation:
    """What is known of a refusal whose body was too long to keep.

    Nobody can tell any more whether its signature is good in some form, so it is treated as if it were:
    "valid" has the bundle leave it out.
    """
    record = kept.record
    found = f"; found when it came: {record.cause}" if record.cause else ""
    return Explanation(
        verdict="valid",
        code=record.code,  # type: ignore[arg-type]  # it was one of them when it was written
        sentence=record.sentence + found,
        scheme=record.scheme,
        findings=(),
        tried=(),
        not_tried=(),
        received=(),
        expected=(),
    )


def _of_a_longer_body(text: str, kept: Kept) -> str:
    document = json.loads(text)
    document["body"].update(bytes=kept.record.body_bytes, sha256=kept.record.body_sha256)
    return json.dumps(document, indent=2) + "\n"
