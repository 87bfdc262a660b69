"""How the end of an answer's body is found: RFC 9112, section 6.3."""

import pytest
from tests.sender.attempting import attempt
from tests.sender.peer import Peer, after, drip, flood, raw, silence

from hookproof_sender.wire.answer import READ

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        pytest.param(HEAD + b"\r\nok", b"ok", id="to the end"),
        pytest.param(HEAD + b"Content-Length: 2\r\n\r\nokay", b"ok", id="a length"),
        pytest.param(HEAD + b"content-length:2 \r\n\r\nok", b"ok", id="blanks"),
        pytest.param(b"HTTP/1.1 200\nContent-Length: 2\n\nok", b"ok", id="bare line feeds"),
        pytest.param(b"HTTP/1.0 200 \xe9\r\n\r\nok", b"ok", id="HTTP/1.0"),
        pytest.param(b"HTTP/1.1 204 -\r\nContent-Length: 2\r\n\r\nok", b"", id="204"),
        pytest.param(CHUNKED + b"1\r\no\r\n001;a=b\r\nk\r\n0\r\n\r\n", b"ok", id="chunks"),
        pytest.param(CHUNKED + b"A\r\n0123456789\r\n0\r\nX: y\r\n\r\n", b"0123456789", id="a trailer"),
        pytest.param(HEAD + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", b"", id="folded"),
    ],
)
def test_a_body_ends_where_its_head_says(answer, body):
    with Peer(raw(answer)) as peer:
        made = attempt(peer.url)
    assert (None, body) == (made.cause, made.answer)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        *(
            pytest.param(HEAD + b"Content-Length: %b\r\n\r\nok" % value, None, id=f"length {value!r}")
            for value in (b"+2", b"-2", b"0x2", b"2_0", b"2, 3", b"", b"2;", b"9" * 21)
        ),
        pytest.param(
            HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok", None, id="two lengths"
        ),
        *(
            pytest.param(HEAD + b"Transfer-Encoding: %b\r\n\r\nok" % coding, None, id=f"{coding!r}")
            for coding in (
                b"gzip",
                b"gzip, chunked",
                b"chunked, chunked",
                b"xchunked",
                b"identity",
                b"",
            )
        ),
        *(
            pytest.param(CHUNKED + size + b"\r\nok\r\n0\r\n\r\n", 200, id=f"chunk {size!r}")
            for size in (b"+2", b"-2", b"0x2", b"0_2", b"2 2", b"", b" 2", b"f" * 21)
        ),
        pytest.param(CHUNKED + b"1\r\nok\r\n0\r\n\r\n", 200, id="a chunk that is longer"),
    ],
)
def test_an_end_that_can_be_read_in_two_ways_is_not_http(answer, status):
    """Where it is the head that says so, nothing of the answer is taken, its status included."""
    with Peer(raw(answer)) as peer:
        made = attempt(peer.url)
    assert ("protocol_error", status) == (made.cause, made.status)


def test_a_trailer_is_bounded():
    with Peer(flood(CHUNKED + b"0\r\n", b"A: b\r\n")) as peer:
        assert "answer_too_large" == attempt(peer.url).cause


def test_what_frames_a_chunk_counts_towards_the_cap():
    chunk = b"3c\r\n" + b"x" * 60 + b"\r\n"
    # Too few for their data alone; and many enough for h11, which forgets a chunk's beginning where
    # its data comes in another read.
    with Peer(after(0, raw(CHUNKED + chunk * (READ // 60)), silence)) as peer:
        made = attempt(peer.url)
    assert (200, None) == (made.status, made.cause)


def test_what_came_before_the_end_is_kept():
    with Peer(drip(HEAD + b"Content-Length: 9999\r\n\r\n", b"x")) as peer:
        made = attempt(peer.url, seconds=1.0)
    assert "timeout" == made.cause
    assert made.answer.startswith(b"xx")
