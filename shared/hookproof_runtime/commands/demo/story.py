"""The story: what happens, what was to happen, and whether it did."""

from __future__ import annotations

import http.client
import json
import shlex
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from subprocess import CompletedProcess
from typing import Any
from urllib.parse import urlsplit

from hookproof import GUID_HEADER, Signer
from hookproof.clock import NANOSECONDS, Clock, system_clock

from .programs import FILES, Programs

_HEADER = "X-Webhook-Signature"
_JOB_WITHIN = 60.0  # seconds


def tell(programs: Programs, say: Callable[[str], None]) -> int:
    """Tell the whole story.

    Args:
        programs: the receiver, running, and a folder for the sender.
        say: where each line goes.

    Returns:
        How many things did not go as they should: 0 is success.
    """
    story = _Story(programs, say)
    story.opening()
    story.a_signed_task()
    story.a_task_that_fails_twice()
    story.what_must_not_get_in()
    story.a_job()
    story.a_slack_message()
    story.a_plan()
    story.ending()
    return story.wrong


def _document(done: CompletedProcess[str], otherwise: dict[str, Any]) -> dict[str, Any]:
    """What a command printed as JSON; what stands for it where it is none."""
    try:
        document: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return otherwise
    return document


class _Story:
    def __init__(self, programs: Programs, say: Callable[[str], None]) -> None:
        self._programs = programs
        self._say = say
        self._chapter = 0
        self.wrong = 0

    def opening(self) -> None:
        """Who is there."""
        self._say(
            "A data platform's plan calls other applications over HTTP. Here is such a call, from"
        )
        self._say("both ends: hookproof sends in the platform's place, and hookproof receives.")
        self._say("")
        self._say(f"The receiver listens on {self._programs.url}; its shop keeps orders in shop.db.")

    def a_signed_task(self) -> None:
        """A task, its signature and what the receiver checked."""
        self._title("A signed task")
        self._task("tell-the-shop", "/hooks/orders", {"order": 4, "run": "run-1/tell-the-shop"})
        self._show_file("tell-the-shop.toml")
        run = self._send("tell-the-shop.toml")
        rows = self._effects(4)
        self._say(
            "  The request carried this header; t is the time of signing in milliseconds, sha256 the"
        )
        self._say("  HMAC of t, a dot and the body, keyed with the secret that both ends hold:")
        self._say(f"    {_HEADER}: {rows[0]['signature'] if rows else None}")
        self._say(
            "  The receiver recomputed it over the raw bytes, judged its age, and wrote the order and"
        )
        self._say('  the mark "done" in one transaction before it answered 200.')
        self._expect("the task was delivered", run["outcome"] == "delivered", run["outcome"])
        self._expect("order 4 was shipped once", len(rows) == 1, len(rows))

    def a_task_that_fails_twice(self) -> None:
        """Retries carry a GUID; one effect."""
        self._title("A task whose handler fails twice")
        self._task("flaky", "/hooks/flaky", {"order": 5, "run": "run-1/flaky"})
        run = self._send("flaky.toml")
        statuses = [attempt["status"] for attempt in run["attempts"]]
        rows = self._effects(5)
        self._say(f"  Each retry is signed afresh and carries {GUID_HEADER}: {run['guid']}")
        self._say("  The handler wrote its row three times; twice the transaction was rolled back.")
        self._expect("the answers were 500, 500, 200", statuses == [500, 500, 200], statuses)
        self._expect("order 5 was shipped once", len(rows) == 1, len(rows))
        self._expect(
            "by the attempt that carried the GUID",
            bool(rows) and rows[0]["guid"] == run["guid"] is not None,
            rows,
        )

    def what_must_not_get_in(self) -> None:
        """Forged, replayed and stale requests."""
        self._title("A forged, a replayed and a late request")
        body = b'{"order": 6, "run": "run-1/by-hand"}'
        good = Signer(secrets=self._programs.secret).sign(body)
        forged = body.replace(b"6", b"9")
        status, answer, _ = self._post("forged: order 9 under order 6's signature", forged, good)
        self._expect(
            "401 no_match", (status, answer.get("code")) == (401, "no_match"), (status, answer)
        )

        self._post("the real one, caught on its way", body, good)
        status, answer, headers = self._post("replayed, byte for byte, with a GUID made up", body, {
            **good, GUID_HEADER: "11111111-2222-4333-8444-555555555555"
        })  # fmt: skip
        self._expect(
            "200 with the first answer, marked as a duplicate",
            status == 200 and "Hookproof-Duplicate" in headers,
            (status, answer),
        )
        shipped = len(self._effects(6))
        self._expect("order 6 was shipped once", shipped == 1, shipped)

        late = b'{"order": 7, "run": "run-1/late"}'
        hour_ago: Clock = lambda: system_clock() - 3600 * NANOSECONDS  # noqa: E731
        old = Signer(secrets=self._programs.secret, clock=hour_ago).sign(late)
        status, answer, _ = self._post("late: well signed, an hour ago", late, old)
        self._expect("401 too_old", (status, answer.get("code")) == (401, "too_old"), (status, answer))
        shipped = len(self._effects(7)) + len(self._effects(9))
        self._expect("orders 7 and 9 were never shipped", shipped == 0, shipped)

    def a_job(self) -> None:
        """The task calls back into the platform to run a job."""
        self._title("A task that runs a job")
        token = self._token()
        self._task(
            "run-job",
            "/v4/jobGroups",
            {"wrangledDataset": {"id": 4}},
            {"Authorization": f"Bearer {token}"},
        )
        run = self._send("run-job.toml", tell_receiver=False)
        self._expect("the job was accepted with 201", run["attempts"][-1]["status"] == 201, run)
        job = self._job_in(run)
        place = f"/v4/jobGroups/{job}/status"
        seen = self._follow(place, token)
        self._say(f"  GET {place}: {', then '.join(seen)}")
        self._expect("the job is Complete", seen[-1:] == ["Complete"], seen)
        self._show_output(job)

    def a_slack_message(self) -> None:
        """The task posts to a Slack channel."""
        self._title("A task that tells Slack")
        made = self._programs.run("slack", "new-channel", "jobs", "--listen", self._host, "--json")
        url = json.loads(made.stdout)["url"]
        self._task("slack", url, {"text": "Your job has completed."}, signed=False)
        run = self._send("slack.toml", tell_receiver=False)
        self._expect("Slack said ok", run["outcome"] == "delivered", run)
        shown = self._programs.run("slack", "show", "jobs").stdout
        self._say("  $ hookproof slack show jobs")
        self._indent(shown)
        self._expect("the message is in its channel", "Your job has completed." in shown, shown)

    def a_plan(self) -> None:
        """A plan with all of it: a job, the shop on success, Slack on failure."""
        self._title("A plan with all of it")
        self._plan()
        self._say("  $ hookproof plan graph nightly.toml")
        self._indent(self._programs.run("plan", "graph", "nightly.toml").stdout)
        states = self._run_plan("complete")
        self._expect(
            "the job ended, the shop was told, Slack was not",
            states == {"b7": "succeeded", "zj": "succeeded", "sk": "skipped"},
            states,
        )
        shipped = len(self._effects(8))
        self._expect("order 8 was shipped once", shipped == 1, shipped)
        self._say("")
        self._say("  And on a bad day, with the shop at an address where nobody is:")
        states = self._run_plan(
            "failed", f"zj.url={self._programs.url}/hooks/closed", "zj.maxRetries=0"
        )
        self._expect(
            "the job ended, the shop was not told, Slack was",
            states == {"b7": "succeeded", "zj": "failed", "sk": "succeeded"},
            states,
        )
        shown = self._programs.run("slack", "show", "jobs").stdout
        self._say("  $ hookproof slack show jobs")
        self._indent(shown)
        self._expect("Slack knows what failed", "was answered 404" in shown, shown)

    def ending(self) -> None:
        """What it comes to."""
        self._say("")
        if self.wrong:
            self._say(f"{self.wrong} things did not go as they should.")
        else:
            self._say(
                "Everything went as it should: each message had one effect, and nothing else had any."
            )
            self._say("Now your own: `hookproof receive` opens an endpoint, and says how to reach it.")

    def _token(self) -> str:
        made = self._programs.run("token", "new", "--scope", "run-job", "--expires", "1 h")
        return made.stdout.strip()

    def _plan(self) -> None:
        """Write the plan for this receiver, and the token that it runs its job with."""
        url = self._programs.run("slack", "show", "jobs", "--url", "--listen", self._host).stdout
        plan = (FILES / "nightly.toml").read_text(encoding="utf-8")
        self._programs.write("token", self._token())
        self._programs.write(
            "nightly.toml", plan.replace("RECEIVER", self._programs.url).replace("SLACK", url.strip())
        )

    def _run_plan(self, wanted: str, *overrides: str) -> dict[str, str]:
        """Run `hookproof plan run`, and show what it prints; how each node ended."""
        words = ["plan", "run", "nightly.toml", "--allow-loopback"]
        words += [word for override in overrides for word in ("--override", override)]
        self._say(f"  $ hookproof {shlex.join(words)}")
        done = self._programs.run(*words, "--json")
        self._indent(done.stderr)
        run = _document(done, {"state": done.stdout + done.stderr, "nodes": []})
        self._expect(f"the run is {wanted}", run["state"] == wanted, run["state"])
        return {node["handle"]: node["state"] for node in run["nodes"]}

    def _show_output(self, job: object) -> None:
        """What the job made of a dirty file of orders."""
        output = self._programs.folder / "shop.db.jobs" / str(job)
        try:
            profile = json.loads((output / "profile.json").read_text(encoding="utf-8"))
            lines = (output / "orders.csv").read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            self._expect("it wrote its output", False, error)
            return
        kept, rejected = profile["rows"], profile["rejected"]
        self._say(f"  It cleaned a file of orders: {kept} rows kept, {rejected} rejected.")
        self._indent("\n".join(lines[:3]))
        self._expect("its output holds the rows it kept", len(lines) == kept + 1, len(lines))

    @property
    def _host(self) -> str:
        return urlsplit(self._programs.url).netloc

    def _job_in(self, run: dict[str, Any]) -> object:
        """The job group's id, out of the platform's answer."""
        try:
            return json.loads(run["attempts"][-1]["answer"])["id"]
        except (KeyError, TypeError, ValueError):
            return None

    def _follow(self, place: str, token: str) -> list[str]:
        """Ask for a job's status until it is an end; the statuses seen, each once."""
        seen: list[str] = []
        deadline = time.monotonic() + _JOB_WITHIN
        pause = threading.Event()
        while time.monotonic() < deadline and not {"Complete", "Failed", "Canceled"} & set(seen):
            connection = http.client.HTTPConnection(self._host, timeout=30)
            with closing(connection):
                connection.request("GET", place, headers={"Authorization": f"Bearer {token}"})
                status = str(json.loads(connection.getresponse().read()))
            if status not in seen:
                seen.append(status)
            pause.wait(0.02)
        return seen

    def _title(self, text: str) -> None:
        self._chapter += 1
        self._say("")
        self._say(f"{self._chapter}. {text}")
        self._say("")

    def _expect(self, what: str, holds: bool, seen: object) -> None:
        if holds:
            self._say(f"  [ok] {what}")
        else:
            self.wrong += 1
            self._say(f"  [WRONG] {what}; it was: {seen}")

    def _indent(self, text: str) -> None:
        for line in text.splitlines():
            self._say(f"    {line}")

    def _indent_heard(self, requests: int) -> None:
        """Show the receiver's two lines for each of so many requests."""
        arrows = [line for line in self._programs.heard(2 * requests) if "<--" in line or "-->" in line]
        self._indent("\n".join(arrows))

    def _task(
        self,
        name: str,
        place: str,
        body: dict[str, Any],
        headers: dict[str, str] | None = None,
        signed: bool = True,
    ) -> None:
        """Write a task file. `place` is a path of the receiver, or a whole URL."""
        url = place if place.startswith("http") else self._programs.url + place
        lines = [
            f'name = "{name}"',
            'method = "post"',
            f'url = "{url}"',
            f"body = '{json.dumps(body)}'",
        ]
        if signed:
            lines.append('secretKeyEnv = "SHOP_SECRET"')
        lines += ["maxRetries = 3", "[headers]", 'Content-Type = "application/json"']
        lines += [f'{header} = "{value}"' for header, value in (headers or {}).items()]
        self._programs.write(f"{name}.toml", "\n".join(lines) + "\n")

    def _send(self, file: str, tell_receiver: bool = True) -> dict[str, Any]:
        """Run `hookproof send`, show what both programs print, and hand back its JSON."""
        words = ("send", file, "--allow-loopback")
        self._programs.heard()
        self._say(f"  $ hookproof {shlex.join(words)}")
        done = self._programs.run(*words, "--json")
        self._indent(done.stderr)
        wrong = {"outcome": done.stdout + done.stderr, "guid": None, "attempts": [{"status": None}]}
        run = _document(done, wrong)
        if tell_receiver:
            self._say("  and what the receiver saw:")
            self._indent_heard(len(run["attempts"]))
        return run

    def _show_file(self, name: str) -> None:
        self._say(f"  {name}:")
        self._indent((self._programs.folder / name).read_text(encoding="utf-8"))

    def _effects(self, order: int) -> list[dict[str, Any]]:
        """What the shop did about an order, out of its own table."""
        with closing(sqlite3.connect(self._programs.folder / "shop.db")) as connection:
            connection.row_factory = sqlite3.Row
            try:
                rows = connection.execute("SELECT * FROM orders WHERE number = ?", (order,))
            except sqlite3.OperationalError:  # no table: nothing was ever shipped
                return []
            return [dict(row) for row in rows]

    def _post(
        self, what: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Post bytes that no honest sender would."""
        self._programs.heard()
        connection = http.client.HTTPConnection(self._host, timeout=30)
        with closing(connection):
            path = "/hooks/orders"
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            text = answer.read().decode()
        self._say(f"  {what}")
        self._indent_heard(1)
        self._say(f"    answered {answer.status} {text}")
        return answer.status, json.loads(text), dict(answer.headers)
