"""The pages of what came: a list, a request, and its body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from hookproof.clock import to_text
from hookproof_runtime.masking import masked_headers, masked_url

from ..inbox import Content, DeliveryRecord, Ledger
from ..pages import Asked, Download, Page, Refused, Section, View
from ..pages.inert import is_text, piece, text_of
from ..pages.words import ago
from ..refusals import RefusalStore
from . import words
from .found import Found, find
from .listing import WANTED, Kind, Wanted, row_of, rows_of

SHOWN = 50
"""Requests on one page."""
PIECE = 64 * 1024
"""Bytes of a body on one page."""

_ID = re.compile(r"(dlv|msg)_[0-9A-HJKMNP-TV-Z]{26}")


def section(ledger: Ledger, endpoints: Sequence[str]) -> Section:
    """The section of the deliveries.

    Args:
        ledger: what the inbox holds.
        endpoints: the paths to choose among.
    """
    pages = _Pages(ledger, endpoints)
    return Section(
        name="inspector",
        title="Deliveries",
        path="/deliveries",
        about="Each request that came: its verdict, its message, its answer.",
        templates=Path(__file__).parent / "templates",
        views=[
            View("/deliveries", pages.listed),
            View("/deliveries/<one>", pages.shown),
            View("/deliveries/<one>/body", pages.body),
        ],
        live=pages.newest,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a request that was found."""

    verdict: str
    kind: Kind
    sentence: str
    facts: list[tuple[str, str]] = field(default_factory=list, repr=False)


class _Pages:
    def __init__(self, ledger: Ledger, endpoints: Sequence[str]) -> None:
        self._ledger = ledger
        self._refusals = RefusalStore(ledger.engine)
        self._endpoints = tuple(endpoints)

    def newest(self) -> str:
        """When the newest came."""
        slice_ = rows_of(self._ledger, self._refusals, limit=1)
        if not slice_.rows:
            return "nothing has come yet"
        row = slice_.rows[0]
        return f"the newest: {row.verdict}, {ago(row.received_ns, self._ledger.now_ms() * 1_000_000)}"

    def listed(self, asked: Asked) -> Page:
        """The list."""
        verdict = _wanted(asked.query.get("verdict", ""))
        endpoint = asked.query.get("endpoint") or None
        before = asked.query.get("before") or None
        if before is not None and not _ID.fullmatch(before):
            before = None
        slice_ = rows_of(
            self._ledger,
            self._refusals,
            limit=SHOWN,
            before=before,
            verdict=verdict,
            endpoint=endpoint,
        )
        chosen = {"verdict": verdict, "endpoint": endpoint}
        return Page(
            "inspector/deliveries.html",
            "Deliveries",
            {
                "rows": slice_.rows,
                "verdicts": WANTED,
                "endpoints": self._endpoints,
                "chosen": chosen,
                "narrowed": any(chosen.values()),
                "newest": _path(**chosen) if before else None,
                "older": _path(**chosen, before=slice_.next) if slice_.next else None,
            },
            watched=None if before else repr(slice_),
        )

    def shown(self, asked: Asked) -> Page:
        """One request."""
        found = self._found(asked)
        content = found.content
        start = asked.number("from") or 0
        return Page(
            "inspector/delivery.html",
            f"{found.id}",
            {
                "found": found,
                "told": self._told(found),
                "headers": masked_headers(content.headers) if content else (),
                "body": None if content is None else _Piece(found.id, content, start),
            },
        )

    def body(self, asked: Asked) -> Download:
        """The bytes of its body."""
        found = self._found(asked)
        if found.content is None:
            raise Refused(404, f"The body of {found.id} is not kept: {found.why_no_content}.")
        return Download(found.content.body, f"{found.id}.txt")

    def _found(self, asked: Asked) -> Found:
        one = asked.path["one"]
        found = find(self._ledger, one) if _ID.fullmatch(one) and one.startswith("dlv_") else None
        if found is None:
            raise Refused(404, "No request of this id is on record. It may have been pruned.")
        return found

    def _told(self, found: Found) -> Told:
        if found.delivery is not None:
            return self._proved(found, found.delivery)
        assert found.refusal is not None
        record = found.refusal.record
        told = Told("refused", "bad", f"{record.code}: {record.sentence}")
        told.facts.extend(
            [
                ("Received", _time(record.received_ns // 1_000_000)),
                ("Request", f"{record.method} {masked_url(record.target)}"),
                ("Endpoint", record.endpoint),
                ("Scheme", record.scheme),
                ("Answer", "401"),
            ]
        )
        if record.cause is not None:
            told.facts.append(("Why", record.cause))
        return told

    def _proved(self, found: Found, record: DeliveryRecord) -> Told:
        row = row_of(record)
        told = Told(row.verdict, row.kind, words.verdict(record))
        told.facts.extend(
            [
                ("Received", _time(record.received_ms)),
                ("Request", f"{record.method} {row.target}"),
                ("Endpoint", record.endpoint),
                ("Signature", _proof(record)),
                ("Answer", "never written down" if record.status is None else str(record.status)),
            ]
        )
        if record.guid is not None:
            told.facts.append(("GUID", record.guid))
        if record.message_id is not None:
            told.facts.append(("Message", record.message_id))
            whole = self._ledger.show(record.message_id)
            if whole is not None:
                told.facts.append(("It stands", _standing(whole.record.standing, whole.record.error)))
        told.facts.extend(("Flag", words.flag(name)) for name in record.flags)
        if found.refusal is not None and found.refusal.record.cause is not None:
            told.facts.append(("Why", found.refusal.record.cause))
        return told


class _Piece:
    """A part of a body, as text that does nothing."""

    def __init__(self, delivery_id: str, content: Content, start: int) -> None:
        self.size = len(content.body)
        self.digest = content.digest
        self.start, self.end = piece(content.body, start, PIECE)
        shown = content.body[self.start : self.end]
        self.is_text = is_text(shown)
        self.text = text_of(shown)
        path = f"/deliveries/{delivery_id}"
        self.raw = f"{path}/body"
        self.before = f"{path}?from={max(0, self.start - PIECE)}#body" if self.start else None
        self.after = f"{path}?from={self.end}#body" if self.end < self.size else None


def _wanted(text: str) -> Wanted | None:
    return next((one for one in WANTED if one == text), None)


def _path(**parameters: str | None) -> str:
    given = {name: value for name, value in parameters.items() if value}
    return f"/deliveries?{urlencode(given)}" if given else "/deliveries"


def _proof(record: DeliveryRecord) -> str:
    if record.secret_label is None:
        return "unsigned on purpose"
    text = f'proved by the secret "{record.secret_label}"' if record.secret_label else "proved"
    if record.signed_ms is None:
        return text
    age_s = (record.received_ms - record.signed_ms) / 1000
    return f"{text}, signed {age_s:.1f} s before it came"


def _standing(standing: str, error: str | None) -> str:
    return f"{standing}: {error}" if error and standing in ("failed", "parked") else standing


def _time(time_ms: int) -> str:
    return to_text(time_ms * 1_000_000)
