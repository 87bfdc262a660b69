"""What of a request's head is taken, and what is refused.

Stricter than HTTP asks where a reader before or behind us could read the same bytes in another way:
what is signed must be what everybody sees. Section numbers are RFC 9112's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn
from urllib.parse import unquote_to_bytes

from hookproof.schemes import by_name, names

from ..ingest.refused import Refused, bad_request

MAX_HEAD = 16 * 1024
"""Bytes of the request line and all fields, the empty line included."""
MAX_FIELDS = 100
"""Header fields of one request."""

ONCE = (
    *("Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Authorization"),
    *(header for scheme in names() for header in by_name(scheme).headers),
)
"""Headers that come once or not at all, at any receiver."""

_REQUEST_LINE = re.compile(rb"([A-Z][A-Z-]{0,31}) ([!-~]+) HTTP/1\.([01])").fullmatch
_FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t -~\x80-\xff]*)").fullmatch
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n|\Z)")
_LENGTH = re.compile(rb"[0-9]{1,15}").fullmatch
_HOST = re.compile(rb"[0-9A-Za-z._~:\[\]-]*").fullmatch
_ABSOLUTE = re.compile(rb"https?://([^/?]*)(.*)", re.IGNORECASE).fullmatch
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})").search
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]").search


def check_start(head: bytes) -> None:
    """Refuse what no later byte can mend, so that it is not waited for.

    Args:
        head: the head as far as it has come, without empty lines before it.

    Raises:
        Refused: it is too long, holds a NUL or half a line end, or does not begin as a request does.
    """
    if len(head) > MAX_HEAD:
        raise Refused(431, "head_too_large", f"the head has more than {MAX_HEAD} bytes")
    if b"\0" in head:
        raise bad_request("there is a NUL in the head")
    if _BARE.search(head):
        raise bad_request("a line of the head does not end with CR LF")
    line, complete, _ = head.partition(b"\r\n")
    if complete and not _REQUEST_LINE(line):
        raise bad_request("the first line is no request of HTTP/1.0 or HTTP/1.1")
    if not complete and (not line.isascii() or _CONTROL(line.removesuffix(b"\r"))):
        raise bad_request("this is not the beginning of an HTTP request (TLS, perhaps)")


def once_only(more: Iterable[str] = ()) -> frozenset[bytes]:
    """`ONCE`, and the headers of schemes that do not ship, in the form that `check` takes."""
    return frozenset(name.lower().encode() for name in (*ONCE, *more))


def check(head: bytes, once: frozenset[bytes]) -> None:
    """Refuse a whole head that could be read in two ways.

    Args:
        head: from the request line to the empty line, `check_start` passed.
        once: names in lower case that may come once.

    Raises:
        Refused: the first thing that is wrong with it.
    """
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    request = _REQUEST_LINE(first)
    if request is None:
        raise bad_request("the first line is no request of HTTP/1.0 or HTTP/1.1")
    if len(lines) > MAX_FIELDS:
        raise Refused(431, "head_too_large", f"there are more than {MAX_FIELDS} header fields")
    old = request[3] == b"0"
    values = check_fields([_field(line) for line in lines], once, old=old)
    _check_target(request[2], values.get(b"host"), old=old)


def check_fields(
    fields: Sequence[tuple[bytes, bytes]], once: frozenset[bytes], *, old: bool
) -> Mapping[bytes, bytes]:
    """Refuse header fields that could be read in two ways; what each name holds.

    Args:
        fields: names in lower case, values without blanks around them.
        once: names in lower case that may come once.
        old: whether this is HTTP/1.0.

    Raises:
        Refused: the first thing that is wrong with them.
    """
    values = dict(fields)
    several = Counter(name for name, _ in fields) if len(values) < len(fields) else Counter()
    for name in several:
        if several[name] > 1 and name in once:
            raise bad_request(f"the header {name.decode()} came {several[name]} times")
    _check_length(values, old=old)
    expect = values.get(b"expect", b"100-continue")
    if expect.lower() != b"100-continue" or several[b"expect"] > 1:
        raise Refused(417, "unsupported_expectation", "it expects something other than 100-continue")
    return values


def check_host(host: bytes | None, authority: bytes | None, *, old: bool) -> None:
    """Refuse a request that names no host, or two (3.2).

    Args:
        host: the header's value.
        authority: the host within the target, where it has one.
        old: whether this is HTTP/1.0.

    Raises:
        Refused: it does.
    """
    if host is None and not old:
        raise bad_request("there is no Host header")
    if host is not None and not _HOST(host):
        raise bad_request("the Host header is no host")
    if authority is not None and authority.lower() != (host or b"").lower():
        raise bad_request("the target names another host than the Host header")


def check_path(plain: bytes) -> None:
    """Refuse a path that somebody would rewrite.

    Args:
        plain: percent-decoded.

    Raises:
        Refused: it has an empty first segment, dot segments or control characters.
    """
    if not plain.startswith(b"/") or plain.startswith(b"//"):
        _refuse_target()
    if _CONTROL(plain) or any(segment in (b".", b"..") for segment in plain.split(b"/")):
        _refuse_target()


def as_pairs(head: bytes) -> tuple[tuple[str, str], ...]:
    """The header fields of a head that `check` passed: as they came, in their order and spelling."""
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")[1:]
    pairs = [line.split(b":", 1) for line in lines]
    return tuple((name.decode(), value.strip(b" \t").decode("latin-1")) for name, value in pairs)


def _field(line: bytes) -> tuple[bytes, bytes]:
    if line[:1] in (b" ", b"\t"):
        raise bad_request("a header is folded over two lines (5.2)")
    field = _FIELD(line)
    if field is None:
        raise bad_request("a header is not name: value (5)")
    return field[1].lower(), field[2].strip(b" \t")


def _check_length(values: dict[bytes, bytes], *, old: bool) -> None:
    """One way to tell where the body ends (6.1, 6.2)."""
    length, coding = values.get(b"content-length"), values.get(b"transfer-encoding")
    if length is not None and not _LENGTH(length):
        raise bad_request("Content-Length is not 1 to 15 digits")
    if coding is None:
        return
    if old:
        raise bad_request("HTTP/1.0 knows no Transfer-Encoding")
    if length is not None:
        raise bad_request("there are both a Content-Length and a Transfer-Encoding")
    codings = [text.strip(b" \t").lower() for text in coding.split(b",")]
    if any(text != b"chunked" for text in codings):
        raise Refused(501, "unsupported_transfer_coding", "a Transfer-Encoding other than chunked")
    if len(codings) > 1:
        raise bad_request("the body is chunked twice")


def _check_target(target: bytes, host: bytes | None, *, old: bool) -> None:
    absolute = _ABSOLUTE(target)
    check_host(host, absolute[1] if absolute else None, old=old)
    if absolute:
        target = absolute[2] or b"/"
    path = target.partition(b"?")[0]
    if b"#" in target or _BAD_ESCAPE(path) or path.startswith(b"//"):
        _refuse_target()
    check_path(unquote_to_bytes(path))


def _refuse_target() -> NoReturn:
    raise bad_request("the target is no plain path: //, dot segments, control characters, a fragment")
