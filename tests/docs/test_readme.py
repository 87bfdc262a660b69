"""What the README says is what happens."""

import hmac
import json
import re
import runpy
import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask, request
from tests.in_process import run_here

from hookproof.clock import system_clock
from hookproof.testing import SECRET, forge, forgeries, signed_headers
from hookproof_receiver.testing import running_receiver
from hookproof_runtime.command_line.root import TABLE

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BODY = b'{"order": 4, "run": "run-1/tell-the-shop"}'


def block(mark):
    """The code that follows `<!-- run: mark -->`."""
    found = re.search(rf"<!-- run: {mark} -->\n```python\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def example(tmp_path, monkeypatch):
    """Run one of the README's examples as a module, in a folder of its own."""
    monkeypatch.setenv("HTTP_TASK_SECRET", SECRET)
    monkeypatch.chdir(tmp_path)

    def run(mark):
        (tmp_path / "example.py").write_text(block(mark), encoding="utf-8")
        return runpy.run_path(str(tmp_path / "example.py"))

    return run


def test_the_check_takes_what_is_signed_and_refuses_what_is_forged(example):
    app = example("flask")["app"]
    assert isinstance(app, Flask)
    client = app.test_client()
    answer = client.post("/hooks/orders", data=BODY, headers=signed_headers(BODY))
    assert (200, {"order": 4}) == (answer.status_code, answer.json)
    forged = forge("changed-body")
    answer = client.post("/hooks/orders", data=forged.body, headers=forged.headers)
    assert (401, {"code": "no_match"}) == (answer.status_code, answer.json)


def test_the_claim_ships_each_order_once(example):
    client = example("claim")["app"].test_client()
    retry = "11111111-2222-4333-8444-555555555555"
    attempts = [
        signed_headers(BODY),
        signed_headers(BODY, guid=retry),
        signed_headers(BODY, guid=retry),
    ]
    answers = [client.post("/hooks/orders", data=BODY, headers=headers) for headers in attempts]
    assert [(200, {"shipped": 4})] * 3 == [(answer.status_code, answer.json) for answer in answers]
    with closing(sqlite3.connect("shop.db")) as shop:
        assert [(4,)] == shop.execute("SELECT number FROM orders").fetchall()


def test_the_tests_pass_in_front_of_the_check(example):
    client = example("flask")["app"].test_client()
    tests = example("tests")
    tests["test_an_order_is_taken"](client)
    for kind in forgeries():
        tests["test_a_forgery_is_refused"](client, kind)


def test_every_target_that_is_named_is_one_of_make_s():
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", README, re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def test_every_command_that_is_named_is_one_of_hookproof_s():
    named = set(re.findall(r"hookproof ([a-z]+)\b(?! is\b)", re.sub(r"pip install.*", "", README)))
    assert {"receive", "send"} <= named & set(TABLE)


def test_each_command_stands_in_the_row_of_what_brings_it():
    rows = dict(re.findall(r"^\| `'?hookproof(?:\[(\w+)\])?'?` \| (.*) \|$", README, re.MULTILINE))
    for name, entry in TABLE.items():
        if name not in ("config", "doctor"):
            assert f"`{name}`" in rows[entry.extra or ""], name


def test_every_link_leads_somewhere():
    for target in re.findall(r"\]\(([^)]+)\)", README):
        file, _, anchor = target.partition("#")
        page = ROOT / (file or "README.md")
        assert page.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = [re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings]
            assert anchor in slugs, target


def test_the_receiver_ships_each_order_once(example):
    receiver = example("receiver")["receiver"]
    with running_receiver(receiver) as running:
        headers = signed_headers(BODY)
        first = post(running.url, BODY, headers)
        again = post(
            running.url, BODY, signed_headers(BODY, guid="11111111-2222-4333-8444-555555555555")
        )
    assert (200, b'{"shipped":true}') == first == again
    with closing(sqlite3.connect("shop.db")) as shop:
        assert [(4,)] == shop.execute("SELECT number FROM orders").fetchall()


def post(url, body, headers):
    request = urllib.request.Request(url, body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, answer.read()


def flask_fault():
    app = Flask("shop")
    app.post("/hooks")(lambda: json.dumps(request.get_json()))
    signed = b'{"order":4,"paid":true}'
    answer = app.test_client().post("/hooks", data=signed, content_type="application/json")
    return answer.data, signed_headers(signed)


def quoted_fault():
    secret = f'"{SECRET}"'.encode()
    time = str(system_clock() // 1_000_000)
    signature = hmac.new(secret, f"{time}.".encode() + BODY, "sha256").hexdigest()
    return BODY, {"X-Webhook-Signature": f"t={time},sha256={signature}"}


def unit_fault():
    time = str(system_clock() // 1_000_000)
    signed = f"{time[:-3]}.".encode() + BODY
    signature = hmac.new(SECRET.encode(), signed, "sha256").hexdigest()
    return BODY, {"X-Webhook-Signature": f"t={time},sha256={signature}"}


@pytest.mark.parametrize(("fault", "number"), [(flask_fault, 0), (quoted_fault, 1), (unit_fault, 2)])
def test_each_fault_that_is_shown_is_explained_so(fault, number, tmp_path, monkeypatch):
    shown = re.findall(r"^    \$ hookproof (explain .*)\n    (.*)$", README, re.MULTILINE)[number]
    monkeypatch.setenv("HTTP_TASK_SECRET", SECRET)
    body, headers = fault()
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    (tmp_path / "refused.http").write_bytes(f"POST /hooks HTTP/1.1\r\n{head}\r\n".encode() + body)
    done = run_here(*shown[0].split(), cwd=tmp_path)
    assert (1, shown[1]) == (done.returncode, done.stdout.decode().splitlines()[0])
