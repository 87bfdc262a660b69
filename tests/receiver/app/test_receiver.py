"""The receiver put together: what is declared, what is refused, and what comes of a request."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import text

from hookproof import BadConfiguration, Secret, Tolerance
from hookproof.clock import system_clock
from hookproof.testing import FORGERIES, SECRET, FixedClock, forge, signed_headers
from hookproof_receiver import Message, Receiver, Rejected
from hookproof_receiver.testing import Running, running_receiver
from hookproof_runtime.database import Connection, open_engine, reading, writing
from hookproof_runtime.settings import EndpointSettings, ReceiverSettings, SecretReference

from ..bare_server import eventually
from ..wire import Response, exchange, signed

BODY = b'{"order": 4, "run": "r1/tell"}'


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    made = Receiver(f"sqlite:///{tmp_path}/inbox.db")
    yield made
    made.close()


def post(running: Running, body: bytes = BODY, **given: Any) -> Response:
    return exchange(running.port, signed(body, **given), expect=1).only


class TestDeclaring:
    """What cannot be right is said when it is declared."""

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            pytest.param({"secrets": None}, "has no secret: give secrets=", id="no secret"),
            pytest.param({"secrets": ""}, "the secret is empty", id="SIG-19"),
            pytest.param({"secrets": []}, "there is no secret", id="no secrets"),
            pytest.param({"secrets": SECRET, "tolerance": 0}, "above 0", id="TIME-24/0"),
            pytest.param({"secrets": SECRET, "tolerance": -1}, "above 0", id="TIME-24/negative"),
            pytest.param(
                {"secrets": SECRET, "tolerance": Tolerance.unlimited()},
                "lets in replays",
                id="unlimited",
            ),
            pytest.param({"secrets": SECRET, "scheme": "http-tsk"}, "did you mean", id="scheme"),
            pytest.param({"secrets": SECRET, "scheme": "none"}, "has secrets and scheme", id="both"),
            pytest.param({"secrets": SECRET, "methods": ["HEAD"]}, "methods are", id="HEAD"),
            pytest.param({"secrets": SECRET, "methods": []}, "methods are", id="no method"),
            pytest.param({"secrets": SECRET, "methods": "POST"}, "methods are", id="one string"),
            pytest.param({"secrets": SECRET, "identity": "run"}, '"json:/run"', id="identity"),
            pytest.param(
                {"secrets": SECRET, "identity_required": True}, "needs an identity", id="required"
            ),
            pytest.param({"secrets": SECRET, "link": "all"}, "link is", id="link"),
            pytest.param({"secrets": SECRET, "link_window": 0}, "link_window", id="window"),
            pytest.param({"secrets": SECRET, "on_body_change": "409"}, "on_body_change", id="change"),
        ],
    )
    def test_an_endpoint(self, receiver: Receiver, options: dict[str, Any], sentence: str) -> None:
        with pytest.raises(BadConfiguration, match="/hooks/test.*" + sentence):
            receiver.on("/hooks/test", **options)
        assert () == receiver.paths

    @pytest.mark.parametrize(
        "path", ["hooks", "", "/a b", "/<x>", "/a?b", "/a#b", "/%41", "/é", "/a\n"]
    )
    def test_a_path(self, receiver: Receiver, path: str) -> None:
        with pytest.raises(BadConfiguration, match="a path is plain"):
            receiver.on(path, secrets=SECRET)

    def test_a_handler(self, receiver: Receiver) -> None:
        async def handler(_message: Message) -> None: ...

        with pytest.raises(BadConfiguration, match=r"/hooks/test.*async def"):
            receiver.on("/hooks/test", secrets=SECRET)(handler)

    def test_a_path_twice_names_both_places(self, receiver: Receiver) -> None:
        receiver.on("/hooks/test", secrets=SECRET)
        with pytest.raises(
            BadConfiguration, match=r"twice, by .*test_receiver.py:\d+ and .*test_receiver.py.*leave"
        ):
            receiver.on("/hooks/test", secrets=SECRET)

    def test_an_endpoint_that_comes_too_late(self, receiver: Receiver) -> None:
        receiver.create_app()
        with pytest.raises(BadConfiguration, match="/hooks/late comes too late"):
            receiver.on("/hooks/late", secrets=SECRET)

    def test_a_path_in_python_and_in_the_settings(self, receiver: Receiver) -> None:
        receiver.on("/hooks/test", secrets=SECRET)
        settings = ReceiverSettings(endpoint=(EndpointSettings(path="/hooks/test", scheme="none"),))
        with pytest.raises(BadConfiguration, match=r"test_receiver.py:\d+ and receiver.endpoint\[0\]"):
            receiver.include(settings)

    def test_a_database_in_python_and_in_the_settings(self, receiver: Receiver) -> None:
        with pytest.raises(BadConfiguration, match="the database is defined twice"):
            receiver.include(ReceiverSettings(database="sqlite:///other.db"))

    def test_what_is_left_out_in_python_is_the_settings(self, receiver: Receiver) -> None:
        receiver.include(ReceiverSettings.model_validate({"max_body": "1 KiB", "answer_within": "2 s"}))
        own = Receiver(max_body=10)
        own.include(ReceiverSettings.model_validate({"max_body": "1 KiB"}))

        assert (1024, 2.0) == (receiver.settings.max_body, receiver.settings.answer_within)
        assert 10 == own.settings.max_body

    def test_a_shared_secret_is_warned_about(
        self, receiver: Receiver, caplog: pytest.LogCaptureFixture
    ) -> None:
        """REP-19's other half: what was captured at one endpoint is authentic at the other."""
        receiver.on("/a", secrets=[Secret(SECRET, "a"), "another"])
        receiver.on("/b", secrets=Secret(SECRET, "b"))
        receiver.on("/c", secrets="a-secret-of-its-own")
        with caplog.at_level(logging.WARNING):
            receiver.create_app()

        (warned,) = caplog.records
        assert "share a secret" in warned.getMessage()
        assert "['/a', '/b']" in warned.getMessage()
        assert SECRET not in caplog.text


