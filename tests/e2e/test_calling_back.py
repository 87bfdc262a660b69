"""What the platform's side sends of its own to another receiver: webhooks of jobs, and plans."""

from __future__ import annotations

import http.client
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.receiver.bare_server import eventually

from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.testing.running import Running, running_receiver
from hookproof_receiver.tokens import Tokens, signing_key
from hookproof_runtime.settings import SenderSettings

PLAN = """
name = "Nightly orders"
id = 7
[platform]
url = "{platform}"
tokenFile = "token"
[[nodes]]
handle = "b7"
name = "Clean the orders"
taskType = "flow"
flow = {{ recipe = 4, parameters = {{ rows = "200" }} }}
[[nodes]]
handle = "zj"
name = "Tell the shop"
taskType = "http"
[nodes.httpTask]
method = "post"
url = "{shop}"
body = '{{"run": "{{{{$plan.runId}}}}", "cleaned": "{{{{$flow_b7.status}}}}"}}'
secretKeyEnv = "SHOP_SECRET"
[[edges]]
source = "b7"
target = "zj"
statusRule = "success"
"""
FAST = {"runParameters": {"overrides": {"data": [{"key": "rows", "value": "200"}]}}}


class Platform:
    """A receiver that is the platform, and one client of its API."""

    def __init__(self, base: str, token: str) -> None:
        self.base = base
        self.token = token

    def __call__(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(self.base.removeprefix("http://"), timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body)
        connection.request(method, f"/v4{path}", sent, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content) if content else None

    def run_job(self, **more: Any) -> int:
        status, started = self("POST", "/jobGroups", {"wrangledDataset": {"id": 4}, **FAST, **more})
        assert 201 == status, started
        number: int = started["id"]
        return number


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_SECRET", SECRET)


@pytest.fixture
def shop() -> Iterator[Running]:
    with running_receiver() as shop:
        yield shop


@pytest.fixture
def platform(tmp_path: Path, shop: Running) -> Iterator[Platform]:
    plan = tmp_path / "nightly.toml"
    plan.write_text(PLAN.format(platform="http://platform.invalid", shop=shop.url))
    receiver = Receiver(f"sqlite:///{tmp_path}/platform/inbox.db", platform=True)
    receiver.settings = receiver.settings.model_copy(update={"plans": (str(plan),)})
    receiver.sender = SenderSettings.model_validate(
        {"database": f"sqlite:///{tmp_path}/outbox.db", "allowLoopback": True, "retryBase": "10 ms"}
    )
    with running_receiver(receiver) as running:
        token = Tokens(signing_key(tmp_path / "platform")).new("run-job", 600).text
        (tmp_path / "token").write_text(token)
        plan.write_text(PLAN.format(platform=running.base, shop=shop.url))  # read again for each run
        yield Platform(running.base, token)


def webhook(shop: Running, **more: Any) -> dict[str, Any]:
    return {
        "name": "Tell the shop",
        "url": shop.url,
        "method": "post",
        "triggerEvent": "onJobDone",
        "body": '{"job": $jobId, "text": "It is $jobStatus."}',
        "headers": {"Content-Type": "application/json"},
        "secretKey": SECRET,
        **more,
    }


def bodies(shop: Running, number: int) -> list[Any]:
    """What arrived and was proved, in its order."""
    seen = shop.wait_for(number)
    assert [200] * number == [one.status for one in seen]
    return [one.delivery.json() for one in seen if one.delivery is not None]


@pytest.mark.rule("P-HOOK-4", "P-HOOK-5", "P-HOOK-7")
def test_a_job_that_ends_calls_the_webhooks_of_its_flow_signed(
    platform: Platform, shop: Running
) -> None:
    flow = {"flowId": 1, "triggerObject": "any"}
    of_failures = webhook(shop, **flow) | {"triggerEvent": "onJobFailure", "body": '"too early"'}
    assert 201 == platform("POST", "/webhookFlowTasks", of_failures)[0]  # it would be called first
    assert 201 == platform("POST", "/webhookFlowTasks", webhook(shop, **flow))[0]
    number = platform.run_job()
    assert [{"job": number, "text": "It is Complete."}] == bodies(shop, 1)


@pytest.mark.rule("P-HOOK-8")
def test_webhooks_of_the_request_take_the_place_of_the_flows(platform: Platform, shop: Running) -> None:
    kept = webhook(shop, flowId=1, triggerObject="any", body='"of the flow"')
    assert 201 == platform("POST", "/webhookFlowTasks", kept)[0]
    own = [webhook(shop, body='["of the job", $jobId]')]
    first = platform.run_job(overrides={"webhooks": own, "anything": "else"})
    assert [["of the job", first]] == bodies(shop, 1)
    silent = platform.run_job(overrides={"webhooks": []})
    eventually(lambda: platform("GET", f"/jobGroups/{silent}/status")[1] == "Complete")
    platform.run_job()
    assert [["of the job", first], "of the flow"] == bodies(shop, 2)


@pytest.mark.rule("P-HOOK-8")
@pytest.mark.parametrize(
    ("webhooks", "says"),
    [
        pytest.param("none", "overrides.webhooks", id="no list"),
        pytest.param([4], "overrides.webhooks[0]", id="no object"),
        pytest.param([{}], "overrides.webhooks[0].url", id="empty"),
        pytest.param(
            [{"name": "a", "url": "no", "method": "post", "triggerEvent": "onJobDone"}],
            "overrides.webhooks[0].url", id="a URL that is none",
        ),
        pytest.param(
            [{"name": "a", "url": "http://a/", "method": "post", "triggerEvent": "onJobDone"}] * 51,
            "overrides.webhooks", id="51",
        ),
    ],
)  # fmt: skip
def test_webhooks_of_a_request_that_cannot_be_sent_are_400_and_nothing_runs(
    platform: Platform, webhooks: object, says: str
) -> None:
    asked = {"wrangledDataset": {"id": 4}, "overrides": {"webhooks": webhooks}}
    status, refused = platform("POST", "/jobGroups", asked)
    assert 400 == status
    assert says in refused["exception"]["details"]
    assert [] == platform("GET", "/jobGroups")[1]["data"]


@pytest.mark.rule("P-HOOK-9", "P-HOOK-11")
def test_a_plan_is_run_by_the_api_and_an_override_is_for_that_run_alone(
    platform: Platform, shop: Running
) -> None:
    override = {"handle": "zj", "overrideKey": "body", "value": '["other", "{{$plan.runId}}"]'}
    status, started = platform("POST", "/plans/7/run", {"planNodeOverrides": [override]})
    assert (201, "Valid") == (status, started["validationStatus"])
    path = f"/planSnapshotRuns/{started['planSnapshotRunId']}"
    seen: list[str] = []

    def is_over() -> Any:
        answered, run = platform("GET", path)
        assert 200 == answered
        seen.append(run["status"])
        return run if run["status"] in ("Complete", "Failed") else None

    run = eventually(is_over)
    assert "Complete" == run["status"]
    assert {"Created", "InProgress", "Complete"} >= set(seen)
    clean, tell = run["planTaskSnapshotRuns"]["data"]
    assert ("b7", "flow", "Complete", 1) == (
        clean["handle"], clean["taskType"], clean["status"], len(clean["jobGroups"]["data"]),
    )  # fmt: skip
    assert ("zj", "http", "Complete", 200) == (
        tell["handle"], tell["taskType"], tell["status"], tell["statusCode"],
    )  # fmt: skip
    assert [["other", run["runId"]]] == bodies(shop, 1)
    (group,) = clean["jobGroups"]["data"]
    assert "Complete" == platform("GET", f"/jobGroups/{group['id']}/status")[1]

    assert 201 == platform("POST", "/plans/7/run")[0]
    second = bodies(shop, 2)[1]
    assert "success" == second["cleaned"]
    assert run["runId"] != second["run"]
    plan = platform("GET", "/plans/7")[1]
    assert ("Nightly orders", 2) == (plan["name"], plan["planSnapshotRunCount"])
    assert plan["latestPlanSnapshotRun"]["id"] != run["id"]
    assert [plan["id"]] == [one["id"] for one in platform("GET", "/plans")[1]["data"]]


@pytest.mark.rule("P-HOOK-9")
@pytest.mark.parametrize(
    ("override", "says"),
    [
        pytest.param({"handle": "xx", "overrideKey": "url", "value": "a"}, "b7, zj", id="no such node"),
        pytest.param({"handle": "zj", "overrideKey": "ulr", "value": "a"}, "url", id="no such key"),
        pytest.param({"handle": "zj", "overrideKey": "url", "value": "a"}, "http://", id="no URL"),
        pytest.param({"handle": "zj", "overrideKey": "secretKey", "value": "a"}, "secret", id="secret"),
        pytest.param(
            {"handle": "zj", "overrideKey": "secretKeyFile", "value": "/etc/hostname"},
            "the plan's file says",
            id="a file of the machine",
        ),
        pytest.param(
            {"handle": "zj", "overrideKey": "secretKeyEnv", "value": "PATH"},
            "the plan's file says",
            id="a variable of the machine",
        ),
        pytest.param(
            {"handle": "zj", "overrideKey": "scheme", "value": "github"},
            "the plan's file says",
            id="a scheme without a time",
        ),
    ],
)
def test_an_override_that_names_nothing_is_400_and_says_what_there_is(
    platform: Platform, override: dict[str, str], says: str
) -> None:
    status, refused = platform("POST", "/plans/7/run", {"planNodeOverrides": [override]})
    assert (400, "ValidationFailed") == (status, refused["exception"]["name"])
    assert says in refused["exception"]["details"]
    assert 0 == platform("GET", "/plans/7")[1]["planSnapshotRunCount"]


@pytest.mark.rule("P-HOOK-9")
def test_a_plan_or_a_run_that_is_not_there_is_404(platform: Platform) -> None:
    for method, path in (
        ("GET", "/plans/8"),
        ("POST", "/plans/8/run"),
        ("GET", "/planSnapshotRuns/1"),
    ):
        status, refused = platform(method, path)
        assert (404, "NotFoundException") == (status, refused["exception"]["name"])


@pytest.mark.rule("P-HOOK-2")
def test_what_a_jobs_own_webhooks_hold_is_gone_once_they_are_called(
    platform: Platform, shop: Running, tmp_path: Path
) -> None:
    platform.run_job(overrides={"webhooks": [webhook(shop, secretKey=SECRET)]})
    bodies(shop, 1)
    file = tmp_path / "platform" / "inbox.db"
    assert 0o600 == file.stat().st_mode & 0o777
    with closing(sqlite3.connect(file)) as database:
        held = "SELECT count(*) FROM hookproof_webhook_calls WHERE record IS NOT NULL"
        eventually(lambda: database.execute(held).fetchone() == (0,))
        assert [] == database.execute("SELECT * FROM hookproof_job_webhooks").fetchall()


RECEIVES = """
import sys
sys.modules["h11"] = None  # as where `hookproof[receiver]` alone is installed
from hookproof_runtime.command_line import main
main(["receive", "--platform", "--listen", "127.0.0.1:0", "--ready-file", "ready"])
"""


@pytest.mark.long
@pytest.mark.rule("P-HOOK-10")
def test_a_receiver_without_the_sender_runs_jobs_and_says_501_to_the_rest(
    tmp_path: Path, shop: Running
) -> None:
    (tmp_path / "hookproof.toml").write_text('[receiver]\nplans = ["nightly.toml"]\n')
    process = subprocess.Popen([sys.executable, "-c", RECEIVES], stdout=subprocess.DEVNULL)
    try:
        ready = tmp_path / "ready"
        eventually(ready.exists)
        token = Tokens(signing_key(tmp_path / ".hookproof")).new("run-job", 600).text
        platform = Platform(ready.read_text().strip(), token)
        platform.run_job()
        own = {"overrides": {"webhooks": [webhook(shop)]}}
        for method, path, body in (
            ("POST", "/webhookFlowTasks", webhook(shop, flowId=1, triggerObject="any")),
            ("POST", "/webhooks/test", {"url": shop.url, "method": "get"}),
            ("POST", "/jobGroups", {"wrangledDataset": {"id": 4}, **own}),
            ("GET", "/plans", None),
            ("POST", "/plans/7/run", None),
            ("GET", "/planSnapshotRuns/1", None),
        ):
            status, refused = platform(method, path, body)
            assert (501, "NotImplementedException") == (status, refused["exception"]["name"])
            assert "pip install 'hookproof[sender]'" in refused["exception"]["details"]
        assert 1 == len(platform("GET", "/jobGroups")[1]["data"])
    finally:
        process.terminate()
        process.wait()
