"""The vectors as one JSON text, in the shape that Wycheproof's runners know."""

from __future__ import annotations

import json
from typing import Any

from . import forged, good, grammar, secrets, times
from .vector import Group, Vector

GROUPS: tuple[Group, ...] = (good.GROUP, forged.GROUP, grammar.GROUP, times.GROUP, *secrets.GROUPS)
"""All vectors, by subject, each group with the secrets of its receiver."""

_HEADER = (
    "Requests to a receiver of HTTP tasks, each with the one right verdict.",
    "secrets: what the receiver holds, newest first; a key is a text's UTF-8 bytes. Nobody uses them.",
    "body: hexadecimal. headers: pairs; the character of number n in a value is the byte n.",
    "now: the receiver's clock, Unix time in milliseconds. tolerance: seconds, in both directions.",
    "result: valid or invalid. code: why, from PROTOCOL.md's closed list; null where valid.",
    "rule: the rule of PROTOCOL.md that is proved. label: which secret matches; null where invalid.",
)

_NOTES = {
    "Body": ("EDGE_CASE", "A body that something on the way likes to decode, change or drop."),
    "Grammar": ("MALFORMED", "The header's grammar, and its edges."),
    "Key": ("EDGE_CASE", "A secret of an unusual length or content."),
    "ModifiedBody": ("FORGERY", "The body is not the one that was signed."),
    "ModifiedSignature": ("FORGERY", "A signature that was changed."),
    "ModifiedTime": ("FORGERY", "The time is not the one that was signed."),
    "Ordinary": ("BASIC", "What is sent every day."),
    "Rotation": ("FUNCTIONALITY", "Several secrets, and the change from one to the next."),
    "SignatureForm": ("MALFORMED", "The signature in another writing, length or algorithm."),
    "Stale": ("REPLAY", "Outside the tolerance, or judged in the wrong order."),
    "TimeForm": ("MALFORMED", "The writing of the time, and its edges."),
    "Tolerance": ("EDGE_CASE", "At the very bound of the tolerance."),
    "Unit": ("FUNCTIONALITY", "Seconds and milliseconds, told apart by size."),
    "WrongAlgorithm": ("FORGERY", "Made by another function than HMAC-SHA256."),
    "WrongKey": ("FORGERY", "Made with another key than the secret's bytes."),
    "WrongMessage": ("FORGERY", "Made over other bytes than time, dot and body."),
}


def text() -> str:
    """The file as it is to stand."""
    made: list[dict[str, Any]] = []
    number = 0
    for group in GROUPS:
        tests = [_test(number + i, vector) for i, vector in enumerate(group.vectors, start=1)]
        number += len(tests)
        held = [{"label": label, "text": secret} for label, secret in group.secrets]
        made.append({"type": "HttpTaskVerify", "secrets": held, "tests": tests})
    document = {
        "algorithm": "http-task",
        "generatorVersion": "1",
        "numberOfTests": number,
        "header": _HEADER,
        "notes": {
            flag: {"bugType": kind, "description": description}
            for flag, (kind, description) in _NOTES.items()
        },
        "testGroups": made,
    }
    return json.dumps(document, indent=1) + "\n"


def _test(number: int, vector: Vector) -> dict[str, Any]:
    return {
        "tcId": number,
        "comment": vector.comment,
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
