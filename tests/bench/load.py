"""A load of signed requests on a core of its own: as many connections as one likes, one thread.

It is a program: it makes its requests first, says `ready`, waits for a line on its standard input,
sends, and prints what came of it as JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import secrets
import select
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator

SIZE = 600
"""Bytes of a body."""


def requests(number: int, path: str, secret: bytes, header: str) -> list[bytes]:
    """As many good requests, each with a run of its own.

    Args:
        number: how many.
        path: where they go.
        secret: what they are signed with.
        header: `http-task` signs as the platform does; any other is the name of a header that gets the
            bare digest of the body.
    """
    start = secrets.token_hex(4)
    made = []
    for index in range(number):
        body = b'{"run": "%s-%d", "pad": "' % (start.encode(), index)
        body += b"x" * (SIZE - 2 - len(body)) + b'"}'
        if header == "http-task":
            t = str(time.time_ns() // 1_000_000)  # noqa: TID251  (a program for itself)
            mac = hmac.new(secret, t.encode() + b"." + body, hashlib.sha256).hexdigest()
            field = f"X-Webhook-Signature: t={t},sha256={mac}"
        else:
            field = f"{header}: {hmac.new(secret, body, hashlib.sha256).hexdigest()}"
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"{field}\r\nContent-Length: {SIZE}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


def run(port: int, connections: int, seconds: float, made: list[bytes]) -> dict[str, object]:
    """Keep that many requests under way; what came of them."""
    poll = select.epoll()
    sockets: dict[int, socket.socket] = {}
    for _ in range(connections):
        one = socket.create_connection(("127.0.0.1", port))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[one.fileno()] = one
        poll.register(one, select.EPOLLIN)
    left: Iterator[bytes] = iter(made)
    statuses: Counter[str] = Counter()
    spans: list[float] = []
    sent: dict[int, float] = {}
    clock = time.perf_counter
    began = clock()
    until = began + seconds
    for number, one in sockets.items():
        sent[number] = clock()
        one.sendall(next(left))
    under_way = connections
    while under_way:
        for number, _ in poll.poll(30):
            answer = sockets[number].recv(65536)
            now = clock()
            spans.append(now - sent[number])
            statuses[answer[9:12].decode("latin-1")] += 1
            request = next(left, None) if now < until and answer else None
            if request is None:
                under_way -= 1
                poll.unregister(number)
                continue
            sent[number] = now
            sockets[number].sendall(request)
    took = clock() - began
    for one in sockets.values():
        one.close()
    spans.sort()
    return {
        "rate": len(spans) / took,
        "number": len(spans),
        "p50_ms": spans[len(spans) // 2] * 1000,
        "p99_ms": spans[int(len(spans) * 0.99)] * 1000,
        "statuses": statuses,
    }


def main() -> None:
    """Make, wait, send, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--path", default="/hooks/test")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--number", type=int, default=30_000)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--header", default="http-task")
    words = parser.parse_args()
    made = requests(words.number, words.path, words.secret.encode(), words.header)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(run(words.port, words.connections, words.seconds, made)) + "\n")


if __name__ == "__main__":
    main()
