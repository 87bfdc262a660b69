"""The record of an attempt is written down and read back without a loss."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookproof_sender.wire import CAUSES, Attempt, Request, Timings, from_json, to_json

TEXT = st.text(max_size=20)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)
SECONDS = st.none() | st.floats(0, 1e6)

ATTEMPTS = st.builds(
    Attempt,
    number=st.integers(1, 100),
    started_ns=st.integers(0, 2**63),
    duration_s=st.floats(0, 1e6),
    status=st.none() | st.integers(100, 999),
    cause=st.none() | st.sampled_from(CAUSES),
    sentence=TEXT,
    guid=st.none() | TEXT,
    signed=st.booleans(),
    loopback_allowed=st.booleans(),
    tls_verified=st.none() | st.booleans(),
    retry_after=st.none() | TEXT,
    answer=st.binary(max_size=300),
    retry_in_s=SECONDS,
    request=st.none() | st.builds(Request, method=TEXT, url=TEXT, headers=PAIRS),
    answer_headers=PAIRS,
    timings=st.builds(Timings, **{one.name: SECONDS for one in fields(Timings)}),
    peer=st.none() | TEXT,
    reused=st.booleans(),
)


@given(ATTEMPTS)
def test_what_is_read_is_what_was_written_whatever_bytes_were_answered(attempt):
    assert attempt == from_json(to_json(attempt))


@given(ATTEMPTS)
def test_a_record_is_one_line_of_json_with_every_field(attempt):
    text = to_json(attempt)
    assert "\n" not in text
    assert {one.name for one in fields(Attempt)} == set(json.loads(text))


@pytest.mark.parametrize("text", ["", "nothing", "{"])
def test_what_is_no_json_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        from_json(text)
