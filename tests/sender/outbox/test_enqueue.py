"""A message in the transaction of what it tells about."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.sender.outbox.made import outbox_in, take, task

from hookproof import BadConfiguration, CannotRun
from hookproof_sender.outbox import Outbox


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    outbox = outbox_in(tmp_path)
    outbox.counts()  # opens it
    return outbox


def orders(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT count(*) FROM orders").fetchone()[0]
    connection.close()
    return int(found)


@pytest.mark.rule("P-OUTBOX-13")
@pytest.mark.parametrize("commits", [True, False])
def test_in_a_transaction_of_sqlite3(tmp_path: Path, outbox: Outbox, commits: bool) -> None:
    path = tmp_path / "outbox.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE orders (id INTEGER)")
    connection.execute("INSERT INTO orders VALUES (4)")
    message = outbox.enqueue(task(), connection=connection)
    assert outbox.show(message) is None
    connection.commit() if commits else connection.rollback()
    connection.close()

    assert commits == (outbox.show(message) is not None) == bool(orders(path))
    assert [message] * commits == [one.id for one in take(outbox)]


@pytest.mark.rule("P-OUTBOX-13")
@pytest.mark.parametrize("commits", [True, False])
def test_in_a_transaction_of_an_applications_engine(tmp_path: Path, commits: bool) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    outbox = Outbox(engine)
    assert outbox.engine is engine
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE orders (id INTEGER)"))
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO orders VALUES (4)"))
        message = outbox.enqueue(task(), connection=connection)
        connection.commit() if commits else connection.rollback()

    assert commits == (outbox.show(message) is not None) == bool(orders(tmp_path / "shop.db"))
    engine.dispose()


@pytest.mark.rule("P-OUTBOX-13")
@pytest.mark.parametrize("writes", [True, False])
def test_the_first_use_of_an_outbox_may_be_in_a_transaction(tmp_path: Path, writes: bool) -> None:
    """Where its tables are not there yet, and the transaction keeps them away, it says so at once."""
    connection = sqlite3.connect(tmp_path / "outbox.db")
    connection.execute("PRAGMA journal_mode = WAL")
    if writes:
        connection.execute("CREATE TABLE orders (id INTEGER)")
        connection.execute("INSERT INTO orders VALUES (4)")
        with pytest.raises(CannotRun, match=r"call `outbox\.open\(\)` once"):
            outbox_in(tmp_path).enqueue(task(), connection=connection)
        connection.rollback()
        outbox_in(tmp_path).counts()
        connection.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER)")
        connection.execute("INSERT INTO orders VALUES (4)")
    outbox = outbox_in(tmp_path)
    message = outbox.enqueue(task(), connection=connection)
    connection.commit()
    connection.close()

    assert outbox.show(message) is not None


def test_several_are_recorded_together_or_not_at_all(outbox: Outbox) -> None:
    wrong = task().model_copy(update={"scheme": "of-another-outbox"})
    with pytest.raises(BadConfiguration, match="of-another-outbox"):
        outbox.enqueue_all([task(), wrong])

    assert {} == outbox.counts()
    assert 3 == len(outbox.enqueue_all([task() for _ in range(3)])) == sum(outbox.counts().values())
