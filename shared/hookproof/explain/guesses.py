"""What a request looks like, where nothing could be proved."""

from __future__ import annotations

from collections.abc import Iterator

from .causes import finding
from .explanation import Finding
from .material import Pairs


def header_value(pairs: Pairs, name: str) -> str:
    """The first value under a lower-case name; empty where there is none."""
    return next((value for key, value in pairs if key.lower() == name), "")


def content_length(pairs: Pairs) -> int | None:
    """What the request announced, where that is a number."""
    text = header_value(pairs, "content-length").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def body_guesses(body: bytes, pairs: Pairs) -> Iterator[Finding]:
    """Signs that the bytes that were checked are not those that came."""
    announced = content_length(pairs)
    media_type = header_value(pairs, "content-type").partition(";")[0].strip().lower()
    is_form = media_type in ("application/x-www-form-urlencoded", "multipart/form-data")
    if not body and (announced or is_form):
        what = f"{announced} bytes were announced" if announced else "a form was announced"
        yield finding("body_read_before", what)
        return
    if announced is not None and announced != len(body):
        yield finding("body_length", f"{announced} bytes were announced, {len(body)} were checked")
    if "\ufffd".encode() in body:
        yield finding("charset_lost", "U+FFFD, the sign for what could not be decoded")
    encoding = header_value(pairs, "content-encoding").strip().lower()
    if encoding in ("gzip", "deflate", "br", "zstd") and body[:1] in (b"{", b"["):
        yield finding("decompressed", f"decompressed ({encoding} was announced)")
    if is_form and body[:1] in (b"{", b"["):
        yield finding("form_decoded", "announced as a form, and is JSON")
