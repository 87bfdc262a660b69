"""`hookproof` commands that work with an outbox, within limits."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from tests.crash import programs
from tests.crash.children import Child
from tests.crash.place import Place

from hookproof.testing import SECRET


@contextmanager
def limited(child: Child, what: int, most: int) -> Iterator[None]:
    """Let a process have no more of something for a while."""
    before = resource.prlimit(child.pid, what)
    resource.prlimit(child.pid, what, (most, before[1]))
    yield
    resource.prlimit(child.pid, what, before)


def hookproof(place: Place, *words: str, data: str = "{}", **limits: int) -> Child:
    """A command that works with the outbox."""
    words += ("--allow-loopback", "--database", place.database)
    if words[0] == "send":
        secret = place.file.with_name("secret")
        secret.write_text(SECRET)
        words += (place.shop.url, "--data", data, "--secret-file", str(secret))
    return Child(programs.command, str(place.file.parent), *words, **limits)


def the_sentence(lines: list[str]) -> str:
    """What a command says last, which is no traceback."""
    assert not any("Traceback" in line for line in lines)
    assert lines[-1].startswith("hookproof: ")
    return lines[-1]
