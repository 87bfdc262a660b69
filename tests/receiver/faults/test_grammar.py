"""What a path asks for."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookproof_receiver.faults.acts import Send, Wait
from hookproof_receiver.faults.answers import INTERIMS, answer
from hookproof_receiver.faults.grammar import PRELUDES, parse
from hookproof_receiver.faults.making import MAKERS, NoSuchFault


@pytest.mark.parametrize(
    ("target", "names"),
    [
        pytest.param("/503", ["503"], id="one"),
        pytest.param("/503,503,204", ["503", "503", "204"], id="a script"),
        pytest.param("/reset/mid-head,delay/1s/silent", ["reset/mid-head", "delay/1s/silent"],
                     id="of any faults"),
        pytest.param("/503,204?run=7,8/9", ["503", "204"], id="the query string is not looked at"),
    ],
)  # fmt: skip
def test_a_path_is_a_script_of_faults(target: str, names: list[str]) -> None:
    assert names == [fault.name for fault in parse(target)]


def test_preludes_come_before_any_fault_and_before_each_other() -> None:
    (fault,) = parse("/delay/2s/100-continue/delay/500ms/503")

    assert (Wait(2.0), Send(INTERIMS), Wait(0.5), Send(answer(503))) == fault.made.acts


@pytest.mark.parametrize(
    ("where", "location"),
    [
        ("204", "/204"),
        ("503%2C204", "/503,204"),
        ("redirect/302/to/204", "/redirect/302/to/204"),
        ("http:%2F%2F127.0.0.1:9%2Fa%2Cb", "http://127.0.0.1:9/a,b"),
        ("https://shop.example/hooks", "https://shop.example/hooks"),
    ],
)
def test_a_redirect_leads_to_a_path_of_the_desk_or_to_a_url(where: str, location: str) -> None:
    (fault,) = parse(f"/redirect/307/to/{where}")

    assert Send(answer(307, ("Location", location))) == fault.made.acts[0]


BAD = {
    "": "neither a status",
    "nonsense": "neither a status",
    "503,": "neither a status",
    "503,,204": "neither a status",
    "503/204": "neither a status",
    "/503": "neither a status",
    "100": "neither a status",
    "199": "neither a status",
    "1000": "neither a status",
    "50３": "neither a status",
    "503%2C204": "neither a status",
    "delay": "how long",
    "delay/2": "a number and a unit",
    "delay/61s": "longer than 60 s",
    "delay/0s": "above 0",
    "delay/1s/nonsense": "neither a status",
    "retry-after": "visible ASCII",
    "retry-after/5%0D%0AX:%20y": "visible ASCII",
    "retry-after/5/silent": "neither a status",
    "redirect/307": "and where",
    "redirect/200/to/204": "300 to 399",
    "redirect/307/to": "visible ASCII",
    "redirect/307/to/%0a": "visible ASCII",
    "redirect/307/to/%E9": "visible ASCII",
    "drip": "what drips",
    "drip/tail": "what drips",
    "drip/body/1s/2s": "what drips",
    "drip/body/2min": "longer than",
    "endless/silence": "say which: head|line|body",
    "reset/nowhere": "say which: mid-request",
    "silent/mid-head/2": "say which: mid-request",
    "length": "say which: short|long",
    "chunks": "say which: bad|cut",
    "header-flood/0": "1 to 100000",
    "header-flood/100001": "1 to 100000",
    "header-flood/9" + "9" * 4000: "1 to 100000",
    "gzip-bomb/9": "nothing may follow",
    "garbage/9": "nothing may follow",
    "5" * 4096: "at most 4096",
    ",".join(["503"] * 101): "at most 100 steps",
}


@pytest.mark.parametrize(
    ("path", "sentence"),
    [pytest.param(path, said, id=path[:30] or "nothing") for path, said in BAD.items()],
)
def test_a_bad_path_says_what_is_wrong_with_it(path: str, sentence: str) -> None:
    with pytest.raises(NoSuchFault, match=sentence.replace("|", r"\|")):
        parse(f"/{path}")


WORDS = [
    *MAKERS,
    *PRELUDES,
    "503",
    "1s",
    "to",
    "head",
    "mid-head",
    "short",
    "bad",
    "5",
    "",
    "%0d%0a",
    "%",
]


@settings(deadline=None)  # the first bomb takes a while to make
@given(st.lists(st.sampled_from([*WORDS, ","]) | st.text(max_size=3), max_size=12).map("/".join))
def test_any_path_is_a_script_or_says_why_not(path: str) -> None:
    with suppress(NoSuchFault):
        assert all(fault.made.acts for fault in parse(path))
