"""Webhooks over the API: kept with their flow, shown without their secret, tested."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine
from tests.receiver.bare_server import Answer, Server, served
from tests.sender.peer import Peer, hang_up, status

from hookproof import Verifier
from hookproof_receiver.platform.routes import blueprint
from hookproof_receiver.platform.service import PlatformService
from hookproof_receiver.platform.task_running import TaskRunning
from hookproof_receiver.platform.webhooks.operations import webhook_operations
from hookproof_receiver.platform.webhooks.service import WebhookService
from hookproof_runtime.settings import SenderSettings
from hookproof_runtime.task_runner import NotInstalled, find

from .conftest import RECIPES

SECRET = "not-a-secret-for-tests"
HOOK = {
    "name": "Tell the shop",
    "flowId": 1,
    "url": "https://shop.example/hooks/orders?key=hidden-in-the-query",
    "method": "post",
    "triggerEvent": "onJobDone",
    "triggerObject": "any",
    "body": '{"job": $jobId}',
    "headers": {"Authorization": "Bearer hidden-in-a-header", "Content-Type": "application/json"},
    "secretKey": SECRET,
}


class Api:
    """The API as one client has it."""

    def __init__(self, server: Server, headers: dict[str, str]) -> None:
        self._server, self._headers = server, headers

    def __call__(self, method: str, path: str, body: object = None) -> Answer:
        sent = None if body is None else json.dumps(body).encode()
        return self._server.ask(method, f"/v4{path}", sent, self._headers)


@pytest.fixture
def api(server: Server, headers: dict[str, str]) -> Api:
    return Api(server, headers)


def exception(answer: Answer) -> dict[str, str]:
    found: dict[str, str] = json.loads(answer.body)["exception"]
    return found


@pytest.mark.rule("P-HOOK-1")
def test_a_webhook_is_kept_shown_and_removed(api: Api) -> None:
    made = api("POST", "/webhookFlowTasks", HOOK)
    assert 201 == made.status
    record = json.loads(made.body)
    shown = api("GET", f"/webhookFlowTasks/{record['id']}")
    assert (200, record) == (shown.status, json.loads(shown.body))
    assert {
        "name": "Tell the shop",
        "flow": {"id": 1},
        "method": "post",
        "triggerEvent": "onJobDone",
        "triggerObject": "any",
        "flowNodeIds": [],
        "body": '{"job": $jobId}',
        "sslVerification": True,
        "retryOnFailure": True,
    }.items() <= record.items()

    gone = api("DELETE", f"/webhookFlowTasks/{record['id']}")
    assert (204, b"") == (gone.status, gone.body)
    for method in ("GET", "DELETE"):
        answer = api(method, f"/webhookFlowTasks/{record['id']}")
        assert (404, "NotFoundException") == (answer.status, exception(answer)["name"])
    assert record["id"] != json.loads(api("POST", "/webhookFlowTasks", HOOK).body)["id"]


@pytest.mark.rule("P-HOOK-2")
def test_no_answer_shows_a_secret_or_a_token(api: Api) -> None:
    made = api("POST", "/webhookFlowTasks", HOOK)
    record = json.loads(made.body)
    assert "…" == record["secretKey"]
    assert {"Authorization": "Bearer …", "Content-Type": "application/json"} == record["headers"]
    assert "https://shop.example/hooks/orders?key=…" == record["url"]
    refused = api("POST", "/webhookFlowTasks", HOOK | {"headers": {"Host": "hidden"}})
    for answer in (made, api("GET", f"/webhookFlowTasks/{record['id']}"), refused):
        assert b"hidden" not in answer.body
        assert SECRET.encode() not in answer.body


@pytest.mark.rule("P-HOOK-1")
@pytest.mark.parametrize(
    ("change", "name", "says"),
    [
        pytest.param({"flowId": 2}, "ValidationFailed", "no flow 2", id="no such flow"),
        pytest.param({"url": "ftp://a"}, "ValidationFailed", "http://", id="another scheme"),
        pytest.param({"url": "http://a/{{$plan.id}}"}, "ValidationFailed", "reference", id="reference"),
        pytest.param({"method": "get"}, "ValidationFailed", "GET sends no body", id="body of a GET"),
        pytest.param({"headers": {"Host": "a"}}, "ValidationFailed", "headers.Host", id="Host"),
        pytest.param({"method": "POST"}, "ApiValidationFailed", '"method"', id="upper case"),
        pytest.param({"method": "head"}, "ApiValidationFailed", '"method"', id="no such method"),
        pytest.param({"triggerEvent": "onJob"}, "ApiValidationFailed", '"triggerEvent"', id="event"),
        pytest.param({"name": ""}, "ApiValidationFailed", '"name"', id="no name"),
        pytest.param({"name": "\ud800"}, "ApiValidationFailed", '"name"', id="half a pair"),
        pytest.param({"flowId": "1"}, "ApiValidationFailed", '"flowId"', id="an id as text"),
        pytest.param({"triggerObject": "some"}, "ValidationFailed", "flowNodeIds", id="some of none"),
        pytest.param(
            {"triggerObject": "some", "flowNodeIds": [4, 6]}, "ValidationFailed", "no recipe 6",
            id="a stranger",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_400(api: Api, change: dict[str, Any], name: str, says: str) -> None:
    answer = api("POST", "/webhookFlowTasks", HOOK | change)
    assert (400, name) == (answer.status, exception(answer)["name"])
    assert says in exception(answer)["details"]


@pytest.mark.rule("P-HOOK-1")
def test_a_flow_has_at_most_50(api: Api) -> None:
    ids = [json.loads(api("POST", "/webhookFlowTasks", HOOK).body)["id"] for _ in range(50)]
    over = api("POST", "/webhookFlowTasks", HOOK)
    assert (400, "ValidationFailed") == (over.status, exception(over)["name"])
    assert "at most 50" in exception(over)["details"]
    api("DELETE", f"/webhookFlowTasks/{ids[0]}")
    assert 201 == api("POST", "/webhookFlowTasks", HOOK).status


@pytest.mark.rule("P-HOOK-3")
def test_a_test_says_how_one_request_went(api: Api) -> None:
    request = {"method": "post", "body": '{"a": "$jobId"}', "secretKey": SECRET}
    with Peer() as good, Peer(status(503)) as failing, Peer(hang_up) as cut:
        answers = [
            api("POST", "/webhooks/test", request | {"url": peer.url}) for peer in (good, failing, cut)
        ]
    assert [200, 200, 200] == [answer.status for answer in answers]
    told = [json.loads(answer.body) for answer in answers]
    assert {"statusCode": 200, "error": None} == told[0]
    assert {"statusCode": 503, "error": "answered 503 Service Unavailable"} == told[1]
    assert told[2]["statusCode"] is None
    assert told[2]["error"]
    assert [1, 1, 1] == [len(peer.received) for peer in (good, failing, cut)]
    assert b'{"a": "$jobId"}' == good.received[0].body
    Verifier(secrets=SECRET).verify(good.received[0].body, good.received[0].headers)


@pytest.mark.rule("P-HOOK-3")
@pytest.mark.parametrize(
    ("allowed", "answered"),
    [
        pytest.param((), None, id="refused"),
        pytest.param((r"^http://127\.0\.0\.1:[0-9]+/hooks",), 200, id="allowedUrlRegexes"),
    ],
)
def test_where_a_test_may_go_is_the_senders_to_say(
    service: PlatformService, engine: Engine, headers: dict[str, str], outbox: str, allowed, answered
) -> None:
    running = TaskRunning(lambda: find(SenderSettings(database=outbox, allowedUrlRegexes=allowed)))
    webhooks = WebhookService(engine, running, RECIPES)
    with served(blueprint(service, webhook_operations(webhooks))) as server, Peer() as peer:
        answer = Api(server, headers)("POST", "/webhooks/test", {"url": peer.url, "method": "get"})
    running.close()
    told = json.loads(answer.body)
    assert (200, answered) == (answer.status, told["statusCode"])
    assert (answered is None) == ("loopback" in (told["error"] or ""))
    assert (answered is not None) == bool(peer.received)


@pytest.mark.rule("P-HOOK-3")
def test_what_cannot_be_sent_is_400_and_sends_nothing(api: Api) -> None:
    answer = api("POST", "/webhooks/test", {"url": "http://a b/", "method": "get"})
    assert (400, "ValidationFailed") == (answer.status, exception(answer)["name"])


@pytest.mark.rule("P-HOOK-10")
def test_without_a_task_runner_it_is_501_in_a_sentence(
    service: PlatformService, engine: Engine, headers: dict[str, str]
) -> None:
    def none_installed() -> Any:
        raise NotInstalled("no task runner is installed: pip install 'hookproof[sender]'")

    webhooks = WebhookService(engine, TaskRunning(none_installed), RECIPES)
    with served(blueprint(service, webhook_operations(webhooks))) as server:
        api = Api(server, headers)
        answers = [
            api("POST", "/webhookFlowTasks", HOOK),
            api("POST", "/webhooks/test", {"url": "http://a/", "method": "get"}),
        ]
        assert 404 == api("GET", "/webhookFlowTasks/1").status
    assert [501, 501] == [answer.status for answer in answers]
    for answer in answers:
        assert "NotImplementedException" == exception(answer)["name"]
        assert "pip install 'hookproof[sender]'" in exception(answer)["details"]
