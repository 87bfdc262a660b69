"""The checker finds what is lost, doubled, invented, mixed up or stuck, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.crash.receiver.history import Acknowledged, Effect, History, Row, problems

A = Row("a", "msg_a", "done", False, False, None, b"of a")
B = Row("b", "msg_b", "done", True, False, None, b"of b")
BAD = Row("bad", "msg_bad", "failed", True, False, "it never succeeds", b"")
GOOD = History(
    sent=frozenset({"a", "b", "bad", "never came"}),
    acknowledged=(
        Acknowledged("a", "msg_a", b"of a"),
        Acknowledged("a", "msg_a", b"of a"),
        Acknowledged("b", "msg_b", None),
        Acknowledged("b", "msg_b", b"of b"),
        Acknowledged("bad", "msg_bad", None),
    ),
    rows=(A, B, BAD),
    effects=(Effect("a", "msg_a", True), Effect("b", "msg_b", False), Effect("b", "msg_b", False)),
)


def test_nothing_is_wrong_where_nothing_is() -> None:
    assert [] == problems(GOOD)


def test_what_failed_and_was_not_acknowledged_is_the_senders() -> None:
    failed = replace(A, key="never came", id="msg_c", state="failed", answer=b"")
    assert [] == problems(replace(GOOD, rows=(*GOOD.rows, failed)))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param(
            {"rows": (A, B), "sent": GOOD.sent},
            "lost: bad was acknowledged, and is not in the inbox",
            id="an acknowledged message that is gone",
        ),
        pytest.param(
            {"effects": GOOD.effects[1:]},
            "lost: a was acknowledged, and had no effect",
            id="an effect in the transaction that is gone",
        ),
        pytest.param(
            {"effects": GOOD.effects[:1]},
            "lost: b was acknowledged, and had no effect",
            id="an effect elsewhere that is gone",
        ),
        pytest.param(
            {"rows": (A, B, replace(BAD, promised=False))},
            "lost: bad was acknowledged, and is failed and nobody's",
            id="an acknowledged message that nobody runs",
        ),
        pytest.param(
            {"rows": (A, B, replace(BAD, error=None))},
            "lost: bad was parked without a reason",
            id="a parked message without a reason",
        ),
        pytest.param(
            {"effects": (*GOOD.effects, GOOD.effects[0])},
            "doubled: a had 2 effects",
            id="an effect twice",
        ),
        pytest.param(
            {"rows": (*GOOD.rows, replace(A, id="msg_other"))},
            "doubled: a is 2 messages",
            id="a message twice",
        ),
        pytest.param(
            {"effects": (*GOOD.effects, Effect("b", "msg_a", False))},
            "doubled: b had effects elsewhere under 2 message ids",
            id="an idempotency key that changed",
        ),
        pytest.param(
            {
                "sent": GOOD.sent - {"a"},
                "effects": GOOD.effects[1:],
                "acknowledged": (),
                "rows": (A, B),
            },
            "invented: a is in the inbox, and nobody sent it",
            id="a message of nobody",
        ),
        pytest.param(
            {"effects": (*GOOD.effects, Effect("x", "msg_a", False))},
            "invented: x had an effect, and nobody sent it",
            id="an effect of nobody",
        ),
        pytest.param(
            {"effects": (*GOOD.effects, Effect("never came", "msg_c", False))},
            "invented: never came had an effect under an id that is not in the inbox",
            id="an effect before the keep",
        ),
        pytest.param(
            {"effects": (*GOOD.effects, Effect("bad", "msg_bad", True))},
            "invented: bad had its effect, and is failed",
            id="an effect without its mark",
        ),
        pytest.param(
            {"acknowledged": (*GOOD.acknowledged, Acknowledged("a", "msg_b", None))},
            "mixed up: a was answered as b",
            id="another message's answer",
        ),
        pytest.param(
            {"acknowledged": (*GOOD.acknowledged, Acknowledged("a", "msg_a", b"otherwise"))},
            "mixed up: a was answered otherwise than is kept",
            id="an answer that changed",
        ),
        pytest.param(
            {"rows": (A, replace(B, state="running"), BAD)},
            "stuck: b is running, and nothing is under way",
            id="a dead lease",
        ),
        pytest.param(
            {"rows": (A, B, replace(BAD, is_due=True))},
            "stuck: bad is failed, and nothing is under way",
            id="a message that nobody takes",
        ),
    ],
)
def test_what_must_not_be_is_named(change: dict[str, Any], found: str) -> None:
    assert [found] == problems(replace(GOOD, **change))
