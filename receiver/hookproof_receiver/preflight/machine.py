"""What the machine and its operating system give."""

from __future__ import annotations

import ipaddress
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from hookproof import BadConfiguration, CannotRun
from hookproof_runtime.checks.finding import Finding, fine, note, wrong
from hookproof_runtime.listening import bound_socket, split_listen

from ..serving import CONNECTIONS, connections_at_most
from .listeners import listener
from .subject import Subject

_EXTRAS = {"waitress": "receiver", "granian": "granian"}  # of each server


def server(subject: Subject) -> Iterator[Finding]:
    """What speaks HTTP is installed."""
    package = subject.receiver.settings.server
    if find_spec(package) is None:
        yield wrong(
            "the server is not installed", package, f"pip install 'hookproof[{_EXTRAS[package]}]'"
        )
    else:
        yield fine(package)


def listen(subject: Subject) -> Iterator[Finding]:
    """The port is free, and who can reach it is known."""
    where = subject.receiver.settings.listen
    try:
        host, port = split_listen(where)
    except BadConfiguration as problem:
        yield wrong(str(problem), where, "--listen 127.0.0.1:8080")
        return
    try:
        bound_socket(where).close()
        yield fine("it can be had", where)
    except CannotRun as problem:
        holder = listener(port)
        held = f"process {holder.pid} ({holder.name}) listens there" if holder else str(problem)
        stop = f"stop it (kill {holder.pid})" if holder else "stop what listens there"
        free = f"--listen {where.rpartition(':')[0]}:0 for a free port"
        yield wrong(held, where, f"{stop}, or {free}")
    if not _is_loopback(host):
        yield note(
            "others than this machine can reach it, and it speaks no TLS: what is sent can be read on "
            "the way",
            where,
            "let a proxy that speaks TLS stand before it, and listen at 127.0.0.1",
        )


def threads(subject: Subject) -> Iterator[Finding]:
    """Somebody answers the rest while all that may run waits."""
    settings = subject.receiver.settings
    if settings.running >= settings.threads:
        yield wrong(
            f"as many handlers may run ({settings.running}) as there are threads ({settings.threads}): "
            "while all of them wait, nobody answers the rest",
            "running",
            f"--running {max(1, settings.threads - 8)}",
        )
    else:
        yield fine(f"{settings.threads}, {settings.running} of them for handlers")


def descriptors(subject: Subject) -> Iterator[Finding]:
    """The process may hold as many connections as it should."""
    most, needed = connections_at_most(), subject.receiver.settings.threads
    cure = "ulimit -Hn 8192, or LimitNOFILE= in the service's file"
    if most < needed:
        yield wrong(
            f"file descriptors for {most} connections, fewer than there are threads ({needed})",
            "",
            cure,
        )
    elif most < CONNECTIONS:
        yield note(f"file descriptors for {most} connections; {CONNECTIONS} would be held", "", cure)
    else:
        yield fine(f"file descriptors for {most} connections")


def space(subject: Subject) -> Iterator[Finding]:
    """There is room for what may be kept."""
    if subject.file is None:
        return
    folder = nearest(subject.file.absolute().parent)
    settings = subject.receiver.settings
    needed = settings.refusals_bytes + 8 * settings.max_body
    free = shutil.disk_usage(folder).free
    text = f"{free // 1024**2} MiB are free"
    if free < needed:
        yield wrong(
            f"{text}: the refused requests and eight of the largest messages would fill them "
            f"({needed // 1024**2} MiB)",
            str(folder),
            "make room, or name another place: --database sqlite:///…",
        )
    else:
        yield fine(text, str(folder))


def nearest(folder: Path) -> Path:
    """A folder, or the nearest one above it that is there."""
    while not folder.exists():
        folder = folder.parent
    return folder


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
