"""The one way to write a digest: what else means the same bytes is refused."""

from __future__ import annotations

import re

is_hex = re.compile(r"[0-9a-f]{64}", re.ASCII).fullmatch
"""SHA-256 in hexadecimal: 64 lower-case digits."""

is_hex_sha1 = re.compile(r"[0-9a-f]{40}", re.ASCII).fullmatch
"""SHA-1 in hexadecimal: 40 lower-case digits."""

is_base64 = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=", re.ASCII).fullmatch
"""SHA-256 in base64: 43 characters and the padding; the last one's two low bits are zero."""
