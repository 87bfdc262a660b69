"""What a request says: its head, and what may be kept of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlsplit

import h11

from hookproof import __version__
from hookproof_runtime.masking import masked_headers, masked_url

from .attempt import Request
from .outgoing import Outgoing

_OWN = (
    ("User-Agent", f"hookproof/{__version__}"),
    ("Accept", "*/*"),
    # Asking for no compression, and never undoing any: a small answer cannot become a large one.
    ("Accept-Encoding", "identity"),
)
_OURS_ALONE = {"host", "connection", "upgrade", "content-length", "transfer-encoding"}
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\t -~]*")
_IN_TARGET = "!$%&'()*+,/:;=?@[]~"  # RFC 3986, section 2.2; and what is encoded is not encoded twice


class Prepared:
    """What every attempt of one task writes alike, written once.

    Args:
        outgoing: what is sent.
        keep_alive: whether the connection may stay open behind the answer.

    Raises:
        ValueError: a header would break the head, or say where the body ends.
    """

    def __init__(self, outgoing: Outgoing, *, keep_alive: bool) -> None:
        parts = urlsplit(outgoing.url)
        self.has_tls = parts.scheme == "https"
        """Whether TLS is spoken."""
        self.host = parts.hostname or ""
        """The name or address of the URL, in lower case and without brackets."""
        usual = 443 if self.has_tls else 80
        self.port = parts.port or usual
        """The URL's port, or its scheme's."""
        self._given = {name.lower() for name, _ in outgoing.headers}
        if ours := self._given & _OURS_ALONE:
            raise ValueError(f"a task does not write the header {ours.pop()}")
        place = f"[{self.host}]" if ":" in self.host else self.host
        if self.port != usual:
            place = f"{place}:{self.port}"
        target = quote(_without_dots(parts.path), safe=_IN_TARGET)
        if parts.query:
            target += f"?{quote(parts.query, safe=_IN_TARGET)}"
        self.url = f"{parts.scheme}://{parts.netloc.lower()}{target}"
        """What is asked for, as it is sent."""
        headers = (
            ("Host", place),
            *(own for own in _OWN if own[0].lower() not in self._given),
            ("Connection", "keep-alive" if keep_alive else "close"),
            *outgoing.headers,
        )
        self._method = outgoing.method
        self._target = target
        self._headers = _checked(headers)
        self._masked_url = masked_url(self.url)
        self._masked_headers = masked_headers(headers)

    def write(self, proof: Mapping[str, str], body: bytes) -> tuple[h11.Request, Request]:
        """One attempt's head, and what may be kept of it.

        Args:
            proof: the headers of this attempt alone.
            body: what follows the head; its length is written, where the method has one.

        Raises:
            ValueError: a header of the proof would break the head, or stands in the task too.
        """
        if twice := self._given & {name.lower() for name in proof}:
            raise ValueError(f"a task does not write the header {twice.pop()}")
        own = tuple(proof.items())
        if body or self._method != "GET":
            own += (("Content-Length", str(len(body))),)
        headers = [*self._headers, *_checked(own)]
        head = h11.Request(method=self._method, target=self._target, headers=headers)
        kept = self._masked_headers + masked_headers(own)
        return head, Request(self._method, self._masked_url, kept)


def _without_dots(path: str) -> str:
    """A path without `.` and `..`, as RFC 3986 (5.2.4) takes them out, so that what is judged is what
    is reached; `%2e` is a dot (2.3).
    """
    kept: list[str] = []
    dots = ""
    for segment in path.split("/")[1:]:
        dots = segment.lower().replace("%2e", ".")
        if dots == "..":
            del kept[-1:]
        elif dots != ".":
            kept.append(segment)
    if dots in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _checked(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """As they are sent. This is stricter than h11, which lets control characters through."""
    for name, value in headers:
        if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
            raise ValueError("a header would break the head")  # it may be a token: not repeated
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers]
