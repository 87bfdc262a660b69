"""What there is beside running a recipe: lists, files, flows, cancelling, as the platform answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.receiver.bare_server import Answer, Server, eventually, served
from tests.receiver.platform.odd_recipes import (
    SECOND_BREAKS,
    WAITS,
    WORKS,
    Make,
    ended,
    pid_of_worker,
)

from hookproof.testing import FixedClock
from hookproof_receiver.platform.quota import Quota
from hookproof_receiver.platform.routes import blueprint
from hookproof_receiver.platform.run_job import RunJob
from hookproof_receiver.platform.service import PlatformService
from hookproof_receiver.tokens import Tokens

SUM = {"wrangledDataset": {"id": WORKS}}


class Api:
    """A client with a token."""

    def __init__(self, server: Server, headers: dict[str, str]) -> None:
        self._server = server
        self._headers = headers

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        content = None if body is None else json.dumps(body).encode()
        given = {**self._headers, **{name.replace("_", "-"): one for name, one in headers.items()}}
        return self._server.ask(method, f"/v4{path}", content, given)

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert 200 == answer.status, answer.body
        return json.loads(answer.body)

    def run(self, recipe: int, **headers: str) -> int:
        answer = self.ask("POST", "/jobGroups", {"wrangledDataset": {"id": recipe}}, **headers)
        assert 201 == answer.status, answer.body
        group_id = json.loads(answer.body)["id"]
        assert isinstance(group_id, int)
        return group_id


@pytest.fixture
def odd(make: Make) -> PlatformService:
    return make()


@pytest.fixture
def api(odd: PlatformService, headers: dict[str, str]) -> Iterator[Api]:
    with served(blueprint(odd)) as server:
        yield Api(server, headers)


def _exception(answer: Answer) -> tuple[int, str]:
    return answer.status, json.loads(answer.body)["exception"]["name"]


@pytest.mark.rule("P-JOB-3")
def test_the_list_is_newest_first_and_can_be_narrowed(api: Api, odd: PlatformService) -> None:
    one, other = api.run(WORKS, x_execution_id="run-1/b7"), api.run(SECOND_BREAKS)
    third = api.run(WORKS)
    for group in (one, other, third):
        ended(odd, group)

    def ids(query: str) -> list[int]:
        return [group["id"] for group in api.get(f"/jobGroups{query}")["data"]]

    assert [third, other, one] == ids("") == ids("/?embed=jobs,wrangledDataset")
    assert [other] == ids("?limit=1&offset=1") == ids("?status=Failed")
    assert [third, one] == ids(f"?flowNodeId={WORKS}")
    assert [one] == ids("?executionId=run-1/b7")
    assert [] == ids("?executionId=run-2")
    assert "run-1/b7" == api.get(f"/jobGroups/{one}")["executionId"]
    for query in ("?limit=0", "?limit=x", "?status=Done", "?limit=1&limit=2"):
        assert (400, "ApiValidationFailed") == _exception(api.ask("GET", f"/jobGroups{query}"))


def test_a_group_is_shown_with_its_jobs_its_files_and_how_far_it_is(
    api: Api, odd: PlatformService, output_dir: Path
) -> None:
    group = api.run(WORKS)
    ended(odd, group)
    record = api.get(f"/jobGroups/{group}")
    assert ("Complete", 100) == (record["status"], record["percentComplete"])
    assert record["createdAt"] <= record["startedAt"] <= record["endedAt"] == record["updatedAt"]
    assert record["jobs"] == api.get(f"/jobGroups/{group}/jobs")
    assert ["wrangle", "profile"] == [job["jobType"] for job in record["jobs"]["data"]]
    (file,) = api.get(f"/jobGroups/{group}/outputs")["files"]
    assert ("out.txt", 4, None, True) == (
        file["name"],
        file["bytes"],
        file["rowCount"],
        file["isPrimaryOutput"],
    )
    assert (output_dir / str(group) / "out.txt").as_uri() == file["uri"]
    profile = api.ask("GET", f"/jobGroups/{group}/profile")
    assert (400, "ProfilingDataNotFoundException") == _exception(profile)


@pytest.mark.rule("P-JOB-4")
def test_progress_is_seen_while_it_runs_and_the_output_only_afterwards(
    api: Api, odd: PlatformService, output_dir: Path
) -> None:
    group = api.run(WAITS)
    record = eventually(lambda: (one := api.get(f"/jobGroups/{group}"))["rowCount"] and one)
    assert ("InProgress", 37, 3) == (
        record["status"],
        record["percentComplete"],
        record["rowCount"],
    )
    assert [75, 0] == [job["percentComplete"] for job in record["jobs"]["data"]]
    assert record["jobs"]["data"][0]["lastHeartbeatAt"] is not None
    assert [] == api.get(f"/jobGroups/{group}/outputs")["files"]
    assert not (output_dir / str(group)).exists()


@pytest.mark.rule("P-JOB-6")
def test_what_runs_and_what_waits_can_be_cancelled_and_what_ended_cannot(
    api: Api, odd: PlatformService, output_dir: Path
) -> None:
    running = [api.run(WAITS), api.run(WAITS)]
    for group in running:
        pid_of_worker(output_dir, group)
    waiting = api.run(WORKS)
    for group in (waiting, *running):
        answer = api.ask("POST", f"/jobGroups/{group}/cancel")
        assert 200 == answer.status
        jobs = [job["id"] for job in api.get(f"/jobGroups/{group}/jobs")["data"]]
        assert {"jobIds": jobs, "jobgroupId": group} == json.loads(answer.body)
        record = api.get(f"/jobGroups/{group}")
        assert "Canceled" == record["status"]
        assert ["Canceled"] * 2 == [job["status"] for job in record["jobs"]["data"]]
    done = ended(odd, api.run(WORKS)).id
    for group in (done, waiting):
        again = api.ask("POST", f"/jobGroups/{group}/cancel", {})
        assert {"jobIds": [], "jobgroupId": group} == json.loads(again.body)
    assert "Complete" == api.get(f"/jobGroups/{done}")["status"]
    assert {"data", "running", str(done)} == {path.name for path in output_dir.iterdir()}
    assert (404, "NotFoundException") == _exception(api.ask("POST", "/jobGroups/99/cancel"))


@pytest.mark.rule("P-JOB-7")
def test_a_flow_is_run_as_a_whole(api: Api, odd: PlatformService) -> None:
    answer = api.ask("POST", "/flows/5/run", x_execution_id="nightly/b7")
    started = json.loads(answer.body)
    assert 201 == answer.status
    assert {"flowRunId", "data"} == set(started)
    groups = [run["id"] for run in started["data"]]
    assert [WORKS, SECOND_BREAKS] == [odd.job_group(group).recipe_id for group in groups]
    assert 304 == api.ask("POST", "/flows/5/run", x_execution_id="nightly/b7").status
    assert 304 == api.ask("POST", "/jobGroups", SUM, x_execution_id="nightly/b7").status
    listed = api.get("/jobGroups?executionId=nightly/b7")["data"]
    assert groups[::-1] == [group["id"] for group in listed]
    assert [{"id": started["flowRunId"]}] * 2 == [group["flowRun"] for group in listed]
    assert (404, "NotFoundException") == _exception(api.ask("POST", "/flows/77/run"))


@pytest.mark.rule("P-JOB-8")
def test_run_parameters_reach_the_recipe_and_unknown_ones_are_refused(
    api: Api, odd: PlatformService
) -> None:
    def parameters(*pairs: tuple[str, object]) -> dict[str, object]:
        data = [{"key": key, "value": value} for key, value in pairs]
        return {"runParameters": {"overrides": {"data": data}}}

    answer = api.ask("POST", "/jobGroups", {**SUM, **parameters(("region", 7))})
    group = json.loads(answer.body)["id"]
    assert {"region": "7"} == api.get(f"/jobGroups/{group}")["runParameters"]
    assert {"region": "all"} == api.get(f"/jobGroups/{api.run(WORKS)}")["runParameters"]
    unknown = api.ask("POST", "/jobGroups", {**SUM, **parameters(("Region", "EU"))})
    assert (400, "ValidationFailed") == _exception(unknown)
    assert b"it knows region" in unknown.body
    twice = api.ask("POST", "/jobGroups", {**SUM, **parameters(("region", "EU"), ("region", "UK"))})
    assert (400, "ApiValidationFailed") == _exception(twice)
    flow = api.ask("POST", "/flows/5/run", parameters(("region", "EU")))
    runs = [run["id"] for run in json.loads(flow.body)["data"]]
    assert [{"region": "EU"}, {}] == [odd.job_group(run).parameters for run in runs]


def test_the_platform_s_own_client_finds_what_it_reads(
    service: PlatformService, headers: dict[str, str]
) -> None:
    """The paths, the body and the fields are those that its Python client writes and reads."""
    with served(blueprint(service)) as server:
        api = Api(server, headers)
        body = {
            "wrangledDataset": {"id": 4},
            "overrides": {"execution": "photon", "profiler": True},
            "runParameters": {"overrides": {"data": [{"key": "rows", "value": "200"}]}},
        }
        group = json.loads(api.ask("POST", "/jobGroups/", body).body)
        ended(service, group["id"])
        assert "Complete" == api.get(f"/jobgroups/{group['id']}/status")
        profile = api.get(f"/jobgroups/{group['id']}/profile")
        nodes = api.get("/flows/1?embed=flowNodes.recipe")["flowNodes"]["data"]
    assert ["Clean the orders"] == [node["recipe"]["name"] for node in nodes if node["wrangled"]]
    checks = profile["profilerTypeCheckHistograms"]
    for counts in checks.values():
        assert {"VALID", "INVALID", "EMPTY"} == {one["key"] for one in counts if one["count"] >= 0}
    assert set(checks) == {name for name, kinds in profile["columnTypes"].items() if kinds[0]}
    for shown in profile["profilerValidValueHistograms"].values():
        if "buckets" in shown:
            assert {"pos", "b"} == set(shown["buckets"][0])
            assert dict(shown["quartiles"])
        else:
            assert {"key", "count"} == set(shown["topk"][0])


def test_flows_and_recipes_are_shown(api: Api) -> None:
    flows = api.get("/flows")["data"]
    assert [(5, "Short ones"), (6, "Odd ones")] == [(flow["id"], flow["name"]) for flow in flows]
    assert flows[0] == api.get("/flows/5")
    assert [WORKS, SECOND_BREAKS] == [node["recipe"]["id"] for node in flows[0]["flowNodes"]["data"]]
    recipe = api.get(f"/wrangledDatasets/{WORKS}")
    assert ("works", {"id": 5, "name": "Short ones"}, {"region": "all"}) == (
        recipe["name"],
        recipe["flow"],
        recipe["runParameters"],
    )
    for path in ("/flows/99", "/wrangledDatasets/99", "/wrangledDatasets/x"):
        assert (404, "NotFoundException") == _exception(api.ask("GET", path))


@pytest.mark.rule("P-JOB-5")
def test_more_than_so_many_a_minute_are_told_to_come_again(make: Make, tokens: Tokens) -> None:
    now = FixedClock()
    service = make(clock=now, quota=Quota(2, 3))

    def client() -> dict[str, str]:
        token = Tokens(b"a-key-that-nobody-could-take-for-a-real-one").new("run-job", 3600).text
        return {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    with served(blueprint(service)) as server:
        ann, bob = Api(server, client()), Api(server, client())
        for _ in range(2):
            ann.run(WORKS, x_execution_id=f"run-{_}")
        over = ann.ask("POST", "/jobGroups", SUM)
        assert (429, "TooManyRequestsException") == _exception(over)
        assert ("2", "0", "60", "60") == tuple(
            over.headers[name]
            for name in ("x-rate-limit-limit", "x-rate-limit-remaining", "x-retry-after", "retry-after")
        )
        assert 304 == ann.ask("POST", "/jobGroups", SUM, x_execution_id="run-1").status
        bob.run(WORKS)
        assert (429, "TooManyRequestsException") == _exception(bob.ask("POST", "/jobGroups", SUM))
        assert 3 == len(service.job_groups())
        now.advance(60)
        ann.run(WORKS)


def test_a_recipe_that_is_not_there_any_more_fails_and_is_still_shown(
    make: Make, headers: dict[str, str]
) -> None:
    first = make()
    group = first.run_job(RunJob(WORKS))
    assert group is not None
    ended(first, group.id)
    first.close()
    service = make(recipes={})
    with served(blueprint(service)) as server:
        record = Api(server, headers).get(f"/jobGroups/{group.id}")
    assert {"id": WORKS, "name": None, "flow": None} == record["wrangledDataset"]
