"""The page of a flow: its recipes, and its jobs as they move."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.receiver.bare_server import eventually
from tests.receiver.pages.visitor import Visitor, served

from hookproof.testing import SECRET
from hookproof_receiver import Receiver

RECIPE = "/flows/1?recipe=4&tab=recipe"


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    folder: Path = tmp_path_factory.mktemp("flows")
    receiver = Receiver(f"sqlite:///{folder}/inbox.db", pages=True, platform=True)
    receiver.on("/hooks/test", secrets=SECRET)
    with served(receiver, "127.0.0.1") as port:
        yield Visitor(port)


def words(visitor: Visitor, target: str = RECIPE) -> str:
    """A page's text."""
    source = visitor.get(target).body.decode()
    return " ".join(
        html.unescape(re.sub(r"<[^>]+>", " ", source.partition("<main ")[2].partition(">")[2])).split()
    )


def becomes(visitor: Visitor, wanted: Callable[[str], bool]) -> str:
    assert eventually(lambda: wanted(words(visitor))), words(visitor)
    return words(visitor)


@pytest.mark.rule("P-PAGE-13")
def test_a_recipe_s_id_stands_in_the_address_of_its_page(visitor: Visitor) -> None:
    source = visitor.get("/flows").body.decode()
    (path,) = set(re.findall(r'href="(/flows/1\?[^"]*)"', source))
    assert RECIPE == html.unescape(path)
    shown = words(visitor)
    assert "Recipe 4 of flow 1" in shown
    assert '{"wrangledDataset": {"id": 4}}' in shown
    assert "Recipe 4 of flow 1" in words(visitor, "/flows/1")


@pytest.mark.rule("P-PAGE-13")
@pytest.mark.parametrize(
    "target",
    ["/flows/7", "/flows/x", "/flows/01", "/flows/1?recipe=5", "/flows/1?recipe=", "/flows/1/jobs/1/x"],
)
def test_what_is_not_there_is_not_found(visitor: Visitor, target: str) -> None:
    assert 404 == visitor.get(target).status


@pytest.mark.rule("P-PAGE-13", "P-PAGE-14")
def test_a_job_is_run_and_seen_to_its_end(visitor: Visitor) -> None:
    done = visitor.post("/flows/1/run", {"recipe": "4"}, of=RECIPE)
    assert (303, RECIPE) == (done.status, done.headers["location"])
    shown = becomes(visitor, lambda shown: "Job 1 completed" in shown)
    assert re.search(r"rows [0-9,]+ rejected [0-9,]+ columns 8", shown)
    source = visitor.get(RECIPE).body.decode()
    assert 'hx-trigger="every 2s, visibilitychange from:document"' in source
    assert "http-equiv" not in source
    assert 204 == visitor.again(RECIPE).status
    paths = re.findall(r'href="(/flows/1/jobs/1/[^"]+)"', source)
    assert {"orders.csv", "rejected.csv", "profile.json"} == {one.rpartition("/")[2] for one in paths}
    for path in paths:
        saved = visitor.get(path)
        name = path.rpartition("/")[2]
        assert f'attachment; filename="job-1-{name}"' == saved.headers["content-disposition"]
        assert "text/plain; charset=utf-8" == saved.headers["content-type"]
        assert saved.body


@pytest.mark.rule("P-PAGE-14")
def test_a_job_that_waits_is_cancelled(visitor: Visitor) -> None:
    for _ in range(4):  # more than run at once
        assert 303 == visitor.post("/flows/1/run", {"recipe": "4"}, of=RECIPE).status
    source = visitor.get(RECIPE).body.decode()
    newest = max(int(one) for one in re.findall(r'name="job_group" value="(\d+)"', source))
    moving = re.search(r'<div id="runs"[^>]*>', source)
    assert moving is not None
    assert f'hx-get="{html.escape(RECIPE)}"' in moving[0]
    assert 'hx-trigger="every 1s, visibilitychange from:document"' in moving[0]
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in source
    assert 303 == visitor.post("/flows/1/cancel", {"job_group": str(newest)}, of=RECIPE).status
    assert f"Job {newest} cancelled" in words(visitor)
    assert 303 == visitor.post("/flows/1/cancel", {"job_group": str(newest)}, of=RECIPE).status
    for number in range(newest - 1, newest - 4, -1):
        assert 303 == visitor.post("/flows/1/cancel", {"job_group": str(number)}, of=RECIPE).status
    shown = words(visitor, "/flows/1?recipe=4&tab=jobs")
    assert "queued" not in shown
    assert "in progress" not in shown
    assert "cancelled" in shown


@pytest.mark.rule("P-PAGE-14")
@pytest.mark.parametrize(
    ("target", "fields"),
    [
        ("/flows/1/run", {"recipe": "7"}),
        ("/flows/1/run", {}),
        ("/flows/7/run", {"recipe": "4"}),
        ("/flows/1/cancel", {"job_group": "999"}),
        ("/flows/1/cancel", {"job_group": "x" * 99}),
        ("/flows/1/cancel", {}),
    ],
)
def test_what_is_not_there_is_not_run_and_not_cancelled(visitor: Visitor, target: str, fields) -> None:
    assert 404 == visitor.post(target, fields, of=RECIPE).status


@pytest.mark.rule("P-PAGE-14")
def test_too_many_jobs_are_refused_in_a_sentence(visitor: Visitor) -> None:
    statuses = set()
    sent = {"recipe": "4", "form_token": visitor.form_token(RECIPE)}
    for _ in range(31):
        response = visitor.post("/flows/1/run", sent)
        statuses.add(response.status)
        if response.status == 429:
            break
    assert {303, 429} == statuses
    assert b"<h1" in response.body
