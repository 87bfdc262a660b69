"""What a process asked its system for, as strace wrote it down: did it keep before it answered?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

CALLS = "fdatasync,fsync,pwrite64,pwritev,write,writev,sendto,sendmsg"
"""What strace has to note."""

LONGEST = 8192
"""Bytes of each that strace has to note: more than a page of the database, and its head."""

_WAITS = {"fdatasync", "fsync"}
_LINE = re.compile(
    r"(?P<thread>\d+) +(?:(?P<call>\w+)\((?P<what>.*)|<\.\.\. (?P<resumed>\w+) resumed>.*)"
)
_FILE = re.compile(r"\d+<(?P<file>.+?)>(?=[,) ])")
_ANSWER = re.compile(r'"HTTP/1\.1 2\d\d .*?(?P<id>msg_[0-9A-Z]{26})')
_SAID = re.compile(r'\{\\"answer\\":\\"(\w+)')
_UNFINISHED = "<unfinished ...>"


@dataclass(slots=True)
class Call:
    """One call into the system."""

    name: str
    file: str
    """What it was about: a path, or a connection's ends."""
    what: str
    """The line, with the bytes."""
    began: int
    """The number of the line."""
    ended: int | None = None
    """The number of the line at which it had succeeded; None where it never did."""


def calls(lines: Iterable[str]) -> list[Call]:
    """All calls in the order in which they began. One line is one moment: calls overlap by theirs."""
    found = []
    under_way: dict[str, Call] = {}
    for number, line in enumerate(lines, 1):
        match = _LINE.match(line)
        if match is None:  # a signal, or an end
            continue
        succeeded = not re.search(r"= -1 E\w+", line)
        if match["call"] is None:
            call = under_way.pop(match["thread"], None)
            if call is not None and succeeded:
                call.ended = number
            continue
        file = _FILE.match(match["what"])
        call = Call(match["call"], file["file"] if file else "", match["what"], number)
        found.append(call)
        if line.rstrip().endswith(_UNFINISHED):
            under_way[match["thread"]] = call
        elif succeeded:
            call.ended = number
    return found


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx that was handed to a connection."""

    message_id: str
    said: str | None
    """What no other run would have answered; None where the answer is "kept"."""
    began: int
    """The number of the line."""


def answers(found: Iterable[Call]) -> list[Answer]:
    """Every 2xx. Its head and its body may leave in two calls of one connection."""
    there: list[Answer] = []
    last: dict[str, int] = {}
    for call in found:
        if not call.file.startswith("TCP"):
            continue
        said = _SAID.search(call.what)
        if match := _ANSWER.search(call.what):
            last[call.file] = len(there)
            there.append(Answer(match["id"], said and said[1], call.began))
        elif said and call.file in last:
            number = last[call.file]
            there[number] = replace(there[number], said=said[1])
    return there


def unproved(found: Sequence[Call], log: str, bodies: Mapping[str, str]) -> list[str]:
    """What was acknowledged before it was on the disk, a sentence each.

    Args:
        found: all calls.
        log: the path of the database's write-ahead log. There a message's body has to be, and what its
            handler answered, and then one fdatasync that ended before the answer's first byte left.
        bodies: by message id, as strace writes them, or a part of them.
    """
    writes = [call for call in found if call.file == log and call.name not in _WAITS]
    syncs = [call for call in found if call.file == log and call.name in _WAITS]
    sentences = []
    for answer in answers(found):
        began = f"{answer.message_id} was acknowledged in line {answer.began}"
        there = 0
        for text in (bodies[answer.message_id], answer.said or ""):
            ends = [call.ended for call in writes if call.ended and text in call.what]
            there = max(there, min(ends, default=answer.began))
        if there >= answer.began:
            sentences.append(f"{began}, and was not written")
        elif not any(there < one.began and one.ended and one.ended < answer.began for one in syncs):
            sentences.append(f"{began}, and was only written, in line {there}")
    return sentences
