"""The run-job API answers as the platform does, over a real socket, and the job is real."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from tests.receiver.bare_server import Answer, Server, eventually

from hookproof.testing import FixedClock
from hookproof_receiver.platform.routes import MAX_BODY
from hookproof_receiver.platform.service import PlatformService
from hookproof_receiver.tokens import Tokens

RUN_RECIPE_4 = b'{"wrangledDataset": {"id": 4}}'


def _exception(answer: Answer) -> dict[str, str]:
    exception = json.loads(answer.body)["exception"]
    assert {"name", "message", "details"} == set(exception)
    assert isinstance(exception, dict)
    return exception


@pytest.mark.rule("P-JOB-1")
def test_a_recipe_is_run_to_its_end_and_its_output_is_there(
    server: Server, headers: dict[str, str], output_dir: Path
) -> None:
    answer = server.ask("POST", "/v4/jobGroups", RUN_RECIPE_4, headers)
    started = json.loads(answer.body)
    assert 201 == answer.status
    assert {"sessionId", "reason", "jobGraph", "id", "jobs"} == set(started)
    assert "JobStarted" == started["reason"]
    first, second = (job["id"] for job in started["jobs"]["data"])
    assert {
        "vertices": [first, second],
        "edges": [{"source": first, "target": second}],
    } == started["jobGraph"]

    path = f"/v4/jobGroups/{started['id']}"
    seen: list[str] = []

    def is_over() -> bool:
        status = json.loads(server.ask("GET", f"{path}/status", headers=headers).body)
        assert status in {"Created", "InProgress", "Complete"}
        seen.append(status)
        return bool(status == "Complete")

    eventually(is_over)
    order = ["Created", "InProgress", "Complete"]
    assert sorted(seen, key=order.index) == seen

    record = json.loads(server.ask("GET", path, headers=headers).body)
    recipe = {"id": 4, "name": "Clean the orders", "flow": {"id": 1, "name": "Orders"}}
    assert (started["id"], "Complete", recipe) == (
        record["id"],
        record["status"],
        record["wrangledDataset"],
    )
    assert record["createdAt"] <= record["updatedAt"]
    assert ["Complete", "Complete"] == [job["status"] for job in record["jobs"]["data"]]
    assert ["wrangle", "profile"] == [job["jobType"] for job in record["jobs"]["data"]]

    output = output_dir / str(started["id"])
    assert {"orders.csv", "rejected.csv", "profile.json"} == {file.name for file in output.iterdir()}
    with (output / "orders.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == json.loads((output / "profile.json").read_text())["rows"] > 8000
    assert (100, len(rows)) == (record["percentComplete"], record["rowCount"])


def test_the_status_is_a_bare_json_string(server: Server, headers: dict[str, str]) -> None:
    group = json.loads(server.ask("POST", "/v4/jobGroups", RUN_RECIPE_4, headers).body)["id"]
    answer = server.ask("GET", f"/v4/jobGroups/{group}/status", headers=headers)
    assert (200, "application/json") == (answer.status, answer.headers["content-type"])
    assert answer.body.strip() in {b'"Created"', b'"InProgress"', b'"Complete"'}


@pytest.mark.rule("P-JOB-1")
def test_the_same_execution_id_again_runs_nothing(server: Server, headers: dict[str, str]) -> None:
    first = server.ask("POST", "/v4/jobGroups", RUN_RECIPE_4, {**headers, "x-execution-id": "run-1"})
    again = server.ask("POST", "/v4/jobGroups", RUN_RECIPE_4, {**headers, "x-execution-id": "run-1"})
    other = server.ask("POST", "/v4/jobGroups", RUN_RECIPE_4, {**headers, "x-execution-id": "run-2"})
    assert (201, 304, 201) == (first.status, again.status, other.status)
    assert b"" == again.body
    assert 1 == json.loads(other.body)["id"] - json.loads(first.body)["id"]


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param(None, id="none"),
        pytest.param("Bearer", id="no token"),
        pytest.param("Bearer let-me-in", id="forged"),
        pytest.param("Bearer a=b", id="parameters"),
        pytest.param("Basic dXNlcjpwYXNz", id="another scheme"),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("POST", "/v4/jobGroups", id="run"),
        pytest.param("GET", "/v4/jobGroups/1", id="record"),
        pytest.param("GET", "/v4/jobGroups/1/status", id="status"),
    ],
)
def test_without_a_good_token_the_answer_is_the_plain_text_unauthorized(
    server: Server, authorization: str | None, method: str, path: str
) -> None:
    headers = {"Content-Type": "application/json"}
    if authorization is not None:
        headers["Authorization"] = authorization
    answer = server.ask(method, path, RUN_RECIPE_4 if method == "POST" else None, headers)
    assert (401, b"Unauthorized") == (answer.status, answer.body)
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Bearer" == answer.headers["www-authenticate"]


def test_a_token_whose_time_is_over_is_401(service: PlatformService, server: Server) -> None:
    past = FixedClock(1_000_000_000)
    token = Tokens(b"a-key-that-nobody-could-take-for-a-real-one", past).new("run-job", 60).text
    answer = server.ask("GET", "/v4/jobGroups/1", headers={"Authorization": f"Bearer {token}"})
    assert (401, b"Unauthorized") == (answer.status, answer.body)


def test_a_token_for_something_else_is_403(server: Server, tokens: Tokens) -> None:
    token = tokens.new("read-plans", 60).text  # type: ignore[arg-type]  # a scope that does not exist yet
    answer = server.ask("GET", "/v4/jobGroups/1", headers={"Authorization": f"Bearer {token}"})
    assert (403, "AccessControlException") == (answer.status, _exception(answer)["name"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", "/v4/people", id="no such path"),
        pytest.param("GET", "/v4", id="the root"),
        pytest.param("PUT", "/v4/jobGroups", id="a path that does not take PUT"),
        pytest.param("DELETE", "/v4/jobGroups/1", id="a path that only takes GET"),
        pytest.param("OPTIONS", "/v4/jobGroups", id="OPTIONS"),
        pytest.param("GET", "/v4/jobGroups//status", id="an id that is empty"),
        pytest.param("TRACE", "/v4/jobGroups", id="TRACE"),
    ],
)
def test_any_other_route_is_named_in_a_404(
    server: Server, headers: dict[str, str], method: str, path: str
) -> None:
    answer = server.ask(method, path, headers=headers)
    assert 404 == answer.status
    assert {
        "name": "RouteNotFoundException",
        "message": "This route does not exist",
        "details": f"Cannot {method} {path}",
    } == _exception(answer)


@pytest.mark.parametrize(
    "group",
    [
        pytest.param("0", id="zero"),
        pytest.param("99", id="not there"),
        pytest.param("-1", id="negative"),
        pytest.param("x", id="no number"),
        pytest.param("9" * 16, id="the longest"),
        pytest.param("9" * 5000, id="5000 digits"),
        pytest.param("%D9%A1", id="Arabic one"),
    ],
)
def test_a_group_that_is_not_there_is_404(server: Server, headers: dict[str, str], group: str) -> None:
    for path in (f"/v4/jobGroups/{group}", f"/v4/jobGroups/{group}/status"):
        answer = server.ask("GET", path, headers=headers)
        assert (404, "NotFoundException") == (answer.status, _exception(answer)["name"])


def test_a_recipe_that_is_not_there_is_400(server: Server, headers: dict[str, str]) -> None:
    answer = server.ask("POST", "/v4/jobGroups", b'{"wrangledDataset": {"id": 5}}', headers)
    assert (400, "ValidationFailed") == (answer.status, _exception(answer)["name"])
    assert "no recipe 5" in _exception(answer)["details"]


def test_a_request_that_is_not_valid_is_400_with_all_that_is_wrong(
    server: Server, headers: dict[str, str]
) -> None:
    answer = server.ask("POST", "/v4/jobGroups", b'{"testMode": "yes", "overrides": 1}', headers)
    assert (400, "ApiValidationFailed") == (answer.status, _exception(answer)["name"])
    for key in ("wrangledDataset", "testMode", "overrides"):
        assert key in _exception(answer)["details"]


def test_a_request_beyond_the_cap_is_413(server: Server, headers: dict[str, str]) -> None:
    answer = server.ask("POST", "/v4/jobGroups", b" " * MAX_BODY + RUN_RECIPE_4, headers)
    assert (413, "PayloadTooLarge") == (answer.status, _exception(answer)["name"])


def test_every_answer_has_an_id_of_its_own(server: Server, headers: dict[str, str]) -> None:
    answers = [
        server.ask("POST", "/v4/jobGroups", RUN_RECIPE_4, {**headers, "x-execution-id": "one"}),
        server.ask("POST", "/v4/jobGroups", RUN_RECIPE_4, {**headers, "x-execution-id": "one"}),
        server.ask("POST", "/v4/jobGroups", b"{", headers),
        server.ask("POST", "/v4/jobGroups", b" " * (MAX_BODY + 1), headers),
        server.ask("GET", "/v4/jobGroups/1", headers=headers),
        server.ask("GET", "/v4/jobGroups/1"),
        server.ask("GET", "/v4/nowhere", headers=headers),
    ]
    ids = [answer.headers["x-trifacta-request-id"] for answer in answers]
    assert [201, 304, 400, 413, 200, 401, 404] == [answer.status for answer in answers]
    assert len(answers) == len(set(ids))
    assert all(re.fullmatch(r"[0-9a-f-]{36}", name) for name in ids)


def test_a_token_is_in_no_log_and_no_answer(
    server: Server,
    headers: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("DEBUG")
    token = headers["Authorization"].removeprefix("Bearer ")
    shown: list[str] = []
    for given in (token, token[:-2]):
        for body in (RUN_RECIPE_4, b"{"):
            answer = server.ask(
                "POST", "/v4/jobGroups", body, {**headers, "Authorization": f"Bearer {given}"}
            )
            shown += [str(answer.headers), answer.body.decode()]
    eventually(lambda: b'"Complete"' in server.ask("GET", "/v4/jobGroups/1", headers=headers).body)
    shown += [caplog.text, *capfd.readouterr()]
    assert not [text for text in shown if token[:-2] in text]
