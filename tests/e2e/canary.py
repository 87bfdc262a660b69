"""A secret and a token that stand nowhere else, and where they were seen all the same."""

from __future__ import annotations

import base64
from urllib.parse import quote

SECRET = "c4n4ry/secret+of=a test"
TOKEN = "c4n4ry-t0ken-in-a-header"


def _forms(value: str) -> set[bytes]:
    raw = value.encode()
    return {
        raw,
        repr(value)[1:-1].encode(),
        quote(value, safe="").encode(),
        base64.b64encode(raw).rstrip(b"="),
        base64.urlsafe_b64encode(raw).rstrip(b"="),
        raw.hex().encode(),
    }


FORMS = {"secret": _forms(SECRET), "token": _forms(TOKEN)}


def seen(*outputs: str | bytes) -> set[str]:
    """Which of the two stand in any of the outputs: as they are, in base64, in hex or quoted."""
    whole = b"\n".join(one.encode() if isinstance(one, str) else one for one in outputs)
    return {name for name, forms in FORMS.items() if any(form in whole for form in forms)}
