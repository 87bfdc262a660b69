"""A flood of bad requests leaves a few lines in the log, and their number."""

from __future__ import annotations

import logging

import pytest

from hookproof_receiver.ingest.refused import bad_request
from hookproof_receiver.serving.refused_lines import MOST, RefusedLines


def test_of_a_flood_so_many_lines_a_second_are_written_and_the_rest_is_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lines = RefusedLines()
    with caplog.at_level(logging.WARNING):
        for number in range(MOST + 3):
            lines.write(bad_request("no"), f"dlv_{number}", 100 + number / 100)
        lines.end_second(100.9)
        assert MOST == len(caplog.records)
        lines.end_second(101)
        lines.end_second(102)
        lines.write(bad_request("no"), "dlv_next", 102)
        lines.end_second(103)
    said = [record.getMessage() for record in caplog.records]

    assert MOST + 2 == len(said)
    assert "more refused" in said[MOST]
    assert "'number': 3" in said[MOST]
    assert "dlv_next" in said[MOST + 1]
