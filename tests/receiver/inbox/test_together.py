"""Whichever way a message is written, alone or with others, what is on record is the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.receiver.inbox.shop import Shop, endpoint, ship

from hookproof_receiver.identity import ask
from hookproof_receiver.inbox import Answer, Arrival, Endpoint, acknowledging
from hookproof_receiver.inbox.acknowledging import acknowledge, write_new
from hookproof_receiver.inbox.process import Process
from hookproof_receiver.inbox.writer import Work
from hookproof_runtime.database import writing

TABLES = ("messages", "identities", "deliveries", "apart")
RULES: dict[str, dict[str, Any]] = {
    "signed": {},
    "a field": {"identity": "/run"},
    "a field, required": {"identity": "/run", "identity_required": True},
    "no link": {"link": "off"},
    "refuses": {"link": "off", "on_body_change": "refuse"},
}


class Sent(NamedTuple):
    """One request."""

    at: str
    handled: bool
    run: int
    guid: str | None
    repeats: bool
    stale: bool
    unsigned: bool
    odd: bool


SENT = st.lists(
    st.builds(
        Sent,
        at=st.sampled_from(sorted(RULES)),
        handled=st.booleans(),
        run=st.integers(0, 2),
        guid=st.sampled_from([None, None, "g", "h"]),
        repeats=st.booleans(),
        stale=st.sampled_from([False, False, False, True]),
        unsigned=st.sampled_from([False, False, True]),
        odd=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


class RolledBack(Exception):
    pass


class Writes:
    """Takes what is handed to the writer."""

    is_full = False

    def __init__(self) -> None:
        self.works: list[Work[Answer]] = []

    def submit(self, work: Work[Answer]) -> None:
        self.works.append(work)


def requests(shop: Shop, sent: list[Sent]) -> list[tuple[Endpoint, Arrival]]:
    made: list[tuple[Endpoint, Arrival]] = []
    for one in sent:
        at = endpoint(ship if one.handled else None, f"/{one.at}", mode="inbox", **RULES[one.at])
        body = b'{"run": %d}' % one.run if one.run else b"{}"
        request = shop.request(body, one.guid, target=at.path)
        if one.repeats and made:
            request = replace(shop.again(made[-1][1], one.guid), target=at.path)
        if one.stale:
            request = replace(request, stale="too_old")
        if one.unsigned:
            request = replace(request, delivery=None, stale=None)
        made.append((at, replace(request, flags=("guid_ignored",)) if one.odd else request))
    return made


def handed_over(process: Process, made: list[tuple[Endpoint, Arrival]]) -> list[Work[Answer]]:
    """What would be handed to the writer."""
    writes: Any = Writes()
    writer, process.writer = process.writer, writes
    for at, arrival in made:
        stale = arrival.stale is not None
        asked = ask(at, arrival.body, arrival.delivery, arrival.guid, stale=stale, flags=arrival.flags)
        acknowledge(process, at, arrival, asked, lambda _answer: None)
    process.writer = writer
    return list(writes.works)


def written(
    shop: Shop, works: list[Work[Answer]], *, together: bool = False
) -> tuple[list[Answer], list[Any]]:
    """What the works answer, and what is on record after them; nothing of it stays."""
    answers: list[Answer] | None = None
    rows: list[Any] = []
    try:
        with writing(shop.engine) as connection:
            parts: list[Any] = [work.part for work in works]
            if together and None not in parts:
                answers = write_new(connection, parts)
            answers = answers or [work.write(connection) for work in works]
            for table in TABLES:
                found = connection.exec_driver_sql(f"SELECT * FROM hookproof_{table} ORDER BY 1, 2")
                rows += [tuple(row) for row in found]
            raise RolledBack
    except RolledBack:
        assert answers is not None
        return answers, rows


@settings(max_examples=30, deadline=None)
@given(SENT)
def test_what_is_written_is_the_same_alone_and_together_and_judged_first(sent: list[Sent]) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        shop = Shop(Path(folder))
        made = requests(shop, sent)
        process = Process(shop.engine, shop.clock, Path(folder) / "leases", 4, [], write_new)
        works = handed_over(process, made)
        alone, together = written(shop, works), written(shop, works, together=True)
        patch.setattr(acknowledging, "_may_be_new", lambda _endpoint, _asked: False)
        judged = written(shop, handed_over(process, made))
        assert process.release(10)
        shop.close()
    assert judged == alone == together
