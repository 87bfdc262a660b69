"""Lists of what is kept: their filters, and that ten million messages do not slow a page down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.dialects import sqlite
from tests.receiver.inbox.shop import Shop

from hookproof_receiver.inbox import DeliveryFilters, Filters
from hookproof_receiver.inbox.store import showing
from hookproof_runtime.database import Engine, reading


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Shop(tmp_path_factory.mktemp("ledger")).engine
    yield engine
    engine.dispose()


class Explaining:
    """In a connection's place: says how each statement would be carried out."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.plan = ""

    def execute(self, statement: Any, values: Any = None) -> list[Any]:
        compiled = statement.compile(
            dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}
        )
        words = f"EXPLAIN QUERY PLAN {compiled}"
        found = self.connection.exec_driver_sql(
            words, tuple(compiled.params[name] for name in compiled.positiontup)
        )
        self.plan = "; ".join(row[3] for row in found)
        return []


def _named(filters: Any) -> str:
    fields = {name: getattr(filters, name) for name in filters.__dataclass_fields__}
    asked = ", ".join(f"{name}={value}" for name, value in fields.items() if value is not None)
    return f"{type(filters).__name__}({asked})"


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(), "autoindex"),
        (Filters(prefix="msg_06"), "autoindex"),
        (Filters(since_ms=10**12, until_ms=2 * 10**12), "autoindex"),
        (Filters(ids=("msg_1", "msg_2")), "autoindex"),
        (Filters(states=("failed",)), "hookproof_messages_state"),
        (Filters(states=("parked",)), "hookproof_messages_state"),
        (Filters(states=("pending",)), "hookproof_messages_due"),
        (Filters(states=("rejected",)), "hookproof_messages_state"),
        (Filters(states=("failed", "parked")), "hookproof_messages_state"),
        (Filters(states=("failed", "rejected")), "hookproof_messages_state"),
        (Filters(states=("running",)), "hookproof_messages_owner"),
        (Filters(endpoint="/hooks/orders"), "hookproof_messages_endpoint"),
        (Filters(flags=("linked",)), "hookproof_messages_flags"),
        (Filters(guid="g"), "hookproof_deliveries_guid"),
        (
            DeliveryFilters(),
            "SCAN hookproof_deliveries|SEARCH hookproof_deliveries USING PRIMARY KEY (id<?)",
        ),
        (DeliveryFilters(verdicts=("stale",)), "hookproof_deliveries_verdict"),
        (DeliveryFilters(flags=("linked", "body_changed")), "hookproof_deliveries_flags"),
        (DeliveryFilters(guid="g"), "hookproof_deliveries_guid"),
        (DeliveryFilters(message_id="msg_1"), "hookproof_deliveries_message"),
    ],
    ids=lambda one: one if isinstance(one, str) else _named(one),
)
@pytest.mark.parametrize("after", [None, "x_9"])
def test_a_page_is_read_out_of_an_index(
    engine: Engine, filters: Filters | DeliveryFilters, index: str, after: str | None
) -> None:
    with reading(engine) as connection:
        explaining: Any = Explaining(connection)
        if isinstance(filters, Filters):
            showing.find(explaining, filters, limit=50, after=after)
        else:
            showing.find_deliveries(explaining, filters, limit=50, after=after)
    assert any(words in explaining.plan for words in index.split("|"))
