"""What the document asks its reader to see is seen in a browser."""

import pytest
from tests.browser.browsing import needs_chromium
from tests.e2e.document import opened, run_the_next_job, tell_slack

pytestmark = [pytest.mark.long, needs_chromium]


def test_the_job_is_seen_in_the_flow_and_the_message_in_the_channel(tmp_path):
    flow, channel = tmp_path / "flow.png", tmp_path / "channel.png"
    with opened(tmp_path) as (walk, desk):
        assert [] == run_the_next_job(walk, desk, flow)
        assert [] == tell_slack(walk, desk, channel)
    for picture in flow, channel:
        assert picture.read_bytes().startswith(b"\x89PNG")
