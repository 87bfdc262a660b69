"""What `claim` is handed in: connections as people set them up, and what cannot hold a claim."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy
from django.db import connections
from django.db.utils import ConnectionHandler
from psycopg.rows import dict_row
from sqlalchemy.orm import Session
from tests.receiver.claims.databases import ON_POSTGRESQL, ON_SQLITE
from tests.receiver.claims.shop import GUID, Shop
from tests.shared.integrations.shops import django

from hookproof import BadConfiguration
from hookproof_receiver import CLAIMS_TABLE, claim, create_claims_table, prune_claims


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(ON_SQLITE["sqlite3"], str(tmp_path / "shop.db"))


@pytest.fixture
def on_sqlite(shop: Shop, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        yield connection


@pytest.fixture
def on_postgresql(postgresql: str) -> Iterator[psycopg.Connection[Any]]:
    Shop(ON_POSTGRESQL["psycopg"], postgresql)
    with psycopg.connect(postgresql) as connection:
        yield connection


class TestACallersOwnSettings:
    @pytest.mark.parametrize("factory", [sqlite3.Row, lambda cursor, row: {"a": row}])
    def test_rows_of_any_kind_in_sqlite3(self, shop: Shop, on_sqlite: Any, factory: Any) -> None:
        on_sqlite.row_factory = factory

        assert [True, False] == [shop.claim(shop.attempt(guid=GUID), on_sqlite) for _ in range(2)]

    def test_text_as_bytes_in_sqlite3(self, shop: Shop, on_sqlite: Any) -> None:
        on_sqlite.text_factory = bytes

        assert [True, False] == [shop.claim(shop.attempt(guid=GUID), on_sqlite) for _ in range(2)]

    def test_a_transaction_that_the_caller_began_himself(self, shop: Shop, on_sqlite: Any) -> None:
        on_sqlite.isolation_level = None
        on_sqlite.execute("BEGIN IMMEDIATE")
        assert shop.claim(shop.attempt(guid=GUID), on_sqlite)
        on_sqlite.execute("ROLLBACK")

        assert shop.take(shop.attempt(guid=GUID))

    def test_rows_of_any_kind_in_psycopg(self, shop: Shop, on_postgresql: Any) -> None:
        on_postgresql.row_factory = dict_row

        assert [True, False] == [shop.claim(shop.attempt(guid=GUID), on_postgresql) for _ in range(2)]

    def test_a_transaction_within_autocommit_in_psycopg(self, shop: Shop, on_postgresql: Any) -> None:
        on_postgresql.autocommit = True
        with on_postgresql.transaction():
            assert shop.claim(shop.attempt(guid=GUID), on_postgresql)

    @pytest.mark.parametrize("level", ["REPEATABLE_READ", "SERIALIZABLE"])
    def test_a_stricter_isolation_fails_where_it_cannot_know(
        self, shop: Shop, on_postgresql: Any, postgresql: str, level: str
    ) -> None:
        on_postgresql.isolation_level = psycopg.IsolationLevel[level]
        on_postgresql.execute("SELECT count(*) FROM hookproof_claims")  # what it sees is settled here
        with psycopg.connect(postgresql) as other:
            assert shop.claim(shop.attempt(), other)

        with pytest.raises(psycopg.errors.SerializationFailure):
            shop.claim(shop.attempt(guid=GUID), on_postgresql)

    def test_a_savepoint_of_sqlalchemy(self, shop: Shop, postgresql: str) -> None:
        delivery = shop.attempt(guid=GUID)
        with Shop(ON_POSTGRESQL["sqlalchemy"], postgresql).transaction() as connection:
            inner = connection.begin_nested()
            assert shop.claim(delivery, connection)
            inner.rollback()
            assert shop.claim(delivery, connection)

    def test_a_session_of_sqlalchemy_hands_in_its_connection(self, shop: Shop, tmp_path: Path) -> None:
        engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
        with Session(engine) as session:
            assert shop.claim(shop.attempt(guid=GUID), session.connection())
            session.rollback()
        engine.dispose()

        assert shop.take(shop.attempt(guid=GUID))


class TestWhatCannotHoldAClaim:
    @pytest.mark.rule("P-CLAIM-2")
    def test_sqlite3_that_commits_each_statement(self, shop: Shop, on_sqlite: Any) -> None:
        on_sqlite.isolation_level = None
        self.refuses(shop, on_sqlite)

    @pytest.mark.rule("P-CLAIM-2")
    def test_psycopg_that_commits_each_statement(self, shop: Shop, on_postgresql: Any) -> None:
        on_postgresql.autocommit = True
        self.refuses(shop, on_postgresql)

    @pytest.mark.rule("P-CLAIM-2")
    @pytest.mark.parametrize("server", ["sqlite", "postgresql"])
    def test_sqlalchemy_that_commits_each_statement(
        self, shop: Shop, tmp_path: Path, postgresql: str, server: str
    ) -> None:
        url = {
            "sqlite": f"sqlite:///{tmp_path / 'shop.db'}",
            "postgresql": postgresql.replace("postgresql:", "postgresql+psycopg:"),
        }[server]
        engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.begin() as connection:
            self.refuses(shop, connection)
        engine.dispose()

    @pytest.mark.rule("P-CLAIM-2")
    def test_django_outside_atomic(self, shop: Shop, tmp_path: Path) -> None:
        django()
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "shop.db")}
        connection = ConnectionHandler({"default": database})["default"]
        self.refuses(shop, connection)
        connection.close()

    def refuses(self, shop: Shop, connection: Any) -> None:
        with pytest.raises(BadConfiguration, match="needs an open transaction"):
            shop.claim(shop.attempt(guid=GUID), connection)
        assert shop.take(shop.attempt(guid=GUID))

    @pytest.mark.parametrize(
        ("connection", "cure"),
        [
            (None, "hand in a connection of"),
            ("shop.db", "hand in a connection of"),
            (sqlalchemy.create_engine("sqlite://"), r"engine\.begin\(\)"),
            (Session(), r"session\.connection\(\)"),
            (psycopg.AsyncConnection.__new__(psycopg.AsyncConnection), "in a thread"),
        ],
        ids=["nothing", "a path", "an engine", "a session", "asynchronous"],
    )
    def test_what_is_no_connection(self, shop: Shop, connection: Any, cure: str) -> None:
        with pytest.raises(BadConfiguration, match=cure):
            claim(shop.attempt(), connection=connection, endpoint="orders")

    def test_a_request_in_the_place_of_a_delivery(self, on_sqlite: Any) -> None:
        body: Any = b'{"order": 4}'
        with pytest.raises(TypeError, match=r"what Verifier\.verify returned, not bytes"):
            claim(body, connection=on_sqlite, endpoint="orders")

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"endpoint": ""}, "has a name"),
            ({"endpoint": "a\0b"}, "has a name"),
            ({"link": "failed"}, "a rollback leaves none"),
            ({"link": "all"}, '"any" or "off"'),
            ({"link_window": 0}, "above 0"),
            ({"on_body_change": "ask"}, '"run" or "refuse"'),
            ({"identity": "run"}, "json:/run"),
            ({"identity_required": True}, "needs an identity"),
        ],
        ids=str,
    )
    def test_an_option_that_cannot_be_right(
        self, shop: Shop, on_sqlite: Any, wrong: Any, sentence: str
    ) -> None:
        with pytest.raises(BadConfiguration, match=sentence):
            shop.claim(shop.attempt(), on_sqlite, **wrong)

    @pytest.mark.rule("P-CLAIM-7")
    def test_less_than_seven_days(self, on_sqlite: Any) -> None:
        with pytest.raises(BadConfiguration, match="7 days at least"):
            prune_claims(on_sqlite, older_than=86_400)


def test_where_the_table_is_missing_the_databases_own_error_says_so(tmp_path: Path, shop: Shop) -> None:
    with (
        closing(sqlite3.connect(tmp_path / "other.db")) as connection,
        pytest.raises(sqlite3.OperationalError, match="no such table: hookproof_claims") as raised,
    ):
        shop.claim(shop.attempt(), connection)
    assert [
        "hookproof_receiver.create_claims_table(connection) makes the table"
    ] == raised.value.__notes__


def test_a_busy_database_claims_nothing(shop: Shop, on_sqlite: Any, tmp_path: Path) -> None:
    on_sqlite.execute("BEGIN IMMEDIATE")
    with (
        closing(sqlite3.connect(tmp_path / "shop.db", timeout=0.05)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        shop.claim(shop.attempt(guid=GUID), other)
    on_sqlite.rollback()

    assert shop.take(shop.attempt(guid=GUID))


def test_the_statements_make_the_table_in_a_migration_of_ones_own(tmp_path: Path, shop: Shop) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        for statement in CLAIMS_TABLE:
            connection.execute(statement)
        create_claims_table(connection)
        with closing(connection.cursor()) as cursor:
            cursor.execute("CREATE TABLE effects (body)")

        assert shop.claim(shop.attempt(), connection)


def test_the_receivers_page_prints_the_statements() -> None:
    page = (Path(__file__).parents[3] / "receiver" / "README.md").read_text(encoding="utf-8")

    assert "```sql\n" + ";\n".join(CLAIMS_TABLE) + ";\n```" in page


def test_no_library_of_another_connection_is_loaded() -> None:
    code = """
import sqlite3, sys
from hookproof import Verifier
from hookproof.testing import SECRET, signed_headers
from hookproof_receiver import claim, create_claims_table
connection = sqlite3.connect(":memory:")
create_claims_table(connection)
delivery = Verifier(secrets=SECRET).verify(b"{}", signed_headers(b"{}"))
assert claim(delivery, connection=connection, endpoint="orders")
print(sorted({"sqlalchemy", "psycopg", "django", "flask", "click", "structlog"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_django_s_own_proxy_is_a_connection(shop: Shop) -> None:
    django()
    with ON_SQLITE["django"](shop.place) as connection:
        connections["default"] = connection
        from django.db import connection as proxy

        assert shop.claim(shop.attempt(), proxy)
    del connections["default"]
