"""What stands beside the endpoints, each where it belongs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.receiver.bare_server import eventually

from hookproof import BadConfiguration
from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.places import clashes, refuse_clashes
from hookproof_receiver.tokens import Tokens, signing_key

Make = Callable[[str], Receiver]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes a receiver over a database of this name, in one folder with the others."""
    made: list[Receiver] = []

    def make(name: str) -> Receiver:
        receiver = Receiver(f"sqlite:///{tmp_path}/{name}", platform=True)
        made.append(receiver)
        return receiver

    yield make
    for receiver in made:
        receiver.close()


class Api:
    """A receiver's run-job API."""

    def __init__(self, receiver: Receiver, token: str) -> None:
        self._client: FlaskClient = receiver.create_app().test_client()
        self._headers = {"Authorization": f"Bearer {token}"}

    def run(self, rows: int) -> int:
        """Run recipe 4 over so many rows, to its end; the job group's id."""
        parameters = {"overrides": {"data": [{"key": "rows", "value": rows}]}}
        wanted = {"wrangledDataset": {"id": 4}, "runParameters": parameters}
        made = self._client.post("/v4/jobGroups", json=wanted, headers=self._headers)
        group_id = int(made.get_json()["id"])
        eventually(lambda: self.get(f"jobGroups/{group_id}/status") == "Complete")
        return group_id

    def get(self, path: str) -> Any:
        return self._client.get(f"/v4/{path}", headers=self._headers).get_json()


def test_two_databases_in_one_folder_have_job_groups_of_their_own(make: Make, tmp_path: Path) -> None:
    token = Tokens(signing_key(tmp_path)).new("run-job", 3600).text
    one, other = (Api(make(name), token) for name in ("one.db", "other.db"))
    assert 1 == one.run(40) == other.run(80)
    kept = [api.get("jobGroups/1/profile")["rows"] for api in (one, other)]
    assert kept[0] < 40 < kept[1]  # some rows of each are rejected


def test_a_database_by_a_link_has_the_job_groups_that_it_has_without(
    make: Make, tmp_path: Path
) -> None:
    token = Tokens(signing_key(tmp_path)).new("run-job", 3600).text
    (tmp_path / "by-link.db").symlink_to("one.db")
    one, same = (Api(make(name), token) for name in ("one.db", "by-link.db"))
    one.run(40)
    assert one.get("jobGroups/1/profile") == same.get("jobGroups/1/profile")
    assert [tmp_path / "one.db.jobs"] == list(tmp_path.glob("*.jobs"))


ALL: dict[str, Any] = {"platform": True, "slack": True, "pages": True}


@pytest.mark.rule("P-PAGE-3")
@pytest.mark.parametrize(
    ("path", "ends"),
    [
        pytest.param("/v4", ["platform"], id="the API"),
        pytest.param("/v4/jobGroups", ["platform"], id="below the API"),
        pytest.param("/services/T0/B0/X", ["slack"], id="a webhook of Slack's"),
        pytest.param("/api/chat.postMessage", ["slack"], id="Slack's bots"),
        pytest.param("/login", ["pages"], id="the login"),
        pytest.param("/deliveries", ["pages"], id="a page"),
        pytest.param("/deliveries/body", ["pages"], id="below a page"),
        pytest.param("/pages/style.css", ["pages"], id="a file of the pages"),
        pytest.param("/flows/1", ["pages", "platform"], id="a flow"),
        pytest.param("/slack/events", ["pages", "slack"], id="a channel"),
    ],
)
def test_an_endpoint_where_something_else_is_served_is_refused(
    tmp_path: Path, path: str, ends: list[str]
) -> None:
    def receiver(**served: Any) -> Receiver:
        made = Receiver(f"sqlite:///{tmp_path}/inbox.db", **served)
        made.on(path, secrets=SECRET)
        return made

    with pytest.raises(BadConfiguration, match=f"the endpoint {path} cannot be: "):
        receiver(**dict.fromkeys(ends, True)).create_app()
    for end in ends:
        others = {**ALL, end: False}
        free = receiver(**others)
        assert [] == clashes(free.paths, free.settings)
    assert not (tmp_path / "inbox.db").exists()


@pytest.mark.rule("P-PAGE-3")
@pytest.mark.parametrize(
    "path", ["/", "/v4x", "/api", "/services.php", "/login/hook", "/slackbot", "/hooks/v4"]
)
def test_an_endpoint_elsewhere_is_not(tmp_path: Path, path: str) -> None:
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", **ALL)
    receiver.on(path, secrets=SECRET)
    refuse_clashes(receiver.paths, receiver.settings)


def test_every_path_that_is_served_is_refused_to_an_endpoint(tmp_path: Path) -> None:
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db", **ALL)
    rules = [str(rule) for rule in receiver.create_app().url_map.iter_rules()]
    receiver.close()
    paths = [re.sub("<[^>]+>", "x", rule) for rule in rules]
    free = set(paths) - {one.path for one in clashes(paths, receiver.settings)}
    assert {"/", "/healthz", "/readyz"} == free
