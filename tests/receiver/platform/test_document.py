"""What the API's document says holds: requests made out of it, sent to a receiver that runs."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import hookproof_receiver.ends as ends
from hookproof_receiver import Receiver
from hookproof_receiver.platform import Flow, Recipe, Step
from hookproof_receiver.platform.quota import Quota
from hookproof_receiver.platform.service import PlatformService
from hookproof_receiver.testing import Running, running_receiver
from hookproof_receiver.tokens import Tokens, signing_key
from hookproof_runtime.settings import SenderSettings

needs_schemathesis = pytest.mark.skipif(
    find_spec("schemathesis") is None, reason="it is installed with the development tools"
)

STEPS = "def works(run):\n    (run.folder / 'profile.json').write_text('{}')\n"

PLAN = """
name = "One"
id = 1
[[nodes]]
handle = "aa"
taskType = "http"
httpTask = { method = "get", url = "http://shop.example/", maxRetries = 0 }
"""

# What is too large is refused for that (413), before anybody sees that it is wrong besides. Where a
# request is right in its form, and names what is not there: 400, as on the platform.
SETTINGS = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 413, 415, 429, "5xx"]

[[operations]]
include-operation-id = [
  "runJobGroup", "runFlow", "getProfilingInformationForJobGroup",
  "createWebhookFlowTask", "testWebhook", "runPlan",
]
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409, 429]
"""

# To the platform another method is another route: 404, which `test_any_other_method` looks at.
NOT_OURS = "unsupported_method,allow_header_conformance"


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One that lets jobs be run without end, each of them short."""
    folder = tmp_path_factory.mktemp("receiver")
    (folder / "short_steps.py").write_text(STEPS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        made = Receiver(f"sqlite:///{folder}/inbox.db", platform=True)
        made.on("/hooks/any", secrets="a-secret-of-more-than-16-bytes")
        # URLs are made up: nothing may leave for one, not even a question for its address.
        made.sender = SenderSettings(database=f"sqlite:///{folder}/outbox.db", unmatched="refuse")
        (folder / "plan.toml").write_text(PLAN)
        made.settings = made.settings.model_copy(update={"plans": (str(folder / "plan.toml"),)})
        short = Recipe(
            4, "Short", (Step("profile", "short_steps:works"),), Flow(1, "Orders"), {"a": "1"}
        )
        patch.setattr(
            ends,
            "PlatformService",
            partial(PlatformService, quota=Quota(10**9, 10**9)),
        )
        patch.setattr(ends, "all_recipes", lambda: {4: short})
        with running_receiver(made) as running:
            yield running


@pytest.fixture(scope="module")
def token(receiver: Running) -> str:
    folder = Path(str(receiver.receiver.settings.database).removeprefix("sqlite:///")).parent
    return Tokens(signing_key(folder)).new("run-job", 3600).text


def _schemathesis(receiver: Running, token: str, folder: Path, *words: str) -> None:
    """Run it, and fail with what it found."""
    settings = folder / "schemathesis.toml"
    settings.write_text(SETTINGS)
    program = Path(sys.executable).with_name("schemathesis")
    ran = subprocess.run(
        [
            program,
            *("--config-file", settings, "run", f"{receiver.base}/v4/open-api-spec"),
            *("-H", f"Authorization: Bearer {token}", "--checks", "all", "--exclude-checks", NOT_OURS),
            *("--seed", "1", "--no-color", "--warnings", "off", "--generation-database", "none"),
            *words,
        ],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert 0 == ran.returncode, ran.stdout + ran.stderr


@needs_schemathesis
@pytest.mark.rule("P-JOB-12")
def test_requests_made_of_the_document_are_answered_as_it_says(
    receiver: Running, token: str, tmp_path: Path
) -> None:
    _schemathesis(receiver, token, tmp_path, "--phases", "examples,fuzzing", "-n", "1")


@needs_schemathesis
@pytest.mark.long
@pytest.mark.timeout(600)
def test_many_requests_made_of_the_document_are_answered_as_it_says(
    receiver: Running, token: str, tmp_path: Path
) -> None:
    _schemathesis(receiver, token, tmp_path, "-n", "100", "--continue-on-failure")


def _ask(receiver: Running, method: str, path: str, token: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=30)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        return response.status, json.loads(response.read() or b"null")
    finally:
        connection.close()


@pytest.mark.rule("P-JOB-12")
def test_any_other_method_of_a_path_is_no_route(receiver: Running, token: str) -> None:
    _, document = _ask(receiver, "GET", "/v4/open-api-spec", token)
    assert "/v4/jobGroups/{id}/cancel" in document["paths"]
    for path, declared in document["paths"].items():
        for method in {"get", "post", "put", "patch", "delete"} - set(declared):
            status, answer = _ask(receiver, method.upper(), path.replace("{id}", "1"), token)
            assert (404, "RouteNotFoundException") == (status, answer["exception"]["name"]), path


def test_the_document_needs_no_token_and_everything_else_does(receiver: Running) -> None:
    status, document = _ask(receiver, "GET", "/v4/open-api-spec", "")
    assert (200, "3.1.0") == (status, document["openapi"])
    open_to_all = [
        path
        for path, declared in document["paths"].items()
        for operation in declared.values()
        if not operation["security"]
    ]
    assert ["/v4/open-api-spec"] == open_to_all
