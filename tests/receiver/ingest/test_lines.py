"""What a person reads of an answer."""

from __future__ import annotations

import pytest

from hookproof_receiver.inbox import Answer
from hookproof_receiver.ingest.lines import answered


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(Answer(201, message_id="msg_1"), "handled", id="a handler's success"),
        pytest.param(Answer(410, b"{}", message_id="msg_1"), "rejected", id="its refusal"),
        pytest.param(Answer(410, code="rejected", message_id="msg_1"), "rejected", id="without a body"),
    ],
)
def test_an_answer_is_told_as_what_its_handler_decided(answer: Answer, said: str) -> None:
    assert f"  dlv_1  msg_1  {said}" == answered("dlv_1", answer, 0.004)[32:]
