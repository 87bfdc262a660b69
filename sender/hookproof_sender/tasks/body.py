"""Which body a task sends."""

from __future__ import annotations

from .references import refuse_reference

BODILESS = ("get", "delete")
"""Methods that send no body: the platform refuses one there."""


def check_body(body: str, method: str | None) -> str:
    """Hand a body back if the method can send it.

    Args:
        body: the text that the record holds.
        method: in lower case; None where it is not known, and only the text is judged.

    Raises:
        ValueError: it cannot be sent.
    """
    refuse_reference(body, "the body")
    try:
        body.encode()
    except UnicodeEncodeError:
        raise ValueError("the body holds half a surrogate pair, which has no UTF-8 form") from None
    if method in BODILESS and body.strip() not in ("", "{}"):
        raise ValueError(
            f"{method.upper()} sends no body: leave it empty (or {{}}), or use post, put or patch"
        )
    return body


def body_to_send(body: str, method: str) -> bytes:
    """The bytes that are signed and sent: what is held, and nothing for GET and DELETE."""
    return b"" if method in BODILESS else body.encode()


def note_on(body: str, method: str) -> str | None:
    """What a person should know about a body that is sent all the same; None where all is well."""
    if method in BODILESS or body:
        return None
    return f"an empty body is sent empty; the platform wants {{}} in a {method.upper()} that needs none"
