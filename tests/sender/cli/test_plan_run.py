"""`hookproof plan run` and `plan show`, as somebody types them."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
from io import StringIO

import pytest
from rich.console import Console
from tests.in_process import run_here
from tests.sender.plans.running.shop import Answer, Platform, Shop, in_json, serving

from hookproof_sender import Sender
from hookproof_sender.cli.plan.live import Live
from hookproof_sender.plans import load_plan
from hookproof_sender.plans.running import NodeChanged

COMMAND = [sys.executable, "-W", "error", "-m", "hookproof_runtime"]
CANARY = "canary-4711"
SETTINGS = '[sender]\nallowLoopback = true\nretryBase = "1 ms"\ndeadline = "10 s"\n'


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
def url(shop):
    with serving(shop) as url:
        yield url


@pytest.fixture(autouse=True)
def _settings(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("HOOKPROOF_")]:
        monkeypatch.delenv(name)
    (tmp_path / "hookproof.toml").write_text(SETTINGS)


def write(tmp_path, url, **more):
    """A plan's file: bb follows aa's success, cc its failure."""
    nodes = [
        {
            "handle": handle,
            "name": f"Task {handle}",
            "taskType": "http",
            "httpTask": {
                "method": "post",
                "url": f"{url}/{handle}",
                "body": "{}",
                "maxRetries": 1,
                "secretKey": CANARY,
                "headers": {"Authorization": f"Bearer {CANARY}"},
            },
        }
        for handle in ("aa", "bb", "cc")
    ]
    edges = [
        {"source": "aa", "target": "bb", "statusRule": "success"},
        {"source": "aa", "target": "cc", "statusRule": "failure"},
    ]
    plan = {"name": "Nightly", "id": 7, "nodes": nodes, "edges": edges} | more
    (tmp_path / "plan.json").write_text(json.dumps(plan))


def ran(*words):
    """The exit code and the document of a command with --json."""
    done = run_here("plan", *words, "--json")
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize(
    ("status", "code", "state"), [(200, 0, "complete"), (500, 1, "failed")], ids=["complete", "failed"]
)
def test_the_exit_code_is_the_runs_end(tmp_path, shop, url, status, code, state):
    shop.write("/aa", Answer(status))
    write(tmp_path, url)
    returned, document = ran("run", "plan.json")
    follows = "bb" if status == 200 else "cc"

    assert (code, 1, state) == (returned, document["schema"], document["state"])
    assert ("Nightly", 7) == (document["plan"], document["plan_id"])
    assert [status == 200, status == 500] == [edge["leads"] for edge in document["edges"]]
    states = {node["handle"]: node["state"] for node in document["nodes"]}
    assert "succeeded" == states[follows]
    assert (["aa"] if status == 500 else []) == document["dealt_with"]
    assert all(isinstance(node["duration_s"], float | None) for node in document["nodes"])
    assert (0, document) == (ran("show", document["run"])[0], _less(ran("show", document["run"])[1]))


def _less(document):
    return {key: value for key, value in document.items() if key != "process_gone"}


def test_without_a_terminal_each_event_is_a_line_and_the_sum_comes_last(tmp_path, shop, url):
    shop.write("/aa", Answer(500), Answer(500))
    write(tmp_path, url)
    done = run_here("plan", "run", "plan.json")
    text = done.stdout.decode()

    assert re.search(
        r"^\d\d:\d\d:\d\d\.\d{3}  aa  --> POST http\S+/aa  attempt 1 of 2  guid -$", text, re.M
    )
    assert re.search(
        r"^\S+  aa  <-- 500 in \d+ ms  answered 500 \S.*; tried again in \d+ ms$", text, re.M
    )
    assert re.search(r"^\S+  bb  skipped  aa failed, and the edge from it is for success$", text, re.M)
    assert re.search(
        r"^failed  run_\S+  Nightly  in \d+ ms: 1 failed, 1 skipped, 1 succeeded$", text, re.M
    )
    assert re.search(
        r"^  aa  Task aa  failed     2 attempts  \d+ ms  answered 500 .*  msg_\S+$", text, re.M
    )
    assert "  aa -> cc  failure  leads on\n" in text
    assert "failed although dealt with: aa" in text
    assert "\x1b" not in text
    assert CANARY not in text + done.stderr.decode()


def test_jsonl_is_a_document_an_event_and_the_run_last(tmp_path, url):
    write(tmp_path, url)
    done = run_here("plan", "run", "plan.json", "--jsonl")
    *events, last = map(json.loads, done.stdout.splitlines())

    assert ("run", "complete") == (last["event"], last["state"])
    assert {"node", "attempt_begun", "attempt"} == {one["event"] for one in events}
    assert [200] * 2 == [one["attempt"]["status"] for one in events if one["event"] == "attempt"]
    assert CANARY not in done.stdout.decode()


def test_an_override_is_what_is_sent_and_a_wrong_one_runs_nothing(tmp_path, shop, url):
    write(tmp_path, url)
    code, _ = ran("run", "plan.json", "--override", f"aa.url={url}/elsewhere")
    assert (0, ["/elsewhere", "/bb"]) == (code, shop.paths())

    wrong = run_here("plan", "run", "plan.json", "--override", "zz.url=http://127.0.0.1/")
    assert (2, 2) == (wrong.returncode, len(shop.asked))
    assert b"zz" in wrong.stderr


def test_ctrl_c_leaves_the_run_on_record_and_resume_goes_on_with_it(tmp_path, shop, url):
    shop.held = {"/aa": threading.Event()}
    write(tmp_path, url)
    with subprocess.Popen(
        [*COMMAND, "plan", "run", "plan.json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        shop.wait_for(1, timeout=30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    shop.held["/aa"].set()
    text = out.decode()

    assert (130, b"") == (process.returncode, err)
    (run_id,) = re.findall(r"^interrupted  (run_\S+)  ", text, re.M)
    assert f"go on with it: hookproof plan run --resume {run_id}" in text
    code, document = ran("run", "--resume")
    assert (0, run_id, "complete") == (code, document["run"], document["state"])
    assert ["/aa", "/aa", "/bb"] == shop.paths()
    assert shop.asked[0].guid is None
    assert shop.asked[1].guid is not None


def test_resume_says_which_runs_there_are_where_it_cannot_choose(tmp_path, url, shop):
    none = run_here("plan", "run", "--resume")
    assert (2, True) == (none.returncode, b"no run is left to go on with" in none.stderr)
    write(tmp_path, url)
    runner = Sender().plan_runner()
    ids = [runner.start(load_plan("plan.json")) for _ in range(2)]
    several = run_here("plan", "run", "--resume")
    assert 2 == several.returncode
    assert all(one in several.stderr.decode() for one in ids)
    assert b"2 runs have not ended: say which" in several.stderr
    assert (0, ids[0]) == (ran("run", "--resume", ids[0])[0], ran("show", ids[0])[1]["run"])
    unknown = run_here("plan", "run", "--resume", "run_06C")
    assert (2, True) == (unknown.returncode, b"no run run_06C is on record" in unknown.stderr)


@pytest.mark.parametrize(
    "words", [(), ("plan.json", "--resume"), ("--resume", "x", "--override", "a.b=c")]
)
def test_what_makes_no_sense_is_refused_with_a_line_that_works(tmp_path, url, words):
    write(tmp_path, url)
    done = run_here("plan", "run", *words)
    assert 2 == done.returncode
    assert b"for example: hookproof plan run" in done.stderr


def test_a_job_that_nobody_knows_of_ends_in_4(tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORM_TOKEN", "a-token")
    platform = Platform()
    platform.write("/v4/jobGroups/9/status", Answer(401))
    with serving(platform) as url:
        node = {"handle": "b7", "name": "Clean", "taskType": "flow", "flow": {"recipe": 4}}
        where = {"url": url, "tokenEnv": "PLATFORM_TOKEN"}
        write(tmp_path, url, nodes=[node], edges=[], platform=where)
        code, document = ran("run", "plan.json")
    assert (4, "unknown", [9]) == (code, document["state"], document["nodes"][0]["jobs"])


def test_why_the_platform_refused_a_job_is_said_wherever_the_run_is_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("PLATFORM_TOKEN", "a-token")
    platform = Platform()
    said = {"name": "ValidationFailed", "message": "no recipe 4", "details": "for a-token"}
    asked = ("x-trifacta-request-id", "5af7d2e7")
    platform.write("/v4/jobGroups", in_json({"exception": said}, 400, asked))
    why = "answered 400 Bad Request: ValidationFailed: no recipe 4; for … (request id 5af7d2e7)"
    with serving(platform) as url:
        node = {"handle": "b7", "name": "Clean", "taskType": "flow", "flow": {"recipe": 4}}
        where = {"url": url, "tokenEnv": "PLATFORM_TOKEN"}
        write(tmp_path, url, nodes=[node], edges=[], platform=where)
        lines = run_here("plan", "run", "plan.json").stdout.decode()
    (run_id,) = re.findall(r"^failed  (run_\S+)  ", lines, re.M)
    shown = run_here("plan", "show", run_id).stdout.decode()

    assert (2, 1) == (lines.count(why), shown.count(why))
    assert why == ran("show", run_id)[1]["nodes"][0]["sentence"]
    assert "a-token" not in lines + shown


def test_show_lists_runs_and_a_message_names_its_run(tmp_path, url):
    write(tmp_path, url)
    assert b"no run is on record" in run_here("plan", "show").stderr
    _, document = ran("run", "plan.json")
    listed = run_here("plan", "show").stdout.decode()
    assert re.fullmatch(
        rf"\S+ \S+  {document['run']}  complete     Nightly  2 succeeded, 1 skipped\n", listed
    )
    (kept,) = ran("show")[1]["runs"]
    assert document == {"schema": 1, **kept}
    message = document["nodes"][0]["message_id"]
    shown = json.loads(run_here("outbox", "show", message, "--json").stdout)
    assert {"id": document["run"], "handle": "aa"} == shown["run"]
    assert f"plan      aa of {document['run']}" in run_here("outbox", "show", message).stdout.decode()
    assert 2 == run_here("plan", "show", "run_06C").returncode


@pytest.mark.parametrize(
    "colours",
    [pytest.param(True, id="colours"), pytest.param(False, id="NO_COLOR", marks=pytest.mark.long)],
)
def test_a_terminal_has_one_table_that_is_drawn_in_its_place(tmp_path, shop, url, colours):
    shop.held = {"/bb": threading.Event()}
    write(tmp_path, url)
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
    environment |= {} if colours else {"NO_COLOR": "1"}
    with subprocess.Popen(
        [*COMMAND, "plan", "run", "plan.json"], stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        screen = _read(ours, b"1 of 2")
        shop.wait_for(2, timeout=30)
        shop.held["/bb"].set()
        screen += _read(ours, b"aa -> cc")
        assert 0 == process.wait(30)
    os.close(ours)
    assert b"\x1b[1A" in screen or b"\x1b[2K" in screen  # it goes back up
    assert colours == (b"\x1b[32m" in screen)
    assert "+ aa success" in screen.decode()
    assert "- aa failure" in screen.decode()
    assert b"-->" not in screen


def test_a_narrow_terminal_still_says_which_task_each_row_is(tmp_path, url):
    write(tmp_path, url)
    ran("run", "plan.json")
    screen = StringIO()
    (run,) = Sender().plan_runner().runs()
    console = Console(width=40, file=screen)
    console.print(Live(run, console).table())
    rows = screen.getvalue().splitlines()
    assert all(any(row.startswith(f"  {node.handle}  ") for row in rows) for node in run.nodes), rows


@pytest.mark.parametrize(
    ("height", "order"),
    [pytest.param(5, "bb cc aa", id="too low"), pytest.param(40, "aa bb cc", id="high enough")],
)
def test_on_a_terminal_that_is_too_low_what_runs_stands_first(tmp_path, url, height, order):
    write(tmp_path, url)
    runner = Sender().plan_runner()
    runner.start(load_plan("plan.json"))
    (run,) = runner.runs()
    screen = StringIO()
    console = Console(width=120, height=height, file=screen)
    view = Live(run, console)
    view.tell(NodeChanged("aa", "failed"))
    view.tell(NodeChanged("bb", "running"))
    console.print(view.table())
    rows = [line.split()[0] for line in screen.getvalue().splitlines() if " Task " in line]
    assert order.split() == rows


def _read(descriptor, until):
    seen = b""
    while until not in seen:
        ready, _, _ = select.select([descriptor], [], [], 30)
        assert ready, seen
        seen += os.read(descriptor, 65536)
    return seen
