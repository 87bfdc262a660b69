"""What an attempt's outcome most likely means, and what to do about it."""

from __future__ import annotations

from ..wire import Attempt
from .answers import meaning_of

_BY_CAUSE = {
    "target_refused": "hookproof policy check URL says why, address by address.",
    "timeout": "Does the receiver answer before the deadline? It may have acted all the same.",
    "dns_failed": "Is the host's name spelled right, and known where this runs?",
    "connection_refused": "Is the receiving application started, and is this its port?",
    "unreachable": "Is this machine on a network that leads there?",
    "connection_reset": "The receiver, or something before it, gave up: its log should say why.",
    "tls_expired": "Renew it; sslVerification = false sends all the same, to whoever answers.",
    "tls_not_yet_valid": "Is this machine's clock right, and the server's?",
    "tls_wrong_name": "Use the name that the certificate is for.",
    "tls_self_signed": "Public authorities alone count; sslVerification = false sends all the same.",
    "tls_untrusted": "Public authorities alone count; sslVerification = false sends all the same.",
    "tls_incomplete_chain": "A browser finds what is missing by itself, a sender does not.",
    "tls_weak": "Public authorities sign no such one now; sslVerification = false sends all the same.",
    "tls_failed": "Is this the port for https?",
    "protocol_error": "Something else than HTTP listens there: is it the right port?",
    "answer_too_large": "This looks like no receiver of webhooks: is it the right URL?",
    "local_failure": "Look at this machine: free ports, open files, memory.",
    "interrupted": "Test again, or look at the receiver.",
    "lost": "Look at the receiver: it may have acted.",
}

_BY_STATUS = {
    301: "It moved: redirects are not followed, so write the new address into the URL.",
    302: "It points elsewhere: redirects are not followed, so write that address into the URL.",
    307: "It points elsewhere: redirects are not followed, so write that address into the URL.",
    308: "It moved: redirects are not followed, so write the new address into the URL.",
    400: "The receiver could not read the request: look at the body and the Content-Type header.",
    401: "The receiver does not know the sender: are secret and Authorization the same at both ends?",
    403: "The receiver knows the sender and forbids it: a right or a scope is missing.",
    404: "The host answers, and has nothing at this path: is the URL complete?",
    405: "The path is right, the method is not: try another one.",
    413: "The body is too large for the receiver.",
    415: "The receiver wants another Content-Type: most often application/json.",
    429: "Too many requests: wait, and send fewer.",
    502: "A proxy answered: what stands behind it did not.",
    503: "The receiver is up and busy, or is being restarted.",
    504: "A proxy answered: what stands behind it was too slow.",
}


def advise(attempt: Attempt) -> str | None:
    """Words for an attempt: from its cause, else from what the answer says, else its status.

    None where it succeeded, and the answer says nothing else.
    """
    if attempt.cause is not None:
        return _BY_CAUSE[attempt.cause]
    meaning = meaning_of(attempt)
    if meaning is not None or attempt.succeeded:
        return meaning
    assert attempt.status is not None
    return _BY_STATUS.get(attempt.status) or _by_class(attempt.status)


def _by_class(status: int) -> str:
    if 300 <= status <= 399:
        return "Redirects are not followed: write the address that it points to into the URL."
    if 400 <= status <= 499:
        return "The receiver refuses the request: its answer or its documentation should say why."
    return "The receiver failed: its log should say why."
