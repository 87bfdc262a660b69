"""Why TLS did not come about: OpenSSL's numbers and words, and who mends what they mean."""

from __future__ import annotations

import ssl

from .failure import Failure
from .handshake import CERTIFICATE_WANTED, CHAIN_MISSING

_UNTRUSTED = Failure(
    "tls_untrusted",
    "the server's certificate is by an authority that is not trusted: its operator gets one of a "
    "public authority",
)
_CONSTRAINED = Failure(
    "tls_untrusted",
    "the authority of the server's certificate may not sign for this name: the server's operator gets "
    "one of another authority",
)
_INCOMPLETE = Failure(
    "tls_incomplete_chain",
    "the server sends its own certificate alone, without those that lead to an authority: its operator "
    "adds them (the full chain)",
)
_SHORT_KEY = Failure(
    "tls_weak",
    "the server's certificate, or one of its chain, has too short a key (RSA below 2048 bits): the "
    "server's operator gets a new one",
)
_WEAK_HASH = Failure(
    "tls_weak",
    "the server's certificate, or one of its chain, is signed over SHA-1 or worse: the server's "
    "operator gets a new one",
)

# X509_V_ERR_… of openssl/x509_vfy.h.
_BY_NUMBER = {
    2: _UNTRUSTED,
    9: Failure(
        "tls_not_yet_valid",
        "the server's certificate is not valid yet: the server's operator installs one that is, unless "
        "it is this computer's clock that is behind",
    ),
    10: Failure(
        "tls_expired",
        "the server's certificate, or one of its chain, has expired: the server's operator renews it",
    ),
    18: Failure(
        "tls_self_signed",
        "the server's certificate is signed by itself: its operator gets one of a public authority",
    ),
    19: _UNTRUSTED,
    20: _UNTRUSTED,
    47: _CONSTRAINED,
    48: _CONSTRAINED,
    62: Failure(
        "tls_wrong_name",
        "the server's certificate is for another name: the task's URL takes the name that it is for, "
        "or the server's operator gets one for this name",
    ),
    64: Failure(
        "tls_wrong_name",
        "the server's certificate is not for this address: the task's URL takes a name that it is for",
    ),
    66: _SHORT_KEY,
    67: _SHORT_KEY,
    68: _WEAK_HASH,
}

_BY_REASON = {
    ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"): (
        "the server does not speak TLS here: the task's URL takes http, or the port for https"
    ),
    ("UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"): (
        "the server offers no TLS that is still safe: its operator switches on version 1.2 or 1.3"
    ),
    ("SSLV3_ALERT_HANDSHAKE_FAILURE", "WRONG_CIPHER_RETURNED", "UNKNOWN_CIPHER_RETURNED"): (
        "the server offers no cipher that is still safe: its operator switches on ECDHE with AES"
    ),
}
_CLIENT = (
    "the server wants a certificate of the client, and a task has none: the server's operator takes "
    "requests without one"
)
_CUT = (
    "the connection ended before TLS was agreed on: the task's URL takes the port for https, or the "
    "server's operator finds out why in its log"
)


def of_tls(error: BaseException, *, agreed: bool, answered: bool) -> Failure | None:
    """Name what went wrong with TLS; None where it is something else.

    Args:
        error: one exception, without what it was raised from.
        agreed: whether the handshake was over.
        answered: whether a byte of an answer had come.
    """
    notes = getattr(error, "__notes__", ())
    match error:
        case ssl.SSLCertVerificationError():
            failure = _BY_NUMBER.get(error.verify_code)
            if failure is _UNTRUSTED and CHAIN_MISSING in notes:
                return _INCOMPLETE
            return failure or _unacceptable(error.verify_message)
        case OSError() if CERTIFICATE_WANTED in notes and not answered:
            return Failure("tls_failed", _CLIENT)
        case ssl.SSLError() if not agreed or "ALERT" in (error.reason or ""):
            return _by_reason(error)
        case ConnectionError() if not agreed:
            return Failure("tls_failed", _CUT)
    return None


def _unacceptable(why: str) -> Failure:
    sentence = f"the server's certificate is not acceptable ({why}): its operator gets another one"
    return Failure("tls_untrusted", sentence)


def _by_reason(error: ssl.SSLError) -> Failure:
    if isinstance(error, ssl.SSLEOFError) or not error.reason:
        return Failure("tls_failed", _CUT)
    for reasons, sentence in _BY_REASON.items():
        if error.reason in reasons:
            return Failure("tls_failed", sentence)
    why = error.reason.replace("_", " ").lower()
    return Failure("tls_failed", f"TLS failed ({why}): the server's operator finds out why in its log")
