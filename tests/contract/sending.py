"""A sender in a hurry, tasks in one line, and a peer that writes down every byte."""

from __future__ import annotations

import re
import socket
import threading
from random import Random
from typing import Any

from tests.sender.peer import OK, Connection, Received

from hookproof.testing import SECRET
from hookproof_sender import HttpTask, Sender

SIGNATURE = "X-Webhook-Signature"
GUID = "X-Http-Task-Guid"
BODY = '{"order": 4}'

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Shortest(Random):
    """Chance that always falls on the lowest end."""

    def random(self) -> float:
        """Nothing."""
        return 0.0


class Longest(Random):
    """Chance that always falls on the highest end."""

    def random(self) -> float:
        """As much as there is."""
        return 1.0


def task(url: str, **keys: Any) -> HttpTask:
    """A signed POST, unless its keys say otherwise."""
    record = {"method": "post", "url": url, "body": BODY, "secretKey": SECRET}
    return HttpTask.model_validate(record | keys)


def quick(**options: Any) -> Sender:
    """A sender that hardly waits before it retries."""
    return Sender(**{"allow_loopback": True, "retry_base": 0.001, "deadline": 10.0} | options)


def element(received: Received, name: str) -> str:
    """One element of a request's signature."""
    (header,) = received.values(SIGNATURE)
    (value,) = re.findall(rf"(?:^|,){name}=([^,]*)", header)
    return str(value)


def read_request(sock: socket.socket) -> bytes:
    """A request's bytes, from its first to the last of its body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(sock)
    head, _, body = data.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    while len(body) < (int(length[1]) if length else 0):
        body += _some(sock)
    return head + b"\r\n\r\n" + body


class Wiretap:
    """A script for `Peer(at_once=…)`: answers 200, and keeps all that was ever sent."""

    def __init__(self) -> None:
        self.data = b""
        self.over = threading.Event()

    def __call__(self, connection: Connection) -> None:
        self.data = read_request(connection.sock)
        connection.send(OK)
        while more := connection.sock.recv(65536):
            self.data += more
        self.over.set()


def _some(sock: socket.socket) -> bytes:
    data = sock.recv(65536)
    assert data, "the request is not whole"
    return data
