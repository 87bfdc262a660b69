"""The failure bundle: one refused request in a small JSON file, redacted, to be explained elsewhere.

In it: the verdict, times, the body's length and SHA-256, the headers that bear on the signature, the
names of the rest, and what the receiver found, with its secrets and the body at hand, when the bundle
was made. Never in it: a secret. The body only where it is asked for: without it nobody can try a secret
anew (HMAC takes the key first, so nothing short of the body will do), and with it the file is the whole
request. The signature is left out where the receiver proved a cause, since it is then good in some form
(an authentic request's most of all): no bundle can be made into a request that an endpoint would take.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, Final, get_args

from ..clock import to_text
from ..errors import BadConfiguration, RefusalCode
from ..headers import GUID_HEADER, Headers, listed
from ..schemes import by_name, names
from .causes import CAUSES, finding
from .explanation import Explanation, Finding
from .material import Pairs, shown
from .shapes import shape

VERSION: Final = 1
"""Grows when a field changes its meaning."""
_KEPT = ("content-type", "content-length", "content-encoding", GUID_HEADER.lower())
_GUESSABLE = (b"", b"{}", b"[]", b"null")


class BundleUnreadable(BadConfiguration):
    """The file is no failure bundle, or a newer one than this version reads."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was read."""

    scheme: str
    """Its scheme's name."""
    code: RefusalCode | None
    """What the receiver refused with."""
    sentence: str
    received_ns: int
    """When it came: Unix time in nanoseconds; the time to judge it at."""
    tolerance_s: float | None
    body_bytes: int
    body_sha256: str
    """64 hexadecimal digits."""
    body: bytes | None
    """Where it was put in, or is so short that its digest gives it away (`{}`)."""
    headers: Pairs
    """Those that bear on the signature: their values, or shapes where there is no signature."""
    has_signature: bool
    """Whether it was kept: where nothing was proved."""
    other_headers: tuple[str, ...]
    """The names of the rest."""
    findings: tuple[Finding, ...]
    """What the receiver found."""
    tried: tuple[str, ...]

    def is_body(self, body: bytes) -> bool:
        """Whether these are the bytes that the receiver checked."""
        return hashlib.sha256(body).hexdigest() == self.body_sha256


