"""Which step of a script a request gets."""

from __future__ import annotations

import pytest

from hookproof_receiver.faults.positions import MOST, Positions


@pytest.mark.parametrize(
    ("requests", "positions"),
    [
        pytest.param("- - -", [0, 1, 2], id="without a GUID, one after the other"),
        pytest.param("g g g", [0, 1, 2], id="a GUID from the first attempt on"),
        pytest.param("- g g", [0, 1, 2], id="a GUID from the first retry on"),
        pytest.param("- g g - h h", [0, 1, 2, 0, 1, 2], id="the next run begins anew"),
        pytest.param("- - g h g h", [0, 1, 1, 1, 2, 2], id="two that look alike at once"),
        pytest.param("- g g -", [0, 1, 2, 0], id="what was taken away is not counted again"),
        pytest.param("g - g", [0, 0, 1], id="a GUID that is known takes nothing away"),
        pytest.param("a g b h g h", [0, 0, 0, 0, 1, 1], id="a GUID takes only what looks like it"),
    ],
)
def test_every_message_goes_through_its_script_by_itself(requests: str, positions: list[int]) -> None:
    """`-` has no GUID; `a` and `b` have none, and look otherwise; other letters are GUIDs."""
    known = Positions()
    got = [
        known.next("/503,204", None if one in "-ab" else one, one if one in "ab" else "alike")
        for one in requests.split()
    ]

    assert positions == got


def test_another_target_is_another_script() -> None:
    known = Positions()
    targets = ["/503,204", "/503,204?run=2", "/503,204", "/503,204?run=2"]

    assert [0, 0, 1, 1] == [known.next(target, "g", "") for target in targets]
    assert [0, 0, 1, 1] == [known.next(target, None, "") for target in targets]


def test_so_many_are_known_and_the_one_longest_not_asked_for_goes() -> None:
    known = Positions()
    for number in range(MOST):
        known.next("/", str(number), "")
    assert 1 == known.next("/", "0", "")
    assert 0 == known.next("/", "one more", "")

    assert [2, 0] == [known.next("/", guid, "") for guid in ("0", "1")]