class TestSettings:
    """Endpoints of the settings' file."""

    def test_secrets_come_from_where_they_are_kept(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NEW_SECRET", "the-new-secret-for-tests")
        (tmp_path / "secret").write_text("the-old-secret-for-tests\n")
        endpoint = EndpointSettings(
            path="/hooks/test",
            secrets=(
                SecretReference(label="new", env="NEW_SECRET"),
                SecretReference(label="old", file=str(tmp_path / "secret")),
                SecretReference(label="older", value="the-older-secret-for-tests"),
            ),
        )
        receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db")
        receiver.include(ReceiverSettings(endpoint=(endpoint,)))
        with running_receiver(receiver) as running:
            for label in ("new", "old", "older"):
                assert 200 == post(running, secret=f"the-{label}-secret-for-tests").status
            seen = running.deliveries

        assert ["new", "old", "older"] == [one.delivery.secret_label for one in seen if one.delivery]

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            pytest.param(
                {"secrets": (SecretReference(label="x", env="HOOKPROOF_NOT_SET"),)},
                "HOOKPROOF_NOT_SET is not set",
                id="a variable",
            ),
            pytest.param(
                {"secrets": (SecretReference(label="x", file="not/there"),)},
                "not/there cannot be read",
                id="a file",
            ),
            pytest.param({"scheme": "none", "handler": "order"}, "module:name", id="no module"),
            pytest.param(
                {"scheme": "none", "handler": "hookproof_nothing:order"},
                "cannot be imported",
                id="import",
            ),
            pytest.param({"scheme": "none", "handler": "json:order"}, "json has no 'order'", id="name"),
            pytest.param(
                {"scheme": "none", "handler": "json:__doc__"}, "cannot be called", id="no function"
            ),
        ],
    )
    def test_what_is_not_there_is_named_with_its_place(
        self, receiver: Receiver, given: dict[str, Any], sentence: str
    ) -> None:
        settings = ReceiverSettings(endpoint=(EndpointSettings(path="/hooks/test", **given),))
        with pytest.raises(BadConfiguration, match=rf"receiver.endpoint\[0\].*{sentence}"):
            receiver.include(settings)

    def test_what_is_wrong_with_several_is_said_at_once(self, receiver: Receiver) -> None:
        unset = EndpointSettings(path="/a", secrets=(SecretReference(label="x", env="HP_NOT_SET"),))
        lost = EndpointSettings(path="/b", scheme="none", handler="order")
        with pytest.raises(BadConfiguration, match=r"endpoint\[0\].*HP_NOT_SET\b.*\n.*endpoint\[1\]"):
            receiver.include(ReceiverSettings(endpoint=(unset, lost)))

    def test_a_handler_is_found_by_name(self, receiver: Receiver) -> None:
        endpoint = EndpointSettings(path="/hooks/test", scheme="none", handler=f"{__name__}:shipped")
        receiver.include(ReceiverSettings(endpoint=(endpoint,)))
        with running_receiver(receiver) as running:
            response = post(running)

        assert (200, {"shipped": 4}) == (response.status, json.loads(response.body))


