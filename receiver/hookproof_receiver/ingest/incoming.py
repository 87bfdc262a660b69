"""A request as a framework has it, with its body not read yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .refused import Refused, incomplete, too_large


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request at one endpoint."""

    method: str
    """`POST`, in upper case."""
    path: str
    """The endpoint's path."""
    target: str
    """The path, percent-decoded as WSGI hands it on, and the query as it came."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """All headers, in their order."""
    guid: str | None
    """The GUID in canonical form; None where there is none that can be used."""
    declared: int | None
    """What `Content-Length` says, in bytes; None where it says nothing."""
    read: Callable[[], bytes]
    """Reads the whole body.

    Raises:
        Refused: it is larger than was agreed, or was not all there.
    """


def target_of(path: str, query: str) -> str:
    """A path and a query as one, without a question mark where there is no query."""
    return f"{path}?{query}" if query else path


def read_body(incoming: Incoming, most: int) -> bytes:
    """The raw body, and nothing but the whole of it.

    Args:
        incoming: the request.
        most: bytes; a larger body is refused, unread where its length is declared.

    Raises:
        Refused: 413, 415, or 400 where the body is shorter than declared: a server or a parser before
            us may hand on what it got of a body.
    """
    if incoming.declared is not None and incoming.declared > most:
        raise too_large(most)
    _refuse_encoding(incoming)
    body = incoming.read()
    if len(body) > most:
        raise too_large(most)
    if incoming.declared is not None and len(body) != incoming.declared:
        raise incomplete(
            f"{len(body)} of {incoming.declared} bytes of the body are there: the connection ended, or "
            "something read the body before (request.form does; read request.get_data() first)"
        )
    return body


def _refuse_encoding(incoming: Incoming) -> None:
    encodings = [value for name, value in incoming.headers if name.lower() == "content-encoding"]
    if any(encoding.strip().lower() not in ("", "identity") for encoding in encodings):
        raise Refused(
            415, "unsupported_encoding", "the body is compressed, and the endpoint did not ask for that"
        )
