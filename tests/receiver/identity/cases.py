"""The ladder as a table: what is asked, what is on record, what is decided."""

from __future__ import annotations

from typing import Any

import pytest

from hookproof_receiver.identity import Asked, Found, Known, State
from hookproof_receiver.inbox import Endpoint

PLAIN = Endpoint("/hooks")
KEYED = Endpoint("/hooks", identity="/run")
STRICT = Endpoint("/hooks", identity="/run", identity_required=True)
REFUSING = Endpoint("/hooks", on_body_change="refuse")
KEYED_REFUSING = Endpoint("/hooks", identity="/run", on_body_change="refuse")


def known(state: State = "done", digest: str = "same", at: int = 1, promised: bool = False) -> Known:
    return Known("msg", state, promised, digest, at)


def asked(**fields: Any) -> Asked:
    given: dict[str, Any] = {
        "field": None,
        "id": None,
        "signature": "signature",
        "guid": None,
        "digest": "same",
        "signed_ms": 2,
        "stale": False,
    }
    return Asked(**(given | fields))


DONE, FAILED, RUNNING = known("done"), known("failed"), known("running")
PROMISED = known("running", promised=True)

CASES = [
    # (what is asked, what is found, the endpoint) -> (rule, verdict, binds, flags, adopts)
    pytest.param(asked(), Found(), PLAIN, (4, "new", "signature", "", True), id="nothing known"),
    pytest.param(
        asked(guid="g"), Found(), PLAIN, (4, "new", "signature guid", "", True), id="unlinked"
    ),
    pytest.param(asked(signature=None), Found(), PLAIN, (4, "new", "", "", True), id="unsigned"),
    pytest.param(asked(stale=True), Found(), PLAIN, (4, "stale", "", "", False), id="stale, unknown"),
    pytest.param(
        asked(stale=True, guid="g", flags=("guid_ignored",)),
        Found(),
        KEYED,
        (4, "stale", "", "guid_ignored no_identity", False),
        id="stale, unknown: what is odd is told",
    ),
    # rule 0
    pytest.param(asked(field="k"), Found(), KEYED, (0, "new", "key signature", "", True), id="new key"),
    pytest.param(
        asked(field="k", guid="g", digest="other"),
        Found(by_guid=DONE),
        KEYED,
        (0, "new", "key signature", "", True),
        id="a new key under a known GUID is a new message",
    ),
    pytest.param(
        asked(field="k", guid="g"),
        Found(by_key=FAILED, by_guid=DONE),
        KEYED,
        (0, "again", "signature", "", False),
        id="the key decides before the GUID",
    ),
    pytest.param(
        asked(field="k", guid="g"),
        Found(by_key=DONE),
        KEYED,
        (0, "answered", "signature guid", "", False),
        id="known key, new GUID",
    ),
    pytest.param(
        asked(field="k"),
        Found(by_key=FAILED, by_signature=FAILED),
        KEYED,
        (0, "again", "", "", False),
        id="known key, seen bytes",
    ),
    pytest.param(
        asked(field="k", guid="g"),
        Found(by_signature=DONE),
        KEYED,
        (1, "answered", "key", "", False),
        id="the setting is newer than the message",
    ),
    pytest.param(
        asked(field="k", guid="g"),
        Found(by_guid=FAILED),
        KEYED,
        (2, "again", "key signature", "", False),
        id="the setting is newer than the message: the same body under its GUID",
    ),
    pytest.param(
        asked(field="k", digest="other"),
        Found(by_key=FAILED),
        KEYED,
        (0, "again", "signature", "body_changed", True),
        id="known key, newer body, unfinished",
    ),
    pytest.param(
        asked(field="k", digest="other", signed_ms=0),
        Found(by_key=FAILED),
        KEYED,
        (0, "again", "signature", "body_changed", False),
        id="known key, older body: what runs is the newer one on record",
    ),
    pytest.param(
        asked(field="k", digest="other"),
        Found(by_key=DONE),
        KEYED,
        (0, "answered", "signature", "body_changed", False),
        id="known key, other body, finished",
    ),
    pytest.param(
        asked(field="k", digest="other"),
        Found(by_key=DONE),
        KEYED_REFUSING,
        (0, "body_changed", "", "body_changed", False),
        id="known key, other body, refused",
    ),
    pytest.param(
        asked(field="k", stale=True), Found(), KEYED, (0, "stale", "", "", False), id="stale, new key"
    ),
    pytest.param(
        asked(), Found(), KEYED, (4, "new", "signature", "no_identity", True), id="no usable key"
    ),
    pytest.param(
        asked(guid="g"),
        Found(by_guid=DONE),
        KEYED,
        (2, "answered", "signature", "no_identity", False),
        id="no usable key, known GUID",
    ),
    pytest.param(
        asked(guid="g"),
        Found(by_guid=DONE),
        STRICT,
        (None, "no_identity", "", "no_identity", False),
        id="no usable key where one is required",
    ),
    pytest.param(
        asked(stale=True),
        Found(),
        STRICT,
        (None, "no_identity", "", "no_identity", False),
        id="no usable key where one is required, before it is stale",
    ),
    pytest.param(
        asked(guid="g", flags=("guid_ignored",)),
        Found(link=FAILED),
        KEYED,
        (3, "again", "signature guid", "guid_ignored no_identity linked", False),
        id="no usable key, linked",
    ),
    pytest.param(
        asked(field="k", guid="g"),
        Found(by_key=DONE, by_signature=FAILED, by_guid=RUNNING),
        KEYED,
        (0, "answered", "", "", False),
        id="the key decides before all else",
    ),
    pytest.param(
        asked(field="k", digest="other", stale=True),
        Found(by_key=known("failed", promised=True)),
        KEYED,
        (0, "promised", "", "body_changed", False),
        id="a stale request changes no body",
    ),
    pytest.param(
        asked(field="k", digest="other", stale=True),
        Found(by_key=FAILED),
        KEYED,
        (0, "stale", "", "body_changed", False),
        id="known key, failed, stale: what is odd is told",
    ),
    pytest.param(
        asked(field="k", digest="other", signed_ms=0),
        Found(by_key=known("failed", promised=True)),
        KEYED,
        (0, "promised", "signature", "body_changed", False),
        id="promised and not running, older body",
    ),
    pytest.param(
        asked(field="k", guid="g"),
        Found(by_key=known("failed", promised=True)),
        KEYED,
        (0, "promised", "signature guid", "", False),
        id="promised and not running, the same body",
    ),
    pytest.param(
        asked(field="k", digest="other", signed_ms=1),
        Found(by_key=known("failed", at=1)),
        KEYED,
        (0, "again", "signature", "body_changed", True),
        id="of two bodies of one moment the later to come runs",
    ),
    # rule 0, by the id that the scheme signs
    pytest.param(
        asked(id="i"), Found(), PLAIN, (0, "new", "key signature", "", True), id="new signed id"
    ),
    pytest.param(
        asked(id="i", guid="g"),
        Found(by_guid=DONE),
        PLAIN,
        (0, "new", "key signature", "", True),
        id="a new signed id under a known GUID is a new message",
    ),
    pytest.param(
        asked(id="i"),
        Found(by_key=DONE),
        PLAIN,
        (0, "answered", "signature", "", False),
        id="known signed id, signed again",
    ),
    pytest.param(
        asked(id="i", digest="other"),
        Found(by_key=FAILED),
        PLAIN,
        (0, "again", "signature", "body_changed", True),
        id="known signed id, newer body, unfinished",
    ),
    pytest.param(
        asked(id="i", digest="other"),
        Found(by_key=DONE),
        REFUSING,
        (0, "body_changed", "", "body_changed", False),
        id="known signed id, other body, refused",
    ),
    pytest.param(
        asked(id="i", stale=True),
        Found(by_key=DONE),
        PLAIN,
        (0, "answered", "", "", False),
        id="a known signed id is known before it is stale",
    ),
    pytest.param(
        asked(id="i"),
        Found(),
        KEYED,
        (0, "new", "key signature", "no_identity", True),
        id="no usable field: the signed id is the key",
    ),
    pytest.param(
        asked(id="i"),
        Found(by_key=DONE),
        STRICT,
        (None, "no_identity", "", "no_identity", False),
        id="no usable field where one is required, whatever id is signed",
    ),
    # the body alone is signed
    pytest.param(
        asked(signature=None, signed_ms=None),
        Found(),
        PLAIN,
        (4, "new", "", "", True),
        id="the body alone is signed: nothing is bound",
    ),
    pytest.param(
        asked(signature=None, signed_ms=None, guid="g"),
        Found(link=DONE),
        PLAIN,
        (3, "answered", "guid", "linked", False),
        id="the body alone is signed: a retry by its new GUID",
    ),
    pytest.param(
        asked(signature=None, signed_ms=None, guid="g", digest="other"),
        Found(by_guid=Known("msg", "failed", False, "same", None)),
        PLAIN,
        (2, "again", "", "body_changed", True),
        id="no time is signed: the later to come is the newer",
    ),
    # rule 1
    pytest.param(
        asked(guid="other"),
        Found(by_signature=DONE),
        PLAIN,
        (1, "answered", "", "", False),
        id="seen bytes bind no GUID",
    ),
    pytest.param(
        asked(guid="g"),
        Found(by_signature=FAILED, by_guid=DONE),
        PLAIN,
        (1, "again", "", "", False),
        id="seen bytes decide before the GUID",
    ),
    pytest.param(
        asked(stale=True),
        Found(by_signature=DONE),
        PLAIN,
        (1, "answered", "", "", False),
        id="seen bytes are known before they are stale",
    ),
    pytest.param(
        asked(digest="other"),
        Found(by_signature=known("failed", "same", 1)),
        PLAIN,
        (1, "again", "", "", True),
        id="seen bytes, signed later than what is held",
    ),
    pytest.param(
        asked(digest="other"),
        Found(by_signature=known("failed", "same", 3)),
        PLAIN,
        (1, "again", "", "", False),
        id="seen bytes, signed before what is held",
    ),
    pytest.param(
        asked(guid="g"),
        Found(by_signature=RUNNING),
        PLAIN,
        (1, "wait", "", "", False),
        id="seen bytes, running",
    ),
    pytest.param(
        asked(digest="other"),
        Found(by_signature=DONE),
        REFUSING,
        (1, "answered", "", "", False),
        id="seen bytes of a message whose body changed since are no change",
    ),
    # rule 2
    pytest.param(
        asked(guid="g"), Found(by_guid=DONE), PLAIN, (2, "answered", "signature", "", False), id="retry"
    ),
    pytest.param(
        asked(guid="g", stale=True),
        Found(by_guid=DONE),
        PLAIN,
        (2, "answered", "", "", False),
        id="stale retry of a finished message binds nothing",
    ),
    pytest.param(
        asked(guid="g", digest="other"),
        Found(by_guid=FAILED),
        PLAIN,
        (2, "again", "signature", "body_changed", True),
        id="rendered again, unfinished",
    ),
    pytest.param(
        asked(guid="g", digest="other"),
        Found(by_guid=DONE),
        PLAIN,
        (2, "answered", "signature", "body_changed", False),
        id="rendered again, finished",
    ),
    pytest.param(
        asked(guid="g", digest="other"),
        Found(by_guid=RUNNING),
        PLAIN,
        (2, "wait", "signature", "body_changed", False),
        id="rendered again, running: flagged, not run",
    ),
    pytest.param(
        asked(guid="g", digest="other"),
        Found(by_guid=PROMISED),
        PLAIN,
        (2, "promised", "signature", "body_changed", False),
        id="rendered again, promised and running",
    ),
    pytest.param(
        asked(guid="g", digest="other"),
        Found(by_guid=known("failed", promised=True)),
        PLAIN,
        (2, "promised", "signature", "body_changed", True),
        id="rendered again, promised and not running: the newer body will run",
    ),
    pytest.param(
        asked(guid="g", digest="other"),
        Found(by_guid=known("pending", promised=True)),
        PLAIN,
        (2, "promised", "signature", "body_changed", True),
        id="rendered again, kept and not begun: the newer body will run",
    ),
    *(
        pytest.param(
            asked(guid="g", digest="other"),
            Found(by_guid=one),
            REFUSING,
            (2, "body_changed", "", "body_changed", False),
            id=f"rendered again, refused, {one.state}",
        )
        for one in (DONE, FAILED, RUNNING)
    ),
    pytest.param(
        asked(guid="g"),
        Found(by_guid=DONE, link=FAILED),
        PLAIN,
        (2, "answered", "signature", "", False),
        id="a known GUID decides before a link",
    ),
    pytest.param(
        asked(guid="g"),
        Found(by_guid=RUNNING),
        PLAIN,
        (2, "wait", "signature", "", False),
        id="retry, running",
    ),
    # rule 3
    pytest.param(
        asked(guid="g"),
        Found(link=RUNNING),
        PLAIN,
        (3, "wait", "signature guid", "linked", False),
        id="linked, running",
    ),
    pytest.param(
        asked(guid="g"),
        Found(link=PROMISED),
        PLAIN,
        (3, "promised", "signature guid", "linked", False),
        id="linked, promised",
    ),
    pytest.param(
        asked(guid="g"),
        Found(link=DONE),
        PLAIN,
        (3, "answered", "signature guid", "linked", False),
        id="linked, finished",
    ),
    pytest.param(
        asked(guid="g"),
        Found(link=FAILED),
        PLAIN,
        (3, "again", "signature guid", "linked", False),
        id="linked, failed",
    ),
    pytest.param(
        asked(guid="g", flags=("guid_ignored",)),
        Found(link=DONE),
        PLAIN,
        (3, "answered", "signature guid", "guid_ignored linked", False),
        id="what the reading found odd stays",
    ),
]
