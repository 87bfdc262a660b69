"""The body that was checked is not the one that was signed."""

from __future__ import annotations

from typing import Final

from ..fixes import PHP, RAW_BODY, SIGNED
from .cause import Cause

_BODY_GOOD: Final = "the signature is good for the body {}"
_JSON_BODY: Final = "the signature is good for the body's JSON {}"
_WRITTEN: Final = "the signature is good for the body's JSON written {}"
_RAW: Final = "verify the bytes as they came, before anything parses them"
_JSON: Final = (
    "something parsed the body and wrote it anew, at the receiver, on the way, or after the sender "
    f"signed: {_RAW}; a sender signs the very bytes that it sends"
)

BODY: Final[dict[str, Cause]] = {
    "json_compact": Cause(_WRITTEN, _JSON, RAW_BODY),
    "json_spaced": Cause(_WRITTEN, _JSON, RAW_BODY),
    "json_ascii": Cause(_WRITTEN, _JSON, RAW_BODY),
    "json_sorted": Cause(_JSON_BODY, _JSON, RAW_BODY),
    "json_indented": Cause(_JSON_BODY, _JSON, RAW_BODY),
    "json_slashes": Cause(_WRITTEN, _JSON, RAW_BODY),
    "json_html": Cause(_WRITTEN, _JSON, RAW_BODY),
    "json_numbers": Cause(_JSON_BODY, _JSON, RAW_BODY),
    "json_twice": Cause(
        "the signature is good for the text {}",
        "the body was made JSON twice: do not stringify what is a string already",
        RAW_BODY,
    ),
    "json_once": Cause(
        _BODY_GOOD,
        ("the sender signed the body made JSON once more: sign the very bytes that are sent"),
        SIGNED,
    ),
    "newline_lost": Cause(
        _BODY_GOOD,
        (
            "a line end was lost: no strip() or chomp before the check, and "
            "`--data-binary`, not `--data`, with curl"
        ),
        RAW_BODY,
    ),
    "newline_added": Cause(
        _BODY_GOOD,
        ("a line end was added, by an editor or `echo`: save without one, use `printf %s`"),
        RAW_BODY,
    ),
    "blanks_added": Cause(
        _BODY_GOOD,
        "white space was added around the body: " + _RAW,
        RAW_BODY,
    ),
    "line_ends": Cause(
        _BODY_GOOD,
        (
            "line ends were changed, by a text mode, git or a proxy: read and write "
            "the body in binary mode"
        ),
        RAW_BODY,
    ),
    "bom_added": Cause(
        _BODY_GOOD,
        "a byte order mark was added: save as UTF-8 without one",
    ),
    "bom_lost": Cause(
        _BODY_GOOD,
        "a byte order mark was taken away (utf-8-sig, or a parser): " + _RAW,
        RAW_BODY,
    ),
    "empty_signed": Cause(
        _BODY_GOOD,
        "the sender signed no body, and sent one: sign the bytes that are sent",
        SIGNED,
    ),
    "empty_checked": Cause(
        "the signature is good for the body {}, and another was checked",
        ("a parser made something of a body that was not there, or nothing of one that was: ") + _RAW,
        RAW_BODY,
    ),
    "body_read_before": Cause(
        "the empty body was checked, and {}",
        "something read the body first (a form or JSON parser, a logger): " + _RAW + ", and keep them",
        RAW_BODY,
    ),
    "body_length": Cause(
        "the body is not the one that was sent: {}",
        "something changed the body on the way: " + _RAW,
        RAW_BODY,
    ),
    "body_longer": Cause(_BODY_GOOD, "cut the body at its Content-Length", RAW_BODY),
    "nul_added": Cause(_BODY_GOOD, "a buffer's rest was taken for body: cut it"),
    "body_object": Cause(_BODY_GOOD, "sign the text or the bytes, not the object", SIGNED),
    "body_repr": Cause(_BODY_GOOD, "sign the bytes, not what printing them shows", SIGNED),
    "charset": Cause(
        _BODY_GOOD,
        "the body was decoded and encoded with two charsets: " + _RAW,
        RAW_BODY,
    ),
    "charset_lost": Cause("the body holds {}", "the body was decoded with losses: " + _RAW, RAW_BODY),
    "unicode_form": Cause(_BODY_GOOD, "something normalises the text: " + _RAW, RAW_BODY),
    "compressed": Cause(
        _BODY_GOOD,
        ("the sender signed before it compressed: decompress, then verify; better, sign what is sent"),
    ),
    "decompressed": Cause(
        "the signed body was {}", "a proxy or framework decompressed the body first: " + _RAW, RAW_BODY
    ),
    "base64_wrapped": Cause(
        "the signature is good for what stands {}",
        (
            "an API gateway hands on binary bodies in base64: decode where "
            "isBase64Encoded is true, then verify"
        ),
        (("AWS Lambda (not run here)", "base64.b64decode(event['body'])"),),
    ),
    "base64_signed": Cause(_BODY_GOOD, "sign the bytes, not their base64", SIGNED),
    "percent": Cause(
        _BODY_GOOD,
        "something decoded or encoded the body: " + _RAW,
        RAW_BODY,
    ),
    "form_field": Cause(
        _BODY_GOOD,
        ("the signed body is the whole form, not its one field (or the other way round): ") + _RAW,
        RAW_BODY,
    ),
    "form_encoded": Cause(_BODY_GOOD, "a form was parsed and written anew: " + _RAW, RAW_BODY),
    "form_decoded": Cause(_BODY_GOOD, "a form was parsed and not kept: " + _RAW, RAW_BODY),
    "slashes_added": Cause(
        _BODY_GOOD,
        "WordPress and old PHP add backslashes: read php://input",
        (PHP,),
    ),
    "html_entities": Cause(_BODY_GOOD, "a filter escaped the body for HTML: " + _RAW, RAW_BODY),
    "body_differs": Cause(
        "the body that was given is not the one that the receiver checked: {}",
        (
            "it changed on the way, or the receiver checked something else: compare "
            "lengths and digests at both ends"
        ),
        RAW_BODY,
    ),
}
