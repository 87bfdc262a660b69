"""A server that answers by path, and a platform that starts jobs once an execution id."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

GUID = "X-Http-Task-Guid"


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def guid(self) -> str | None:
        return self.headers.get(GUID)


@dataclass(frozen=True)
class Answer:
    """What is answered."""

    status: int = 200
    body: bytes = b"ok"
    headers: tuple[tuple[str, str], ...] = ()


def in_json(document: Any, status: int = 200, *headers: tuple[str, str]) -> Answer:
    return Answer(
        status, json.dumps(document).encode(), (("Content-Type", "application/json"), *headers)
    )


class Shop:
    """Answers each path with what is written for it, in turn and the last one again; else 200.

    A path is one without its query string.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.held: dict[str, threading.Event] = {}
        """Paths whose answer waits for an event."""
        self.most = 0
        """How many were under way at once."""
        self._answers: dict[str, list[Answer]] = {}
        self._under_way = 0
        self._news = threading.Condition()

    def write(self, path: str, *answers: Answer) -> None:
        self._answers[path] = list(answers)

    def paths(self) -> list[str]:
        """Of the requests, in the order in which they came."""
        with self._news:
            return [one.path for one in self.asked]

    def wait_for(self, number: int, timeout: float = 30.0) -> None:
        """Wait until so many requests came."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.asked) >= number, timeout), self.asked

    def answer(self, asked: Asked) -> Answer:
        with self._news:
            self.asked.append(asked)
            self._under_way += 1
            self.most = max(self.most, self._under_way)
            self._news.notify_all()
        try:
            if held := self.held.get(asked.path):
                held.wait(30)
            return self.says(asked)
        finally:
            with self._news:
                self._under_way -= 1

    def says(self, asked: Asked) -> Answer:
        with self._news:
            left = self._answers.get(asked.path.partition("?")[0]) or [Answer()]
            return left.pop(0) if len(left) > 1 else left[0]


class Platform(Shop):
    """The run-job API, as far as a plan asks it: its jobs go through some statuses, a look each."""

    def __init__(self, *statuses: str) -> None:
        super().__init__()
        self.jobs: dict[int, str] = {}
        """The execution id of each job group."""
        self.statuses = list(statuses) or ["Created", "InProgress", "Complete"]
        self.lost_answers = 0
        """So many answers to a request that starts a job are a 503 all the same."""
        self.lists_all = False
        """It does not know the filter by execution id."""
        self.recipes = 2
        """How many a flow has."""
        self.error: str | None = None
        """Why jobs failed, as their records say it."""
        self._looks: dict[int, int] = {}
        self._lock = threading.Lock()

    def says(self, asked: Asked) -> Answer:
        path, _, query = asked.path.partition("?")
        if path in self._answers:
            return super().says(asked)
        with self._lock:
            if asked.headers.get("Authorization") != "Bearer a-token":
                return Answer(401, b"Unauthorized")
            match path.split("/")[2:]:
                case ["jobGroups"] if asked.method == "POST":
                    return self._start(asked, 1)
                case ["flows", _, "run"]:
                    return self._start(asked, self.recipes)
                case ["jobGroups"]:
                    asks = {key: one for key, [one] in parse_qs(query).items()}
                    found = [
                        {"id": job, "executionId": one}
                        for job, one in self.jobs.items()
                        if one == asks["executionId"] or self.lists_all
                    ]
                    first = int(asks["offset"])
                    return in_json({"data": found[first : first + int(asks["limit"])]})
                case ["jobGroups", job, "status"]:
                    look = self._looks[int(job)] = self._looks.get(int(job), -1) + 1
                    return in_json(self.statuses[min(look, len(self.statuses) - 1)])
                case ["jobGroups", job]:
                    record = {
                        "id": int(job),
                        "status": "Complete",
                        "wrangledDataset": {"id": 4, "name": f"Recipe {job}"},
                        "createdAt": "2026-11-28T10:00:00.000Z",
                        "updatedAt": "2026-11-28T10:00:02.500Z",
                        "errorMessage": self.error,
                    }
                    return in_json(record)
                case ["jobGroups", _, "outputs"]:
                    file = {"uri": "file:///out.csv", "isPrimaryOutput": True, "rowCount": 12}
                    return in_json({"files": [file]})
        return Answer(404)

    def _start(self, asked: Asked, number: int) -> Answer:
        execution = asked.headers["x-execution-id"]
        is_new = execution not in self.jobs.values()
        started = [9 + len(self.jobs) + one for one in range(number)] if is_new else []
        self.jobs |= dict.fromkeys(started, execution)
        if self.lost_answers:
            self.lost_answers -= 1
            return Answer(503, b"")
        if not is_new:
            return Answer(304, b"")
        if asked.path == "/v4/jobGroups":
            return in_json({"id": started[0], "reason": "JobStarted"}, 201)
        return in_json({"flowRunId": 1, "data": [{"id": job} for job in started]}, 201)


@contextmanager
def serving(shop: Shop) -> Iterator[str]:
    """A server; its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, self.path, dict(self.headers.items()), body)
            answer = shop.answer(asked)
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(b"" if answer.status == 304 else answer.body)

        do_GET = do_PUT = do_POST

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            pass  # a client that was stopped in the middle

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        for held in shop.held.values():
            held.set()
        server.shutdown()
        thread.join()
        server.server_close()
