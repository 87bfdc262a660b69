"""What an attempt's outcome most likely means, and what to do about it."""

from __future__ import annotations

import json
from typing import Any

from ..wire import Attempt

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

_BY_SLACK_WORD = {
    "invalid_payload": "Slack could not read the body: JSON with a text, sent as application/json.",
    "no_text": 'Slack wants a text: {"text": "…"}.',
    "no_service": "This Slack webhook was removed or never was: copy its URL again.",
    "no_team": "Slack knows no such workspace: copy the webhook's URL again.",
    "invalid_token": "The webhook's URL is not complete, or was revoked: copy it again.",
    "user_not_found": "Slack knows no such user.",
    "channel_not_found": "Slack knows no such channel.",
    "channel_is_archived": "The channel is archived: pick another one.",
    "action_prohibited": "The workspace's settings forbid it.",
    "rollup_error": "Slack failed on its own side: try again.",
    "rate_limited": "Slack takes about one message a second here: wait.",
}

_BY_CODE = {
    "missing_header": "The receiver wants a signature, and none was sent: give the task its secret.",
    "no_match": "The secret is not the receiver's, or something on the way changed the body.",
    "too_old": "The clocks differ: this machine's is behind, or the receiver's ahead.",
    "too_new": "The clocks differ: this machine's is ahead, or the receiver's behind.",
}


def advise(attempt: Attempt) -> str | None:
    """Words for a failed attempt: from its cause, else from what the answer says, else its status."""
    if attempt.succeeded:
        return _hidden_failure(attempt)
    if attempt.cause is not None:
        return _BY_CAUSE[attempt.cause]
    assert attempt.status is not None
    return _from_answer(attempt.answer) or _BY_STATUS.get(attempt.status) or _by_class(attempt.status)


def platform_message(answer: bytes) -> str | None:
    """What an error of the platform's API says in `exception.message`; None where it says nothing."""
    exception = _object(answer).get("exception")
    message = exception.get("message") if isinstance(exception, dict) else None
    return message if isinstance(message, str) else None


def _from_answer(answer: bytes) -> str | None:
    word = answer.strip().decode("ascii", "replace")
    code = _object(answer).get("code")
    return _BY_SLACK_WORD.get(word) or (_BY_CODE.get(code) if isinstance(code, str) else None)


def _hidden_failure(attempt: Attempt) -> str | None:
    """Slack's chat.postMessage answers 200 to errors too, and says so in the body alone."""
    answer = _object(attempt.answer)
    if answer.get("ok") is False and isinstance(answer.get("error"), str):
        return "The status is good, and the answer says ok: false: it was not done."
    return None


def _by_class(status: int) -> str:
    if 300 <= status <= 399:
        return "Redirects are not followed: write the address that it points to into the URL."
    if 400 <= status <= 499:
        return "The receiver refuses the request: its answer or its documentation should say why."
    return "The receiver failed: its log should say why."


def _object(answer: bytes) -> dict[str, Any]:
    try:
        document = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
