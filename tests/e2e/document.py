"""The platform's document in a browser: what a person who follows it sees, and the pictures of it.

`python -m tests.e2e.document` takes the two pictures of examples/plans anew.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.browsing import Desk, browsing, expect
from tests.docs.plans_page import FOLDER, PAGE, Walk, allow_the_platform

RECIPE = "http://www.example.com:3005/flows/1?recipe=4&tab=recipe"
CHANNEL = "http://www.example.com:3005/slack/plan-runs"
_PATIENCE = 30_000  # milliseconds


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Walk, Desk]]:
    """The receiver of the page, told to let calls through to the platform, and a browser beside it."""
    with Walk(folder / "plans") as walk:
        allow_the_platform(walk, PAGE.read_text(encoding="utf-8"))
        walk.serve("$ hookproof receive")
        with browsing({"www.example.com:3005": walk.address}) as desk:
            yield walk, desk


def run_the_next_job(walk: Walk, desk: Desk, picture: Path) -> list[str]:
    """Follow "Run the next job of a flow"; what the recipe's page complained of."""
    walk.type('hookproof token new --scope run-job --expires "1 h" > token')
    walk.type('chmod 600 token && sed -i "s/TOKEN/$(cat token)/" run-job.toml')
    with desk.visit(RECIPE) as before:
        jobs = before.page.get_by_role("region", name="Newest jobs")
        expect(jobs).to_contain_text("It has not run yet")
    walk.type("hookproof plan run next-job.toml")
    with desk.visit(RECIPE) as visit:
        jobs = visit.page.get_by_role("region", name="Newest jobs")
        expect(jobs).to_contain_text(re.compile("Queued|In progress|Completed", re.I))
        # The page is not loaded anew: it looks by itself while something moves.
        expect(jobs).to_contain_text(re.compile("Completed", re.I), timeout=_PATIENCE)
        visit.shoot(picture, whole=False)
        return visit.problems


def tell_slack(walk: Walk, desk: Desk, picture: Path) -> list[str]:
    """Follow "Tell Slack"; what the channel's page complained of."""
    base = "http://www.example.com:3005"
    walk.type(f"hookproof slack new-channel plan-runs --base {base}")
    url = f"hookproof slack show plan-runs --url --base {base}"
    walk.type(f'sed -i "s|^url = .*/services/.*|url = \\"$({url})\\"|" tell-slack.toml')
    walk.type("hookproof test tell-slack.toml")
    with desk.visit(CHANNEL) as after_the_test:
        expect(after_the_test.page.get_by_text("Your job has completed.")).to_have_count(1)
    walk.type("hookproof plan run job-then-slack.toml")
    with desk.visit(CHANNEL) as visit:
        expect(visit.page.get_by_text("Your job has completed.")).to_have_count(2)
        visit.page.set_viewport_size({"width": 1280, "height": 400})
        visit.shoot(picture, whole=False)
        return visit.problems


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary, opened(Path(temporary)) as (walk, desk):
        run_the_next_job(walk, desk, FOLDER / "flow.png")
        tell_slack(walk, desk, FOLDER / "channel.png")