def make_bundle(
    explanation: Explanation,
    body: bytes,
    headers: Headers,
    *,
    received_ns: int,
    tolerance_s: float | None,
    with_body: bool = False,
) -> str:
    """The text of a bundle's file.

    Args:
        explanation: of this very request, by the receiver's own verifier, at `received_ns`.
        body: what was checked.
        headers: as they came.
        received_ns: when, as Unix time in nanoseconds.
        tolerance_s: the endpoint's; None is unlimited.
        with_body: put the body in. The file is then the whole request: for people who may see it.
    """
    pairs = listed(headers)
    has_signature = explanation.verdict == "refused" and not explanation.proved
    kept = [
        {
            "name": shown(name),
            "value": value[:4096] if has_signature or not _signs(name) else shape(value),
        }
        for name, value in pairs
        if _signs(name) or name.lower() in _KEPT
    ]
    rest = sorted({shown(name) for name, _ in pairs if not (_signs(name) or name.lower() in _KEPT)})
    document = {
        "hookproof_bundle": VERSION,
        "scheme": explanation.scheme,
        "code": explanation.code,
        "sentence": explanation.sentence,
        "received_at": to_text(received_ns),
        "received_ns": received_ns,
        "tolerance_s": tolerance_s,
        "body": {
            "bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
            "base64": b64encode(body).decode() if with_body else None,
        },
        "has_signature": has_signature,
        "headers": kept,
        "other_headers": rest,
        "findings": explanation.as_json()["findings"],
        "tried": list(explanation.tried),
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def read_bundle(text: bytes) -> Bundle:
    """Read a bundle's file.

    Raises:
        BundleUnreadable: it is none; the sentence says why.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise BundleUnreadable("the bundle is not JSON: is it the whole file?") from None
    version = document.get("hookproof_bundle") if isinstance(document, dict) else None
    if version != VERSION:
        raise BundleUnreadable("this is no failure bundle of a version that is read here (1)")
    try:
        return _bundle(document)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BundleUnreadable(f"the bundle is damaged: {type(error).__name__} in a field") from None


def explain_bundle(
    bundle: Bundle, body: bytes | None = None, search: Explanation | None = None
) -> Explanation:
    """What a bundle tells: what the receiver found, and what a search over a body adds.

    Args:
        bundle: that was read.
        body: what was searched; None without one.
        search: of a verifier, over `body` and the bundle's headers. Where the body is the one that was
            checked and the signature was kept, it is the whole answer; without one it tells nothing.
    """
    same = body is not None and bundle.is_body(body)
    if search is not None and same and bundle.has_signature:
        return search
    findings = bundle.findings
    tried = bundle.tried
    not_tried: tuple[str, ...] = ()
    if body is None:
        not_tried = (
            "secrets: without the body none can be tried; what stands above was found there. "
            "`hookproof inbox bundle --with-body` puts it in",
        )
    elif not same:
        facts = f"{bundle.body_bytes} bytes there, {len(body)} here"
        if search is not None and bundle.has_signature:
            tried, not_tried = search.tried, search.not_tried
            findings = (*search.findings, *findings)
            facts += ", and the signature is good for the one given" * (search.verdict == "valid")
        findings = (finding("body_differs", facts, proved=True), *findings)
    return Explanation(
        verdict="refused",
        code=bundle.code,
        sentence=bundle.sentence,
        scheme=bundle.scheme,
        findings=findings,
        tried=tried,
        not_tried=not_tried,
        received=(
            ("body", f"{bundle.body_bytes} bytes, SHA-256 {bundle.body_sha256[:12]}…"),
            ("at", to_text(bundle.received_ns)),
            *((shown(name), shape(value)) for name, value in bundle.headers[:12]),
        ),
        expected=search.expected if search else (),
    )


def _bundle(document: dict[str, Any]) -> Bundle:
    scheme, code, body = document["scheme"], document["code"], document["body"]
    if scheme not in names():
        raise BundleUnreadable(f"the bundle is of a scheme that does not ship: {str(scheme)[:60]!r}")
    if code is not None and code not in get_args(RefusalCode):
        raise ValueError
    digest = str(body["sha256"])
    encoded = body["base64"]
    content = None if encoded is None else b64decode(encoded, validate=True)
    for guess in _GUESSABLE:
        if content is None and hashlib.sha256(guess).hexdigest() == digest:
            content = guess
    tolerance = document["tolerance_s"]
    received_ns = int(document["received_ns"])
    to_text(received_ns)  # or it is no time
    return Bundle(
        scheme=scheme,
        code=code,
        sentence=shown_text(document["sentence"]),
        received_ns=received_ns,
        tolerance_s=None if tolerance is None else float(tolerance),
        body_bytes=int(body["bytes"]),
        body_sha256=digest,
        body=content,
        has_signature=document["has_signature"] is True,
        headers=[(str(one["name"]), str(one["value"])) for one in document["headers"]],
        other_headers=tuple(str(name) for name in document["other_headers"]),
        findings=tuple(_finding(one) for one in document["findings"]),
        tried=tuple(shown_text(text) for text in document["tried"]),
    )


def _finding(one: dict[str, Any]) -> Finding:
    """A finding of the list, with the fix of the list: a file does not get to give advice."""
    cause = CAUSES[one["code"]]
    return Finding(one["code"], one["proved"] is True, shown_text(one["seen"]), cause.fix, cause.lines)


def shown_text(text: str) -> str:
    """One printable line of at most 300 characters."""
    return "".join(character if character.isprintable() else "?" for character in text[:300])


def _signs(name: str) -> bool:
    like = name.lower().replace("_", "-").removeprefix("http-")
    return any(
        like.endswith(header.lower().removeprefix("x-"))
        for scheme in names()
        for header in by_name(scheme).headers
    )
