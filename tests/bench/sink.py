"""An HTTP server that does next to nothing, in a process and on a core of its own."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


def _serve(sock: socket.socket) -> None:
    """Answer each request of one connection."""
    got = b""
    with contextlib.suppress(ConnectionError), sock:
        while data := sock.recv(65536):
            got += data
            head = got.find(b"\r\n\r\n") + 4
            if head == 3:
                continue
            length = _LENGTH.search(got, 0, head)
            end = head + (int(length[1]) if length else 0)
            if len(got) < end:
                continue
            sock.sendall(_ANSWER)
            if b"\r\nConnection: close\r\n" in got:
                return
            got = got[end:]


def main() -> None:
    """Write the port down, and serve until killed."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    while True:
        sock, _ = listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_serve, args=(sock,), daemon=True).start()


@contextlib.contextmanager
def running_sink() -> Iterator[int]:
    """A sink on the last core, and this process on the first; its port on 127.0.0.1."""
    cores = sorted(os.sched_getaffinity(0))
    program = subprocess.Popen([sys.executable, "-m", "tests.bench.sink"], stdout=subprocess.PIPE)
    os.sched_setaffinity(program.pid, cores[-1:])
    os.sched_setaffinity(0, cores[:1])
    try:
        assert program.stdout is not None
        yield int(program.stdout.readline())
    finally:
        os.sched_setaffinity(0, cores)
        program.kill()
        program.communicate()


if __name__ == "__main__":
    main()