def shipped(message: Message) -> tuple[int, dict[str, Any]]:
    return 200, {"shipped": message.json()["order"]}


class Effects:
    """A table of the application's own, and a handler that writes into it."""

    def __init__(self, path: Path) -> None:
        self.engine = open_engine(f"sqlite:///{path}/shop.db")
        with writing(self.engine) as connection:
            connection.execute(text("CREATE TABLE orders (number INTEGER)"))
        self.fail = False

    def handler(self, message: Message, tx: Connection) -> tuple[int, dict[str, str]]:
        tx.execute(text("INSERT INTO orders VALUES (:n)"), {"n": message.json()["order"]})
        if self.fail:
            raise OSError("the printer is on fire")
        return 201, {"id": message.id}

    @property
    def count(self) -> int:
        with reading(self.engine) as connection:
            return int(connection.execute(text("SELECT count(*) FROM orders")).scalar_one())


@pytest.fixture
def effects(tmp_path: Path) -> Iterator[Effects]:
    made = Effects(tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture
def shop(effects: Effects) -> Iterator[Running]:
    receiver = Receiver(effects.engine)
    receiver.on("/hooks/test", secrets=SECRET)(effects.handler)
    receiver.on("/hooks/other", secrets=SECRET)(effects.handler)
    with running_receiver(receiver) as running:
        yield running


class TestRequests:
    """Over a real socket, with the effect in the application's own database."""

    def test_a_retry_with_a_guid_has_the_first_ones_answer(
        self, shop: Running, effects: Effects
    ) -> None:
        guid = "11111111-2222-4333-8444-555555555555"
        first, retry = post(shop), post(shop, guid=guid, more=later())
        again = post(shop, guid=guid, more=later(2))

        message_id = first.headers["hookproof-message"]
        assert (201, {"id": message_id}) == (first.status, json.loads(first.body))
        assert "hookproof-duplicate" not in first.headers
        for duplicate in (retry, again):
            assert (first.status, first.body) == (duplicate.status, duplicate.body)
            assert message_id == duplicate.headers["hookproof-duplicate"]
        assert 1 == effects.count

    def test_a_failed_one_is_500_and_its_retry_runs_again(
        self, shop: Running, effects: Effects
    ) -> None:
        effects.fail = True
        failed = post(shop)
        effects.fail = False
        retried = post(shop, guid="g-1", more=later())

        assert (500, "handler_failed") == (failed.status, failed.code)
        assert 201 == retried.status
        assert failed.headers["hookproof-message"] == retried.headers["hookproof-message"]
        assert 1 == effects.count

    @pytest.mark.parametrize("target", [pytest.param("/hooks/other", id="REP-19")])
    def test_identities_are_an_endpoints_own(
        self, shop: Running, effects: Effects, target: str
    ) -> None:
        """Two endpoints that share a secret (which is warned about) have an effect each."""
        captured = signed(BODY)
        first = exchange(shop.port, captured, expect=1).only
        replayed = exchange(shop.port, captured.replace(b"/hooks/test", target.encode()), expect=1).only
        again = exchange(shop.port, captured, expect=1).only

        assert [201, 201, 201] == [first.status, replayed.status, again.status]
        assert first.headers["hookproof-message"] != replayed.headers["hookproof-message"]
        assert first.headers["hookproof-message"] == again.headers["hookproof-duplicate"]
        assert 2 == effects.count

    @pytest.mark.parametrize(
        "guid", [pytest.param("11111111-2222-4333-8444-555555555555", id="REP-18")]
    )
    def test_an_unsigned_sender_leaves_no_trace_of_a_guid(
        self, shop: Running, effects: Effects, guid: str
    ) -> None:
        refused = post(shop, guid=guid, more={"X-Webhook-Signature": None})
        honest = post(shop, guid=guid)

        assert (401, "missing_header") == (refused.status, refused.code)
        assert 201 == honest.status
        assert "hookproof-duplicate" not in honest.headers
        assert 1 == effects.count

    @pytest.mark.parametrize("body", [pytest.param(b'{"order": ', id="BODY-10")])
    def test_json_that_is_none_is_kept_and_finally_400(
        self, shop: Running, effects: Effects, body: bytes
    ) -> None:
        first = post(shop, body)
        retry = post(shop, body, guid="g-1", more=later(body=body))

        assert (400, "not_json") == (first.status, first.code)
        assert first.headers["hookproof-message"] == retry.headers["hookproof-duplicate"]
        assert 0 == effects.count

    def test_what_is_forged_leaves_the_store_as_it_was(self, shop: Running, effects: Effects) -> None:
        for kind in FORGERIES:
            forged = forge(kind)
            response = post(shop, forged.body, more={"X-Webhook-Signature": None, **forged.headers})
            assert (401, forged.code) == (response.status, response.code)
            assert "hookproof-message" not in response.headers

        assert [] == shop.messages
        assert 0 == effects.count

    def test_a_rejection_without_a_body_is_a_problem(self, receiver: Receiver) -> None:
        def reject(_message: Message) -> None:
            raise Rejected(410)

        receiver.on("/hooks/test", secrets=SECRET)(reject)
        with running_receiver(receiver) as running:
            response = post(running)

        assert (410, "rejected") == (response.status, response.code)

    def test_an_endpoint_without_a_handler_keeps(self, receiver: Receiver) -> None:
        receiver.on("/hooks/test", secrets=SECRET)
        with running_receiver(receiver) as running:
            response = post(running)
            (kept,) = running.messages

        assert 200 == response.status
        assert kept.id == response.headers["hookproof-message"]

    def test_a_promise_is_200_kept(self, tmp_path: Path) -> None:
        release = threading.Event()

        def slow(_message: Message) -> tuple[int, str]:
            release.wait(10)
            return 201, "done"

        receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", answer_within=0.1)
        receiver.on("/hooks/test", secrets=SECRET)(slow)
        with running_receiver(receiver) as running:
            promised = post(running)
            release.set()

        assert (200, "kept") == (promised.status, promised.headers["hookproof-state"])

    @pytest.mark.parametrize(
        ("milliseconds", "code"),
        [pytest.param(-300_001, "too_old", id="TIME-1"), pytest.param(300_001, "too_new", id="TIME-3")],
    )
    def test_a_stale_one_is_401_and_no_message(
        self, tmp_path: Path, milliseconds: int, code: str
    ) -> None:
        clock = FixedClock()
        receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", clock=clock)
        receiver.on("/hooks/test", secrets=SECRET)
        then = clock() + milliseconds * 1_000_000
        with running_receiver(receiver) as running:
            response = post(running, more=signed_headers(BODY, clock=lambda: then))
            messages = running.messages

        assert (401, code) == (response.status, response.code)
        assert "www-authenticate" in response.headers
        assert [] == messages

    def test_a_stale_one_of_a_known_message_has_the_kept_answer(self, tmp_path: Path) -> None:
        clock = FixedClock()
        receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", clock=clock)
        receiver.on("/hooks/test", secrets=SECRET)
        captured = signed_headers(BODY, clock=clock)
        with running_receiver(receiver) as running:
            first = post(running, more=captured)
            clock.advance(3600)
            late = post(running, more=captured)

        assert [200, 200] == [first.status, late.status]
        assert first.headers["hookproof-message"] == late.headers["hookproof-duplicate"]

    def test_the_platforms_and_slacks_ends_are_there_where_they_are_asked_for(
        self, tmp_path: Path
    ) -> None:
        receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", platform=True, slack=True)
        receiver.on("/hooks/test", secrets=SECRET)
        with running_receiver(receiver) as running:
            platform = post(running, target="/v4/jobGroups")
            slack = post(running, target="/services/T0/B0/X")
            nothing = post(running, target="/v5")
        with running_receiver() as bare:
            absent = post(bare, target="/v4/jobGroups")

        assert (401, b"Unauthorized") == (platform.status, platform.body)
        assert (404, b"no_team") == (slack.status, slack.body)
        assert (404, "no_endpoint") == (nothing.status, nothing.code)
        assert (404, "no_endpoint") == (absent.status, absent.code)


def later(milliseconds: int = 1, body: bytes = BODY) -> dict[str, str]:
    """Signed anew, as a retry is."""
    clock = FixedClock()
    clock.nanoseconds = system_clock() + milliseconds * 1_000_000
    return signed_headers(body, clock=clock)


class TestWithinAnotherApplication:
    """`blueprint()` in somebody's own Flask application."""

    def mounted(self, receiver: Receiver, prepare: Callable[[Flask], None], **options: Any) -> Flask:
        application = Flask("shop")
        prepare(application)
        application.register_blueprint(receiver.blueprint(), **options)
        return application

    @pytest.mark.parametrize(
        "content_type",
        [
            pytest.param("application/x-www-form-urlencoded", id="BODY-6"),
            pytest.param("multipart/form-data; boundary=x", id="BODY-7"),
            pytest.param("application/json", id="JSON"),
        ],
    )
    def test_a_before_request_that_reads_the_form_does_no_harm(
        self, receiver: Receiver, content_type: str
    ) -> None:
        receiver.on("/hooks/test", secrets=SECRET)(lambda message: (200, message.body))
        forms = []

        def prepare(application: Flask) -> None:
            application.before_request(lambda: forms.append(request.form.to_dict()))

        body = b"a=1&b=2"
        with self.mounted(receiver, prepare).test_client() as client:
            response = client.post(
                "/hooks/test", data=body, content_type=content_type, headers=signed_headers(body)
            )

        assert (200, body) == (response.status_code, response.data)
        if "urlencoded" in content_type:
            assert [{"a": "1", "b": "2"}] == forms

    def test_a_body_that_something_ate_is_said_to_be_gone(self, receiver: Receiver) -> None:
        receiver.on("/hooks/test", secrets=SECRET)

        def prepare(application: Flask) -> None:
            below = application.wsgi_app

            def eat(environ: dict[str, Any], start: Any) -> Any:
                environ["wsgi.input"].read()
                return below(environ, start)

            application.wsgi_app = eat  # type: ignore[method-assign, assignment]  # how middleware is put on

        with self.mounted(receiver, prepare).test_client() as client:
            response = client.post("/hooks/test", data=BODY, headers=signed_headers(BODY))

        assert 400 == response.status_code
        assert "incomplete_body" == json.loads(response.data)["code"]

    def test_under_a_prefix_and_beside_their_own_routes_and_errors(self, receiver: Receiver) -> None:
        receiver.on("/hooks/test", secrets=SECRET)

        def prepare(application: Flask) -> None:
            application.add_url_rule("/", view_func=lambda: "the shop", endpoint="shop")
            application.register_error_handler(404, lambda _error: ("the shop's 404", 404))

        with self.mounted(receiver, prepare, url_prefix="/in").test_client() as client:
            good = client.post("/in/hooks/test", data=BODY, headers=signed_headers(BODY))
            wrong = client.get("/in/hooks/test")
            theirs, missing = client.get("/"), client.get("/nothing")

        assert 200 == good.status_code
        assert (405, "method_not_allowed") == (wrong.status_code, json.loads(wrong.data)["code"])
        assert ("the shop", "the shop's 404") == (theirs.text, missing.text)

    def test_their_smaller_cap_does_not_hold_and_ours_does(self, tmp_path: Path) -> None:
        receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", max_body=100)
        receiver.on("/hooks/test", secrets=SECRET)

        def prepare(application: Flask) -> None:
            application.config["MAX_CONTENT_LENGTH"] = 10

        with self.mounted(receiver, prepare).test_client() as client:
            codes = []
            for size in (100, 101):
                body = b"x" * size
                response = client.post("/hooks/test", data=body, headers=signed_headers(body))
                codes.append(response.status_code)
        receiver.close()

        assert [200, 413] == codes


def test_a_listener_that_fails_changes_no_answer(tmp_path: Path) -> None:
    def fail(_event: object) -> None:
        raise RuntimeError("nobody listens")

    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db")
    receiver.on("/hooks/test", secrets=SECRET)
    receiver.listen_to(fail)
    with running_receiver(receiver) as running:
        status = post(running).status
        kept = [message.state for message in running.messages]

    assert (200, ["kept"]) == (status, kept)


def test_a_handler_that_is_waited_for_at_the_end_may_ask_the_inbox(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As `hookproof listen` does, to name the request that it forwards."""
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db")
    begun, asked = threading.Event(), list[str]()

    @receiver.on("/hooks/test", secrets=SECRET, mode="inbox")
    def ask(message: Message) -> None:
        inbox = receiver.open()
        begun.set()
        assert eventually(lambda: not inbox.has_room)  # it is being closed
        asked.extend(one.id for one in receiver.open().messages() if one.id == message.id)

    with running_receiver(receiver) as running:
        message_id = post(running).headers["hookproof-message"]
        assert begun.wait(10)
    assert [message_id] == asked
    assert "a handler still runs" not in caplog.text
