"""Another text was signed, by another hash, or the signature is written otherwise."""

from __future__ import annotations

from typing import Final

from ..fixes import SIGNED
from .cause import Cause

SIGNATURE: Final[dict[str, Cause]] = {
    "signed_time_unit": Cause("signed is {}", "sign the very text of the time that is sent", SIGNED),
    "signed_separator": Cause(
        "signed is the text with {}", "join time and body as the scheme says", SIGNED
    ),
    "signed_body_alone": Cause(
        "signed is {}",
        "sign the time, the separator and the body: else a request can be replayed",
        SIGNED,
    ),
    "signed_time_alone": Cause("signed is {}", "sign the body too: it is not protected", SIGNED),
    "signed_order": Cause("signed is {}", "sign the pieces in the scheme's order", SIGNED),
    "signed_without_time": Cause("signed is {}, without the time", "sign the time too", SIGNED),
    "signed_element": Cause("signed is {}", "sign the time alone, not the element's name", SIGNED),
    "signed_body_digest": Cause("signed is {}", "sign the body's own bytes", SIGNED),
    "signed_as_other_scheme": Cause(
        "signed is the text {}", "name the same scheme at both ends", SIGNED
    ),
    "other_scheme": Cause(
        "the request is signed by the scheme {}", "name that scheme where the verifier is made"
    ),
    "hash_other": Cause(
        "the signature is {}, not the scheme's hash",
        "use HMAC-SHA256, or the scheme that the sender uses",
        SIGNED,
    ),
    "hash_without_key": Cause(
        "the signature is {}, not an HMAC", "use HMAC with the secret as the key", SIGNED
    ),
    "signature_upper_case": Cause(
        "the signature is good, and written in upper case{}",
        "write hexadecimal digits in lower case",
        SIGNED,
    ),
    "signature_0x": Cause(
        "the signature is good, with 0x in front of it{}", "write the digits alone", SIGNED
    ),
    "signature_colons": Cause(
        "the signature is good, with colons between its bytes{}", "write the digits alone", SIGNED
    ),
    "signature_hex": Cause(
        "the signature is good, and hexadecimal{}", "this scheme writes base64", SIGNED
    ),
    "signature_base64": Cause(
        "the signature is good, and in base64{}", "this scheme writes hexadecimal digits", SIGNED
    ),
    "signature_base64url": Cause(
        "the signature is good, and in base64url or without its padding{}",
        "write plain base64, with its padding",
        SIGNED,
    ),
    "signature_base64_of_hex": Cause(
        "the signature is good, and is the base64 of its hexadecimal digits{}", "encode once", SIGNED
    ),
    "signature_truncated": Cause(
        "the signature is the beginning of a good one: {}",
        "send the whole of it: a column or a log cut it",
    ),
}
