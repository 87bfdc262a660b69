"""What stands beside the endpoints, each where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.receiver.bare_server import eventually

from hookproof_receiver import Receiver
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
