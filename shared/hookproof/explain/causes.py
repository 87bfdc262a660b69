"""Every cause there is: its code, what is said of it, and what mends it."""

from __future__ import annotations

from typing import Final, NamedTuple

from .explanation import Finding
from .fixes import HEADERS, RAW_BODY, SECRET, SIGNED, Lines


class Cause(NamedTuple):
    """One row of the list. `{}` in `seen` is where what was found out stands."""

    seen: str
    fix: str
    lines: Lines = ()


_RAW = "verify the bytes as they came, before anything parses them"
_PARSED = "something parsed the body and wrote it anew, at the receiver, on the way, or after the sender signed: "
_JSON = _PARSED + _RAW + "; a sender signs the very bytes that it sends"
_SAME = "give both ends the same text, bare, and check it by its length"

_BODY: dict[str, Cause] = {
    "json_compact": Cause("the signature is good for the body's JSON written {}", _JSON, RAW_BODY),
    "json_spaced": Cause("the signature is good for the body's JSON written {}", _JSON, RAW_BODY),
    "json_ascii": Cause("the signature is good for the body's JSON written {}", _JSON, RAW_BODY),
    "json_sorted": Cause("the signature is good for the body's JSON {}", _JSON, RAW_BODY),
    "json_indented": Cause("the signature is good for the body's JSON {}", _JSON, RAW_BODY),
    "json_slashes": Cause("the signature is good for the body's JSON written {}", _JSON, RAW_BODY),
    "json_html": Cause("the signature is good for the body's JSON written {}", _JSON, RAW_BODY),
    "json_numbers": Cause("the signature is good for the body's JSON {}", _JSON, RAW_BODY),
    "json_twice": Cause(
        "the signature is good for the text {}",
        "the body was made JSON twice: do not stringify what is a string already",
        RAW_BODY,
    ),
    "json_once": Cause(
        "the signature is good for the body {}",
        "the sender signed the body made JSON once more: sign the very bytes that are sent",
        SIGNED,
    ),
    "newline_lost": Cause(
        "the signature is good for the body {}",
        "a line end was lost: no strip() or chomp before the check, and `--data-binary`, not `--data`, with curl",
        RAW_BODY,
    ),
    "newline_added": Cause(
        "the signature is good for the body {}",
        "a line end was added, by an editor or `echo`: save without one, use `printf %s`",
        RAW_BODY,
    ),
    "blanks_added": Cause(
        "the signature is good for the body {}",
        "white space was added around the body: " + _RAW,
        RAW_BODY,
    ),
    "line_ends": Cause(
        "the signature is good for the body {}",
        "line ends were changed, by a text mode, git or a proxy: read and write the body in binary mode",
        RAW_BODY,
    ),
    "bom_added": Cause(
        "the signature is good for the body {}",
        "a byte order mark was added: save as UTF-8 without one",
    ),
    "bom_lost": Cause(
        "the signature is good for the body {}",
        "a byte order mark was taken away (utf-8-sig, or a parser): " + _RAW,
        RAW_BODY,
    ),
    "empty_signed": Cause(
        "the signature is good for the body {}",
        "the sender signed no body, and sent one: sign the bytes that are sent",
        SIGNED,
    ),
    "empty_checked": Cause(
        "the signature is good for the body {}, and another was checked",
        "a parser made something of a body that was not there, or nothing of one that was: " + _RAW,
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
    "body_longer": Cause(
        "the signature is good for the body {}", "cut the body at its Content-Length", RAW_BODY
    ),
    "nul_added": Cause(
        "the signature is good for the body {}", "a buffer's rest was taken for body: cut it"
    ),
    "body_object": Cause(
        "the signature is good for the body {}", "sign the text or the bytes, not the object", SIGNED
    ),
    "body_repr": Cause(
        "the signature is good for the body {}", "sign the bytes, not what printing them shows", SIGNED
    ),
    "charset": Cause(
        "the signature is good for the body {}",
        "the body was decoded and encoded with two charsets: " + _RAW,
        RAW_BODY,
    ),
    "charset_lost": Cause("the body holds {}", "the body was decoded with losses: " + _RAW, RAW_BODY),
    "unicode_form": Cause(
        "the signature is good for the body {}", "something normalises the text: " + _RAW, RAW_BODY
    ),
    "compressed": Cause(
        "the signature is good for the body {}",
        "the sender signed before it compressed: decompress, then verify; better, sign what is sent",
    ),
    "decompressed": Cause(
        "the signed body was {}", "a proxy or framework decompressed the body first: " + _RAW, RAW_BODY
    ),
    "base64_wrapped": Cause(
        "the signature is good for what stands {}",
        "an API gateway hands on binary bodies in base64: decode where isBase64Encoded is true, then verify",
        (("AWS Lambda (not run here)", "base64.b64decode(event['body'])"),),
    ),
    "base64_signed": Cause(
        "the signature is good for the body {}", "sign the bytes, not their base64", SIGNED
    ),
    "percent": Cause(
        "the signature is good for the body {}",
        "something decoded or encoded the body: " + _RAW,
        RAW_BODY,
    ),
    "form_field": Cause(
        "the signature is good for the body {}",
        "the signed body is the whole form, not its one field (or the other way round): " + _RAW,
        RAW_BODY,
    ),
    "form_encoded": Cause(
        "the signature is good for the body {}", "a form was parsed and written anew: " + _RAW, RAW_BODY
    ),
    "form_decoded": Cause(
        "the signature is good for the body {}", "a form was parsed and not kept: " + _RAW, RAW_BODY
    ),
    "slashes_added": Cause(
        "the signature is good for the body {}",
        "WordPress and old PHP add backslashes: read php://input",
        (("PHP (not run here)", "file_get_contents('php://input')"),),
    ),
    "html_entities": Cause(
        "the signature is good for the body {}", "a filter escaped the body for HTML: " + _RAW, RAW_BODY
    ),
    "body_differs": Cause(
        "the body that was given is not the one that the receiver checked: {}",
        "it changed on the way, or the receiver checked something else: compare lengths and digests at both ends",
        RAW_BODY,
    ),
}

_SECRET: dict[str, Cause] = {
    "secret_newline": Cause("the signature is made with the secret {}", "strip the line end where the secret is read: a file or `echo` added it", SECRET),
    "secret_quoted": Cause("the signature is made with the secret {}", "give the bare string: quotes belong to the shell or the .env file", SECRET),
    "secret_blanks": Cause("the signature is made with the secret {}", "a blank was copied with it: " + _SAME, SECRET),
    "secret_prefix_kept": Cause("the signature is made with the secret {}", "one end uses the prefix and one does not: " + _SAME, SECRET),
    "secret_prefix_lost": Cause("the signature is made with the secret {}", "one end uses the prefix and one does not: " + _SAME, SECRET),
    "secret_base64_decoded": Cause("the signature is made with the secret {}", "this scheme uses the secret's text as it stands: do not decode it"),
    "secret_hex_decoded": Cause("the signature is made with the secret {}", "this scheme uses the secret's text as it stands: do not decode it"),
    "secret_text": Cause("the signature is made with the secret {}", "this scheme's key is what the base64 behind whsec_ stands for: decode it"),
    "secret_base64_encoded": Cause("the signature is made with the secret {}", "use the secret as it was given, not encoded"),
    "secret_hex_encoded": Cause("the signature is made with the secret {}", "use the secret as it was given, not encoded"),
    "secret_unset": Cause("the signature is made with a secret that is {}: anybody can make it", "set the secret where the sender reads it; refuse to start without one", SECRET),
    "secret_percent": Cause("the signature is made with the secret {}", "a URL or form changed it on the way: " + _SAME),
    "secret_charset": Cause("the signature is made with the secret {}", "encode it as UTF-8 at both ends, or use ASCII alone"),
    "secret_case": Cause("the signature is made with the secret {}", _SAME),
    "secret_escaped": Cause("the signature is made with the secret {}", "a .env file, YAML or compose file read its escapes: quote it there", SECRET),
    "secret_hashed": Cause("the signature is made with the secret {}", "use the secret itself as the key"),
    "secret_twice": Cause("the signature is made with the secret {}", "it was pasted two times: " + _SAME),
    "secret_name": Cause("the signature is made with the secret's {}", "the variable's name was used, not what it holds", SECRET),
    "secret_other": Cause("the signature is made with {}", "the two ends hold different secrets: during a change, give the receiver both, newest first"),
}  # fmt: skip

_SIGNATURE: dict[str, Cause] = {
    "signed_time_unit": Cause("signed is {}", "sign the very text of the time that is sent", SIGNED),
    "signed_separator": Cause("signed is the text with {}", "join time and body as the scheme says", SIGNED),
    "signed_body_alone": Cause("signed is {}", "sign the time, the separator and the body: else a request can be replayed", SIGNED),
    "signed_time_alone": Cause("signed is {}", "sign the body too: it is not protected", SIGNED),
    "signed_order": Cause("signed is {}", "sign the pieces in the scheme's order", SIGNED),
    "signed_without_time": Cause("signed is {}, without the time", "sign the time too", SIGNED),
    "signed_element": Cause("signed is {}", "sign the time alone, not the element's name", SIGNED),
    "signed_body_digest": Cause("signed is {}", "sign the body's own bytes", SIGNED),
    "signed_as_other_scheme": Cause("signed is the text {}", "name the same scheme at both ends", SIGNED),
    "other_scheme": Cause("the request is signed by the scheme {}", "name that scheme where the verifier is made"),
    "hash_other": Cause("the signature is {}, not the scheme's hash", "use HMAC-SHA256, or the scheme that the sender uses", SIGNED),
    "hash_without_key": Cause("the signature is {}, not an HMAC", "use HMAC with the secret as the key", SIGNED),
    "signature_upper_case": Cause("the signature is good, and written in upper case{}", "write hexadecimal digits in lower case", SIGNED),
    "signature_0x": Cause("the signature is good, with 0x in front of it{}", "write the digits alone", SIGNED),
    "signature_colons": Cause("the signature is good, with colons between its bytes{}", "write the digits alone", SIGNED),
    "signature_hex": Cause("the signature is good, and hexadecimal{}", "this scheme writes base64", SIGNED),
    "signature_base64": Cause("the signature is good, and in base64{}", "this scheme writes hexadecimal digits", SIGNED),
    "signature_base64url": Cause("the signature is good, and in base64url or without its padding{}", "write plain base64, with its padding", SIGNED),
    "signature_base64_of_hex": Cause("the signature is good, and is the base64 of its hexadecimal digits{}", "encode once", SIGNED),
    "signature_truncated": Cause("the signature is the beginning of a good one: {}", "send the whole of it: a column or a log cut it"),
}  # fmt: skip

_HEADER: dict[str, Cause] = {
    "header_underscored": Cause("the signature stands under the name {}", "hand on the headers themselves, not the environment that WSGI or CGI makes of them", HEADERS),
    "header_renamed": Cause("the signature stands under the name {}", "let the proxy hand on the header under its own name", HEADERS),
    "header_twice": Cause("one of the signatures is good, and the header came {}", "a proxy or a retry added its own: send one"),
    "header_joined": Cause("one of the signatures is good, and the header holds {}", "two headers were joined into one on the way: send one"),
    "header_quoted": Cause("the signature is good, and the header holds {}", "send the value without quotes"),
    "header_percent": Cause("the signature is good, and the header is {}", "send the value as it is"),
    "header_name_inside": Cause("the signature is good, and the header's value holds {}", "send the value alone"),
    "header_semicolons": Cause("the signature is good, and its elements are joined by {}", "join elements by commas"),
    "header_blanks": Cause("the signature is good, and the header has {} where none may stand", "send no blanks but after a comma; take away line ends"),
    "element_renamed": Cause("the signature is good, and there is {}", "give elements the names that the scheme has", SIGNED),
    "header_grammar": Cause("the signature is good, and the header has {}", "write the header as the scheme has it", SIGNED),
    "header_lost": Cause("there is no signature{}", "set the task's secret key; where it is set, look for a proxy that drops unknown headers"),
    "time_unit": Cause("the signature is good, and its time is in {}", "send the time in the scheme's unit", SIGNED),
    "time_form": Cause("the signature is good, and its time is {}", "send the time as whole digits, nothing before or after", SIGNED),
    "time_elsewhere": Cause("the signature is good, and its time stands in {}", "put the time where the scheme has it", SIGNED),
}  # fmt: skip

_TIME: dict[str, Cause] = {
    "signed_long_ago": Cause("signed {}, and good", "send at once, or sign again; for judging an old message: hookproof verify --at TIME"),
    "signed_ahead": Cause("signed {}, and good", "set the clocks by NTP"),
    "time_zone": Cause("the times are {} apart, as zones are", "take Unix time, not local time made into a number"),
    "clock_not_set": Cause("the sender's clock stands {}", "set the sender's clock before it signs; check the unit of the time"),
    "retry_not_signed_anew": Cause("the request has {}", "sign every attempt anew"),
    "clock_wrong": Cause("the two clocks may stand {}", "compare both with `date -u`, and set them by NTP"),
}  # fmt: skip

CAUSES: Final[dict[str, Cause]] = {**_BODY, **_SECRET, **_SIGNATURE, **_HEADER, **_TIME}
"""By code. The list is closed: PROTOCOL.md has the same."""


def finding(code: str, what: str, *, proved: bool = False) -> Finding:
    """A finding of that cause.

    Args:
        code: one of `CAUSES`.
        what: what was found out, for the place that the cause's sentence has for it.
        proved: whether it reproduces the signature, or is measured.
    """
    cause = CAUSES[code]
    return Finding(code, proved, cause.seen.format(what), cause.fix, cause.lines)
