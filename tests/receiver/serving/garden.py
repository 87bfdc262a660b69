"""What the HTTP Garden and the servers' own advisories found, as data.

*Garden* is the list of bugs in TROPHIES.md of narfindustries/http-garden (server bugs by their number,
transducer bugs as T1 and on) and its anomalies.yml; GHSA and RUSTSEC numbers are the advisories of
waitress and hyper. The servers that stand here have mended theirs: this keeps it so.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..wire import head
from .framing import (
    ABC,
    EMPTY,
    EXTENSION,
    HOST,
    NEXT,
    SAME_LENGTHS,
    SIGNATURE,
    SOONER,
    Case,
    chunks,
    coded,
    field,
    first_line,
)

EVIL = b"GET /hooks/test?evil HTTP/1.1\r\nHost: a\r\n\r\n"


def with_length(line: bytes, body: bytes) -> bytes:
    return b"POST /hooks/test HTTP/1.1\r\nHost: a\r\n" + line + b"\r\n\r\n" + body


GARDEN: Mapping[str, Case] = {
    "FRM-G1": Case(
        b"\x00 /hooks/test HTTP/............0596.7407.\r\n\r\n",
        400,
        source="Garden 40, waitress: neither method nor version is looked at",
    ),
    "FRM-G2": Case(
        first_line(b"GET /hooks/test HTTP/1.32"),
        400,
        source="Garden 5: a version by its longest good start",
    ),
    "FRM-G3": Case(
        first_line(b'G=":<>(e),[T];?" /hooks/test HTTP/1.1'),
        400,
        source="Garden 6: a method by its longest good start",
    ),
    "FRM-G4": Case(
        b"GET /hooks/test\r\n\r\n",
        400,
        source="Garden's anomalies, waitress: HTTP/0.9 is taken (see FRM-23)",
    ),
    "FRM-G5": Case(
        b"GET /hooks/test HTTP/1.1\r\n\r\n",
        400,
        EMPTY,
        source="Garden's anomalies, waitress and hyper: no Host is needed (see FRM-26)",
    ),
    "FRM-G6": Case(
        b"GET /hooks/test\nHTTP/1.1\r\nHost: a\r\n\r\n",
        400,
        source="Garden 9: LF between the words of the first line",
    ),
    "FRM-G7": Case(
        head((HOST, ("Transfer-Encoding", ",chunked"), ("Content-Length", 5))) + b"0\r\n\r\n",
        400,
        EMPTY,
        granian=501,
        source="Garden 21, T9: `,chunked` is chunked to one reader and unknown to another",
    ),
    "FRM-G8": Case(
        coded("\xa0chunked\xa0"),
        501,
        granian=SOONER,
        source="Garden 12: blanks of Unicode are stripped from a coding",
    ),
    "FRM-G9": Case(
        with_length(b"Content-Length: 5\r\nTransfer-Encoding: \x0bchunked", b"0\r\n\r\n"),
        400,
        source="waitress GHSA-m5ff-3wj3-8ph4: a vertical tab is stripped from a coding",
    ),
    "FRM-G10": Case(
        with_length(b"Content-Length: 3\r\nX-Header: x\nContent-Length: 0", b"abc"),
        400,
        source="waitress GHSA-pg36-wpm5-g57p: a bare LF ends a field, and hides a second length",
    ),
    "FRM-G11": Case(
        coded("gzip, chunked") + NEXT,
        501,
        source="waitress GHSA-g2xc-35jw-c63p: several codings are ignored, the length is used",
    ),
    "FRM-G12": Case(
        with_length(b"Content-Length: %d\r\nContent-Length: %d" % (len(EVIL), len(EVIL)), EVIL),
        400,
        (EVIL,),
        granian=SAME_LENGTHS,
        source="waitress GHSA-4ppp-gpcr-7qf6: two lengths are joined, and then none",
    ),
    "FRM-G13": Case(
        chunks(b"3;a=\x00\r\nabc\r\n0\r\n\r\n"),
        400,
        ABC,
        granian=EXTENSION,
        source="waitress GHSA-4f7p-27jc-3c36: an extension of a chunk holds anything",
    ),
    "FRM-G14": Case(
        field(b"X: " + b"x" * 4000 + b"\x10"),
        400,
        source="waitress GHSA-73m2-3pwg-5fgc: a control character after many letters takes for ever",
    ),
    "FRM-G15": Case(
        chunks(b"\r\n\r\n"), 400, source="Garden 17, hyper: a chunk's size that is not there is 0"
    ),
    "FRM-G16": Case(
        chunks(b"f0000000000000003\r\nabc\r\n0\r\n\r\n"),
        400,
        source="hyper RUSTSEC-2021-0079: a chunk's size overflows to 3",
    ),
    "FRM-G17": Case(
        with_length(b"Content-Length: +5", b"01234"),
        400,
        source="hyper RUSTSEC-2021-0078: a length with a sign",
    ),
    "FRM-G18": Case(
        with_length(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: cow", b"0\r\n\r\n") + EVIL,
        400,
        source="hyper RUSTSEC-2021-0020: several codings, the last one of which is not chunked",
    ),
    "FRM-G19": Case(
        b"GET /hooks/test HTTP/1.1\r\nHost: a\r\n\rZGET /evil: HTTP/1.1\r\nHost: a\r\n\r\n",
        400,
        source="Garden 30: the head ends at CR LF CR and any byte",
    ),
    "FRM-G20": Case(
        chunks(b"5\r\r;ABCD\r\n34\r\nE\r\n0\r\n\r\n") + EVIL,
        400,
        source="Garden 31, T3: the line of a chunk ends at CR and any byte",
    ),
    "FRM-G21": Case(
        b"GET /hooks/test HTTP/1.1\r\n: ignored\r\nHost: a\r\n\r\n",
        400,
        source="Garden 18: a field without a name",
    ),
    "FRM-G22": Case(
        with_length(b"Content-Length 5", b"01234"), 400, source="Garden 28: a blank instead of a colon"
    ),
    "FRM-G23": Case(
        with_length(b"Transfer-\r\nEncoding: chunked\r\nContent-Length: 5", b"0\r\n\r\n"),
        400,
        source="Garden 37: a name goes on in the next line",
    ),
    "FRM-G24": Case(
        with_length(b"Content-Length\x85: 5", b"01234"),
        400,
        source="Garden 20: 0x85 is stripped from a name's end",
    ),
    "FRM-G25": Case(
        with_length(b"Content-Length: \r\nContent-Length: 5", b"01234"),
        400,
        source="Garden 42: an empty length counts, the next one is ignored",
    ),
    "FRM-G26": Case(
        chunks(b"INVALID!!!\r\n") + EVIL,
        400,
        source="Garden 47: after a malformed chunk the next line is a new request",
    ),
    "FRM-G27": Case(
        chunks(b"           0\r\n\r\n"), 400, source="Garden T24: blanks before a chunk's size"
    ),
    "FRM-G28": Case(
        b"POST /hooks/test HTTP/1.1\r\n\tContent-Length: 1\r\nHost: a\r\n\r\nX",
        400,
        source="Garden 4: a blank before the first name is stripped",
    ),
    "FRM-G29": Case(
        chunks(b"17\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n\r\n\r\n0\r\n\r\n"),
        400,
        source="Garden T17: an empty line before the last chunk",
    ),
    "FRM-G30": Case(
        field(b"a:b\r\nc\x00"), 400, source="Garden T20: a line with a NUL is joined to the one before"
    ),
    "FRM-G31": Case(
        field(b'\x01\x02 "(),/;<=>?@[/]{}: x'),
        400,
        source="Garden 14: a name of characters that are not one",
    ),
    "FRM-G32": Case(
        field(f"{SIGNATURE}\xa0: spoof".encode("latin-1")),
        400,
        source="Garden 20: 0xA0 at a name's end; here of the one that matters",
    ),
}
