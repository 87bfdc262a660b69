"""What a receiver that runs answers to a token, and that neither answer, log nor file repeats one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.receiver.bare_server import Answer, Server, served

from hookproof.testing import FixedClock
from hookproof_receiver.migrations import bring_up_to_date
from hookproof_receiver.platform.routes import blueprint
from hookproof_receiver.platform.service import PlatformService
from hookproof_receiver.tokens import Tokens, TokenStore, record_of
from hookproof_runtime.database import Engine, open_engine

KEY = b"a-key-that-nobody-could-take-for-a-real-one"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/inbox.db")
    bring_up_to_date(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(engine: Engine) -> TokenStore:
    return TokenStore(engine)


@pytest.fixture
def tokens(clock: FixedClock, store: TokenStore) -> Tokens:
    return Tokens(KEY, clock, store.is_revoked)


@pytest.fixture
def server(engine: Engine, tokens: Tokens, clock: FixedClock, tmp_path: Path) -> Iterator[Server]:
    service = PlatformService(engine, tokens, tmp_path / "jobs", clock)
    with served(blueprint(service)) as server:
        yield server
    service.close()


def _ask(server: Server, text: str) -> Answer:
    return server.ask("GET", "/v4/jobGroups/1", None, {"Authorization": f"Bearer {text}"})


@pytest.mark.rule("P-TOKEN-1")
def test_a_good_token_opens_what_it_is_for(server: Server, tokens: Tokens) -> None:
    """The job group is not there, which a token that is refused would not learn."""
    assert 404 == _ask(server, tokens.new("run-job", 60).text).status


def _expired(tokens: Tokens, clock: FixedClock, _store: TokenStore) -> str:
    text = tokens.new("run-job", 60).text
    clock.advance(60)
    return text


def _revoked(tokens: Tokens, clock: FixedClock, store: TokenStore) -> str:
    token = tokens.new("run-job", 60)
    store.add(record_of(token, "", clock()))
    store.revoke(token.id, clock())
    return token.text


def _of_another_key(_tokens: Tokens, clock: FixedClock, _store: TokenStore) -> str:
    return Tokens(b"another", clock).new("run-job", 60).text


def _changed(tokens: Tokens, _clock: FixedClock, _store: TokenStore) -> str:
    text = tokens.new("run-job", 60).text
    return ("A" if text[0] != "A" else "B") + text[1:]


@pytest.mark.rule("P-TOKEN-2")
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(_expired, id="WEB-9/expired"),
        pytest.param(_of_another_key, id="WEB-9/forged with another key"),
        pytest.param(_changed, id="WEB-9/a character changed"),
        pytest.param(_revoked, id="WEB-9/revoked"),
        pytest.param(lambda *_: "let-me-in", id="WEB-9/no token at all"),
    ],
)
def test_a_token_that_is_not_good_is_401_and_neither_answer_nor_log_repeats_it(
    server: Server,
    tokens: Tokens,
    clock: FixedClock,
    store: TokenStore,
    caplog: pytest.LogCaptureFixture,
    make: Callable[[Tokens, FixedClock, TokenStore], str],
) -> None:
    text = make(tokens, clock, store)
    answer = _ask(server, text)
    assert (401, b"Unauthorized", "Bearer") == (
        answer.status,
        answer.body,
        answer.headers["www-authenticate"],
    )
    assert answer.headers["content-type"].startswith("text/plain")
    assert text not in caplog.text
    assert not [value for value in answer.headers.values() if text in value]


@pytest.mark.rule("P-TOKEN-3")
def test_a_token_to_log_in_with_starts_no_job(server: Server, tokens: Tokens) -> None:
    text = tokens.new("pages", 60).text
    answer = _ask(server, text)
    assert 403 == answer.status
    assert b"AccessControlException" in answer.body
    assert text.encode() not in answer.body


@pytest.mark.rule("P-TOKEN-4")
def test_a_token_is_revoked_from_the_next_request_on(
    server: Server, tokens: Tokens, store: TokenStore, clock: FixedClock
) -> None:
    kept, other = tokens.new("run-job", 60), tokens.new("run-job", 60)
    for token in kept, other:
        store.add(record_of(token, "", clock()))
    assert [404, 404] == [_ask(server, token.text).status for token in (kept, other)]
    store.revoke(kept.id, clock())
    assert [401, 404] == [_ask(server, token.text).status for token in (kept, other)]


def test_a_revoked_token_keeps_the_moment_it_was_revoked_at(
    tokens: Tokens, store: TokenStore, clock: FixedClock
) -> None:
    token = tokens.new("run-job", 60)
    store.add(record_of(token, "", clock()))
    at = clock()
    store.revoke(token.id, at)
    again = store.revoke(token.id, at + 1)
    assert again is not None
    assert (at, "revoked") == (again.revoked_ns, again.state(at + 10**12))
