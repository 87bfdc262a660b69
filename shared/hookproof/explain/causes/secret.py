"""The two ends hold different keys."""

from __future__ import annotations

from typing import Final

from ..fixes import SECRET as LINES
from .cause import Cause

_MADE_WITH: Final = "the signature is made with the secret {}"
_SAME: Final = "give both ends the same text, bare, and check it by its length"
_TEXT: Final = "this scheme uses the secret's text as it stands: do not decode it"

SECRET: Final[dict[str, Cause]] = {
    "secret_newline": Cause(
        _MADE_WITH, "strip the line end where the secret is read: a file or `echo` added it", LINES
    ),
    "secret_quoted": Cause(
        _MADE_WITH, "give the bare string: quotes belong to the shell or the .env file", LINES
    ),
    "secret_blanks": Cause(_MADE_WITH, "a blank was copied with it: " + _SAME, LINES),
    "secret_prefix_kept": Cause(
        _MADE_WITH, "one end uses the prefix and one does not: " + _SAME, LINES
    ),
    "secret_prefix_lost": Cause(
        _MADE_WITH, "one end uses the prefix and one does not: " + _SAME, LINES
    ),
    "secret_base64_decoded": Cause(_MADE_WITH, _TEXT),
    "secret_hex_decoded": Cause(_MADE_WITH, _TEXT),
    "secret_text": Cause(
        _MADE_WITH, "this scheme's key is what the base64 behind whsec_ stands for: decode it"
    ),
    "secret_base64_encoded": Cause(_MADE_WITH, "use the secret as it was given, not encoded"),
    "secret_hex_encoded": Cause(_MADE_WITH, "use the secret as it was given, not encoded"),
    "secret_unset": Cause(
        "the signature is made with a secret that is {}: anybody can make it",
        "set the secret where the sender reads it; refuse to start without one",
        LINES,
    ),
    "secret_percent": Cause(_MADE_WITH, "a URL or form changed it on the way: " + _SAME),
    "secret_charset": Cause(_MADE_WITH, "encode it as UTF-8 at both ends, or use ASCII alone"),
    "secret_case": Cause(_MADE_WITH, _SAME),
    "secret_escaped": Cause(
        _MADE_WITH, "a .env file, YAML or compose file read its escapes: quote it there", LINES
    ),
    "secret_hashed": Cause(_MADE_WITH, "use the secret itself as the key"),
    "secret_twice": Cause(_MADE_WITH, "it was pasted two times: " + _SAME),
    "secret_name": Cause(
        "the signature is made with the secret's {}",
        "the variable's name was used, not what it holds",
        LINES,
    ),
    "secret_other": Cause(
        "the signature is made with {}",
        ("the two ends hold different secrets: during a change, give the receiver both, newest first"),
    ),
}
