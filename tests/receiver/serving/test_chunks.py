"""However a chunked body is cut on its way, it is the same body."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookproof_receiver.ingest import Refused
from hookproof_receiver.serving.chunks import Chunks


def encode(pieces: list[bytes], trailers: bytes) -> bytes:
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece)
    return chunks + b"0\r\n" + trailers + b"\r\n"


class Body(bytearray):
    def append(self, data: bytes) -> None:  # type: ignore[override]  # bytes, not one of them
        self.extend(data)


@given(
    pieces=st.lists(st.binary(max_size=40), max_size=6),
    trailers=st.sampled_from([b"", b"X: y\r\n", b"X: y\r\nZ:\r\n"]),
    after=st.binary(max_size=10),
    cuts=st.lists(st.integers(min_value=1, max_value=30), min_size=1),
)
def test_cut_anywhere_the_body_is_the_same_and_what_follows_is_left(
    pieces: list[bytes], trailers: bytes, after: bytes, cuts: list[int]
) -> None:
    body = Body()
    chunks = Chunks(body, 1000)
    encoded = encode(pieces, trailers)
    rest, number = encoded + after, 0
    consumed = 0
    while rest and not chunks.completed:
        cut = cuts[number % len(cuts)]
        consumed += chunks.received(rest[:cut])
        rest, number = rest[cut:], number + 1

    assert chunks.completed
    assert b"".join(pieces) == bytes(body)
    assert len(encoded) == consumed
    assert len(body) == chunks.size


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_body_or_refused(data: bytes) -> None:
    try:
        consumed = Chunks(Body(), 100).received(data)
    except Refused:
        return
    assert consumed <= len(data)


@pytest.mark.parametrize(
    "piece", [pytest.param(b"1", id="byte by byte"), pytest.param(b"1" * 300, id="at once")]
)
def test_a_line_without_an_end_is_not_collected(piece: bytes) -> None:
    chunks = Chunks(Body(), 100)

    def drip() -> None:
        for _ in range(1000):
            chunks.received(piece)

    with pytest.raises(Refused, match="too long"):
        drip()
