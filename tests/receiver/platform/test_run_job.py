"""What is a request to run a job, and what is wrong with one that is not."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookproof_receiver.platform.job_operations import EXECUTION_ID, job_operations
from hookproof_receiver.platform.job_shapes import RunJobBody
from hookproof_receiver.platform.reading import read_body, read_headers
from hookproof_receiver.platform.refusal import Refusal
from hookproof_receiver.platform.run_job import RunJob
from hookproof_receiver.platform.service import PlatformService

JSON = "application/json"
GOOD: dict[str, Any] = {"wrangledDataset": {"id": 4}}
RUN_JOB = next(
    one for one in job_operations(cast(PlatformService, None)) if one.name == "runJobGroup"
)  # what is wrong in a request is known before there is a service


def read_run_job(content_type: str, body: bytes, execution_id: str | None) -> RunJob:
    read = read_body(RUN_JOB, content_type, body)
    assert isinstance(read, RunJobBody)
    headers = {} if execution_id is None else {EXECUTION_ID: execution_id}
    return RunJob.of(read, read_headers(RUN_JOB, headers).get(EXECUTION_ID))


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(GOOD, id="as the platform's document has it"),
        pytest.param({**GOOD, "overrides": {"anything": ["goes"]}}, id="overrides are not looked into"),
        pytest.param(
            {**GOOD, "runParameters": {"overrides": {"data": [{"key": "region", "value": "EU"}]}}},
            id="run parameters",
        ),
        pytest.param({**GOOD, "runParameters": {}}, id="no run parameters"),
        pytest.param(
            {**GOOD, "testMode": True, "forceCacheUpdate": False, "ignoreRecipeErrors": True},
            id="flags",
        ),
        pytest.param({**GOOD, "somethingNew": 1}, id="a key that is not known"),
    ],
)
def test_a_request_that_the_platform_takes_is_taken(request_: dict[str, Any]) -> None:
    read = read_run_job(JSON, json.dumps(request_).encode(), None)
    expected = {"region": "EU"} if request_.get("runParameters") else {}
    assert RunJob(4, parameters=expected) == read


def test_what_is_kept_of_it_is_read() -> None:
    read = read_run_job(JSON, b'{"wrangledDataset": {"id": 7}, "ranfrom": "ui"}', "run-1")
    assert RunJob(recipe_id=7, ran_from="ui", execution_id="run-1") == read


@pytest.mark.parametrize(
    ("body", "names"),
    [
        pytest.param(b"", "JSON", id="nothing"),
        pytest.param(b"{", "JSON", id="cut short"),
        pytest.param(b"\xff{}", "JSON", id="no UTF-8"),
        pytest.param(b'{"wrangledDataset": {"id": NaN}}', "JSON", id="NaN"),
        pytest.param(
            b'{"wrangledDataset": {"id": 4},'
            b' "runParameters": {"overrides": {"data": [{"key": "rows", "value": 1e400}]}}}',
            "finite",
            id="a number without end",
        ),
        pytest.param(b"[" * 100_000, "JSON", id="nested too deep"),
        pytest.param(b'{"wrangledDataset": {"id": ' + b"9" * 5000 + b"}}", "JSON", id="5000 digits"),
        pytest.param(b"[]", "object", id="a list"),
        pytest.param(b"null", "object", id="null"),
        pytest.param(b"{}", "wrangledDataset", id="empty"),
        pytest.param(b'{"wrangledDataset": null}', "wrangledDataset", id="no dataset"),
        pytest.param(b'{"wrangledDataset": 4}', "wrangledDataset", id="a number for the dataset"),
        pytest.param(b'{"wrangledDataset": {}}', "wrangledDataset.id", id="no id"),
        pytest.param(b'{"wrangledDataset": {"id": null}}', "wrangledDataset.id", id="a null id"),
        pytest.param(b'{"wrangledDataset": {"id": "4"}}', "wrangledDataset.id", id="a text"),
        pytest.param(b'{"wrangledDataset": {"id": true}}', "wrangledDataset.id", id="true"),
        pytest.param(b'{"wrangledDataset": {"id": 4.0}}', "wrangledDataset.id", id="a fraction"),
        pytest.param(b'{"wrangledDataset": {"id": 0}}', "wrangledDataset.id", id="zero"),
        pytest.param(
            b'{"wrangledDataset": {"id": 9007199254740992}}', "wrangledDataset.id", id="2**53"
        ),
        pytest.param(b'{"wrangledDataset": {"id": 4}, "overrides": []}', "overrides", id="overrides"),
        pytest.param(b'{"wrangledDataset": {"id": 4}, "testMode": 1}', "testMode", id="a flag"),
        pytest.param(b'{"wrangledDataset": {"id": 4}, "ranfrom": ""}', "ranfrom", id="ranfrom"),
        pytest.param(
            b'{"wrangledDataset": {"id": 4}, "ranfrom": "\\ud800"}', "ranfrom", id="surrogate"
        ),
        pytest.param(
            b'{"wrangledDataset": {"id": 4}, "runParameters": {"overrides": {"data": [{"key": 1}]}}}',
            "runParameters",
            id="run parameters",
        ),
    ],
)
def test_what_is_wrong_is_named(body: bytes, names: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_run_job(JSON, body, None)
    assert (400, "ApiValidationFailed") == (refused.value.status, refused.value.name)
    assert names in refused.value.details


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_another_content_type_is_named(kind: str) -> None:
    with pytest.raises(Refusal, match="Content-Type"):
        read_run_job(kind, b'{"wrangledDataset": {"id": 4}}', None)


@pytest.mark.parametrize("execution_id", ["", "x" * 257])
def test_an_execution_id_is_bounded(execution_id: str) -> None:
    with pytest.raises(Refusal, match="x-execution-id"):
        read_run_job(JSON, b'{"wrangledDataset": {"id": 4}}', execution_id)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
_keys = st.sampled_from(["wrangledDataset", "runParameters", "overrides", "ranfrom", "testMode"])


@given(value=st.dictionaries(_keys, _json) | _json)
def test_whatever_comes_is_read_or_refused(value: Any) -> None:
    with suppress(Refusal):
        read_run_job(JSON, json.dumps(value).encode(), None)
