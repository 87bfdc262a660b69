"""The vectors as one JSON text, in the shape that Wycheproof's runners know."""

from __future__ import annotations

import json
from typing import Any

from . import forged, github, good, grammar, secrets, slack, standard_webhooks, stripe, times
from .vector import Group, Vector

GROUPS: dict[str, tuple[Group, ...]] = {
    "http-task": (good.GROUP, forged.GROUP, grammar.GROUP, times.GROUP, *secrets.GROUPS),
    "standard-webhooks": standard_webhooks.GROUPS,
    "stripe": stripe.GROUPS,
    "github": github.GROUPS,
    "github-sha1": github.SHA1_GROUPS,
    "slack": slack.GROUPS,
}
"""All vectors, by scheme, each group with the secrets of its receiver."""

_SUBJECTS = {
    "http-task": "Requests to a receiver of HTTP tasks",
    "standard-webhooks": "Requests by the specification Standard Webhooks",
    "stripe": "Requests of Stripe",
    "github": "Requests of GitHub",
    "github-sha1": "Requests of GitHub, by the older of its two headers",
    "slack": "Requests of Slack to an app",
}
_KEYS = {"standard-webhooks": "what a text's base64 stands for, after whsec_"}

_HEADER = (
    "{subject}, each with the one right verdict.",
    "secrets: what the receiver holds, newest first; a key is {key}. Nobody uses them.",
    "body: hexadecimal. headers: pairs; the character of number n in a value is the byte n.",
    "now: the receiver's clock, Unix time in milliseconds. tolerance: seconds, in both directions.",
    "result: valid or invalid. code: why, from PROTOCOL.md's closed list; null where valid.",
    "rule: the rule of PROTOCOL.md that is proved. label: which secret matches; null where invalid.",
)

_NOTES = {
    "Body": ("EDGE_CASE", "A body that something on the way likes to decode, change or drop."),
    "Grammar": ("MALFORMED", "The header's grammar, and its edges."),
    "Identity": ("EDGE_CASE", "A message's signed id, and its edges."),
    "Key": ("EDGE_CASE", "A secret of an unusual length or content."),
    "ModifiedBody": ("FORGERY", "The body is not the one that was signed."),
    "ModifiedId": ("FORGERY", "The id is not the one that was signed."),
    "ModifiedSignature": ("FORGERY", "A signature that was changed."),
    "ModifiedTime": ("FORGERY", "The time is not the one that was signed."),
    "Ordinary": ("BASIC", "What is sent every day."),
    "Published": ("BASIC", "An example that the scheme's owner publishes; its source stands beside."),
    "Rotation": ("FUNCTIONALITY", "Several secrets, and the change from one to the next."),
    "SignatureForm": ("MALFORMED", "The signature in another writing, length or algorithm."),
    "Stale": ("REPLAY", "Outside the tolerance, or judged in the wrong order."),
    "TimeForm": ("MALFORMED", "The writing of the time, and its edges."),
    "Tolerance": ("EDGE_CASE", "At the very bound of the tolerance."),
    "Unit": ("FUNCTIONALITY", "Seconds and milliseconds, told apart by size."),
    "WrongAlgorithm": ("FORGERY", "Made by another function than the scheme's."),
    "WrongKey": ("FORGERY", "Made with another key than the secret's."),
    "WrongMessage": ("FORGERY", "Made over other bytes than the scheme's."),
}


def text(scheme: str) -> str:
    """The file of one scheme as it is to stand."""
    kind = "".join(word.capitalize() for word in scheme.split("-")) + "Verify"
    made: list[dict[str, Any]] = []
    number = 0
    for group in GROUPS[scheme]:
        tests = [_test(number + i, vector) for i, vector in enumerate(group.vectors, start=1)]
        number += len(tests)
        held = [{"label": label, "text": secret} for label, secret in group.secrets]
        made.append({"type": kind, "secrets": held, "tests": tests})
    flags = {flag for group in made for test in group["tests"] for flag in test["flags"]}
    words = {"subject": _SUBJECTS[scheme], "key": _KEYS.get(scheme, "a text's UTF-8 bytes")}
    document = {
        "algorithm": scheme,
        "generatorVersion": "1",
        "numberOfTests": number,
        "header": [line.format(**words) for line in _HEADER],
        "notes": {
            flag: {"bugType": bug, "description": description}
            for flag, (bug, description) in _NOTES.items()
            if flag in flags
        },
        "testGroups": made,
    }
    return json.dumps(document, indent=1) + "\n"


def _test(number: int, vector: Vector) -> dict[str, Any]:
    source = {} if vector.source is None else {"source": vector.source}
    return {
        "tcId": number,
        "comment": vector.comment,
        **source,
        "flags": vector.flags,
        "rule": vector.rule,
        "body": vector.body.hex(),
        "headers": vector.headers,
        "now": vector.now,
        "tolerance": vector.tolerance,
        "result": "invalid" if vector.code else "valid",
        "code": vector.code,
        "label": vector.label,
    }
