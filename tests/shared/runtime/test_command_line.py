"""The frame of the command line: exit codes, one sentence an error, one precedence."""

import contextlib
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading

import click
import pytest
from tests.in_process import run_here

from hookproof.schemes import names
from hookproof_runtime.command_line import main
from hookproof_runtime.command_line.root import TABLE, root

NASTY = "\x1b]0;renamed\x07\x1b[2J\x9b31m\u202e"
"""What renames a terminal's window, empties it, and turns its writing round."""


def hookproof(*words):
    """Run the real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "hookproof_runtime", *words], capture_output=True, timeout=60
    )


def said(run):
    return run.stderr.decode()


def test_the_help_names_every_command_with_one_line():
    run = hookproof("--help")
    assert 0 == run.returncode
    for name, entry in TABLE.items():
        assert name in run.stdout.decode()
        assert entry.help.split()[0] in run.stdout.decode()


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(run_here, id="here"),
        pytest.param(hookproof, marks=pytest.mark.long, id="first of all"),
    ],
)
@pytest.mark.parametrize("name", list(TABLE))
def test_every_command_can_be_imported_and_helps(run, name):
    ended = run(name, "--help")
    assert 0 == ended.returncode, said(ended)
    assert b"Usage: hookproof " + name.encode() in ended.stdout


def groups(command, name=""):
    if isinstance(command, click.Group):
        yield pytest.param(command, id=name)
        for one in command.list_commands(context := click.Context(command, info_name=name)):
            yield from groups(command.get_command(context, one), f"{name} {one}".strip())


@pytest.mark.parametrize("group", list(groups(root)))
def test_a_group_s_help_has_each_command_s_line_whole(group):
    assert "..." not in group.get_help(click.Context(group)).partition("Commands:")[2]


@pytest.mark.parametrize("words", [[], ["inbox"], ["outbox"]], ids=lambda words: " ".join(words))
def test_a_group_without_a_command_shows_its_help_and_a_line_that_works(words):
    run = hookproof(*words)
    *_, example, more = said(run).splitlines()
    assert example.startswith(" ".join(["for example: hookproof", *words]))
    assert more == " ".join(["more: hookproof", *words, "--help"])
    assert "hookproof: Usage" not in said(run)


def test_an_unknown_command_is_answered_with_the_nearest():
    run = hookproof("sgin")
    assert 2 == run.returncode
    assert "did you mean 'sign'?" in said(run)


def test_a_missing_argument_ends_with_a_line_that_would_have_worked():
    run = run_here("verify")
    assert 2 == run.returncode
    assert "for example: hookproof verify --body" in said(run)
    assert "Traceback" not in said(run)


def test_the_version_is_the_library_s():
    from hookproof import __version__

    assert __version__ in run_here("--version").stdout.decode()


@pytest.fixture
def signed(tmp_path, monkeypatch):
    """A folder with a body, a secret in the environment, and the header that goes with both."""
    monkeypatch.setenv("ORDERS_SECRET", "a-canary-that-is-never-printed")
    (tmp_path / "body").write_bytes('{"order": 4, "who": "Zoë 🚚"}\n'.encode())
    run = run_here("sign", "--body", "body", "--secret-env", "ORDERS_SECRET", cwd=tmp_path)
    assert 0 == run.returncode, said(run)
    return tmp_path, run.stdout.decode().strip()


def test_what_sign_prints_is_what_verify_takes(signed):
    folder, header = signed
    run = run_here(
        "verify",
        "--body",
        "body",
        "--header",
        header,
        "--secret-env",
        "ORDERS_SECRET",
        "--json",
        cwd=folder,
    )
    assert 0 == run.returncode, said(run)
    document = json.loads(run.stdout)
    assert {
        "schema": 1,
        "verdict": "valid",
        "code": None,
        "scheme": "http-task",
        "secret_label": "ORDERS_SECRET",
        "guid": None,
    }.items() <= document.items()
    assert 0 <= document["age_s"] < 60
    assert document["signed_at"].endswith("Z")


def test_a_body_from_standard_input_is_taken_to_the_byte(signed):
    folder, header = signed
    body = (folder / "body").read_bytes()
    words = ("verify", "--body", "-", "--header", header, "--secret-env", "ORDERS_SECRET")
    assert 0 == run_here(*words, stdin=body).returncode
    assert 1 == run_here(*words, stdin=body.rstrip(b"\n")).returncode


def test_a_refusal_is_exit_code_1_with_its_code_and_no_secret(signed):
    folder, header = signed
    run = run_here(
        "verify", "--body", "/dev/null", "--header", header, "--secret-env", "ORDERS_SECRET", cwd=folder
    )
    assert 1 == run.returncode
    assert run.stdout.startswith(b"refused (no_match): ")
    assert b"canary" not in run.stdout + run.stderr


def test_an_old_message_is_judged_at_its_own_time(tmp_path, monkeypatch):
    monkeypatch.setenv("HOOKPROOF_SECRET", "the-default-variable")
    (tmp_path / "body").write_bytes(b"{}")
    sign = run_here("sign", "--body", "body", "--at", "2026-01-01T00:00:00Z", cwd=tmp_path)
    header = sign.stdout.decode().strip()
    assert "t=1767225600000," in header
    words = ("verify", "--body", "body", "--header", header)
    late = run_here(*words, "--json", cwd=tmp_path)
    assert (1, "too_old") == (late.returncode, json.loads(late.stdout)["code"])
    assert 0 == run_here(*words, "--at", "1767225601", cwd=tmp_path).returncode


def test_one_signs_with_one_secret(tmp_path):
    words = ("--secret-env", "A", "--secret-file", "b")
    run = run_here("sign", "--body", "/dev/null", *words, cwd=tmp_path)
    assert 2 == run.returncode
    assert "not both" in said(run)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(
            ["--secret-env", "NOT_SET_ANYWHERE"], "NOT_SET_ANYWHERE is not set", id="variable"
        ),
        pytest.param(["--secret-file", "none"], "none cannot be read", id="file"),
        pytest.param([], "there is no secret", id="none"),
        pytest.param(["--secret-env", "QUOTED"], "quote", id="quoted"),
        pytest.param(["--secret-env", "GOOD", "--scheme", "http-tsk"], "'http-task'", id="scheme"),
        pytest.param(["--secret-env", "GOOD", "--tolerance", "5"], "a number and a unit", id="unit"),
        pytest.param(["--secret-env", "GOOD", "--at", "yesterday"], "is no time", id="time"),
        pytest.param(["--secret-env", "GOOD", "--header", "x"], "'Name: value'", id="header"),
    ],
)
def test_what_is_wrong_in_a_command_is_a_sentence_and_exit_code_2(
    tmp_path, monkeypatch, words, sentence
):
    monkeypatch.setenv("QUOTED", '"in-quotes"')
    monkeypatch.setenv("GOOD", "a-good-secret")
    run = run_here("verify", "--body", "/dev/null", *words, cwd=tmp_path)
    assert 2 == run.returncode
    assert sentence in said(run)
    assert "Traceback" not in said(run)
    assert "in-quotes" not in said(run)


def test_a_new_secret_is_strong_and_goes_into_a_file_of_its_owner_s(tmp_path):
    first, second = run_here("secret", "new"), run_here("secret", "new")
    assert 43 == len(first.stdout.decode().strip())
    assert first.stdout != second.stdout
    assert 0 == run_here("secret", "new", "--file", "kept/secret", cwd=tmp_path).returncode
    assert 0o600 == (tmp_path / "kept/secret").stat().st_mode & 0o777
    again = run_here("secret", "new", "--file", "kept/secret", cwd=tmp_path)
    assert 2 == again.returncode
    assert "never overwritten" in said(again)


@pytest.mark.parametrize("scheme", names())
def test_every_scheme_makes_its_secret_signs_and_verifies(tmp_path, scheme):
    words = ("--scheme", scheme, "--secret-file", "secret", "--body", "body")
    (tmp_path / "body").write_bytes(b'{"order": 4}')
    made = run_here("secret", "new", "--scheme", scheme, "--file", "secret", cwd=tmp_path)
    assert 0 == made.returncode, said(made)
    signed = run_here("sign", *words, cwd=tmp_path).stdout.decode().splitlines()
    headers = [word for line in signed for word in ("--header", line)]
    run = run_here("verify", *words, *headers, "--json", cwd=tmp_path)
    assert (0, scheme) == (run.returncode, json.loads(run.stdout)["scheme"]), said(run)
    run = run_here("verify", *words, *headers, "--body", "secret", cwd=tmp_path)
    assert (1, b"refused (no_match): ") == (run.returncode, run.stdout[:20])


def test_a_message_s_id_is_signed_and_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("HOOKPROOF_SECRET", "whsec_bm90LWEtcmVhbC1zZWNyZXQtbm90LWEtcmVhbC1vbmU=")
    words = ("--scheme", "standard-webhooks", "--body", "/dev/null")
    signed = run_here("sign", *words, "--message-id", "msg_7").stdout.decode().splitlines()
    headers = [word for line in signed for word in ("--header", line)]
    assert "msg_7" == json.loads(run_here("verify", *words, *headers, "--json").stdout)["message_id"]
    assert b", message msg_7" in run_here("verify", *words, *headers).stdout
    wrong = run_here("sign", "--body", "/dev/null", "--message-id", "msg_7")
    assert 2 == wrong.returncode
    assert "leave message_id out" in said(wrong)


def test_the_schemes_are_listed_with_what_matters_of_each():
    text = run_here("schemes").stdout.decode()
    listed = json.loads(run_here("schemes", "--json").stdout)["schemes"]
    assert list(names()) == [scheme["name"] for scheme in listed]
    for scheme in listed:
        assert f"{scheme['name']}\n  headers   {', '.join(scheme['headers'])}\n" in text
        assert f"  secret    {scheme['secret']}\n" in text
    assert {
        "name": "github",
        "headers": ["X-Hub-Signature-256"],
        "unit": None,
        "identity": "none",
    }.items() <= listed[3].items()


def test_config_show_says_where_each_setting_came_from(tmp_path, monkeypatch):
    monkeypatch.setenv("HOOKPROOF_RECEIVE_LISTEN", "127.0.0.1:9")
    monkeypatch.setenv("HOOKPROOF_SEND_ALLOW_LOOPBACK", "1")
    (tmp_path / "hookproof.toml").write_text(
        '[receiver]\nthreads = 8\n[[receiver.endpoint]]\npath = "/a"\n'
        'secrets = [{ label = "new", value = "canary-in-the-file" }]\n'
    )
    run = run_here("config", "show", "--json", cwd=tmp_path)
    assert 0 == run.returncode, said(run)
    settings = json.loads(run.stdout)["settings"]
    spans = {row["key"]: row["value_s"] for row in settings if "value_s" in row}
    assert (30.0, 25.0) == (spans["sender.deadline"], spans["receiver.answer_within"])
    rows = {row["key"]: (row.get("value"), row["source"]) for row in settings}
    assert ("127.0.0.1:9", "HOOKPROOF_RECEIVE_LISTEN") == rows["receiver.listen"]
    assert ("1", "HOOKPROOF_SEND_ALLOW_LOOPBACK") == rows["sender.allowLoopback"]
    assert (8, "file") == rows["receiver.threads"]
    assert ("waitress", "default") == rows["receiver.server"]
    assert ("new", "file") == rows["receiver.endpoint[0].secrets[0].label"]
    shown = run_here("config", "show", cwd=tmp_path).stdout
    assert b"canary" not in run.stdout + shown
    lines = [line.split(maxsplit=1) for line in shown.decode().splitlines()]
    values = {name: rest[:36].strip() for name, rest in lines}
    assert ("7 d", "25 s", "8 MiB", "600 s") == tuple(
        values[f"receiver.{key}"]
        for key in ("bodies_kept", "answer_within", "max_body", "endpoint[0].link_window")
    )


def test_a_value_that_is_refused_is_said_to_stand_where_it_stands(tmp_path, monkeypatch):
    words = ("send", "http://127.0.0.1:9/", "--data", "{}")
    typed = run_here(*words, "--deadline", "soon", cwd=tmp_path)
    monkeypatch.setenv("HOOKPROOF_SEND_DEADLINE", "soon")
    from_environment = run_here(*words, cwd=tmp_path)
    assert (2, 2) == (typed.returncode, from_environment.returncode)
    assert "not 'soon' (it stands in HOOKPROOF_SEND_DEADLINE)" in said(from_environment)
    assert "it stands in" not in said(typed)


def test_a_settings_file_with_problems_is_exit_code_2_and_names_all_of_them(tmp_path):
    (tmp_path / "hookproof.toml").write_text("[receiver]\nthreds = 8\n[sender]\ndeadline = 3\n")
    run = run_here("config", "show", cwd=tmp_path)
    assert 2 == run.returncode
    assert "receiver.threds" in said(run)
    assert "sender.deadline" in said(run)


def test_wait_gives_up_when_time_is_up_and_says_why():
    run = run_here("wait", "http://127.0.0.1:9/", "--timeout", "200 ms")
    assert 1 == run.returncode
    assert "did not answer within 0.2 s" in said(run)


def test_wait_ends_when_the_url_answers(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline().split()[5])
        try:
            assert 0 == run_here("wait", f"http://127.0.0.1:{port}/").returncode
        finally:
            server.kill()


def test_a_reader_that_goes_away_is_no_traceback():
    run = subprocess.run(
        f"{sys.executable} -m hookproof_runtime --help | head -n 1",
        shell=True,
        capture_output=True,
        timeout=60,
    )
    assert b"" == run.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has /dev/full")
def test_an_output_that_cannot_be_written_is_a_sentence():
    with open("/dev/full", "wb") as full:
        run = subprocess.run(
            [sys.executable, "-m", "hookproof_runtime", "config", "show"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    sentence = b"hookproof: the output cannot be written: No space left on device\n"
    assert (3, sentence) == (run.returncode, run.stderr)


def test_a_stream_that_is_closed_leads_nowhere_and_is_no_traceback(tmp_path):
    look = """
import os, sys
from hookproof_runtime.command_line import main
try:
    main(["--version"])
finally:
    there = [os.readlink(f"/proc/self/fd/{one}") for one in range(3)]
    open("there", "w").write(" ".join([*there, str(sys.stdout.isatty())]))
"""
    line = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-W", "error", "-c", look]
    assert 0 == subprocess.run(line, cwd=tmp_path, check=False).returncode
    assert "/dev/null /dev/null /dev/null False" == (tmp_path / "there").read_text()


def test_wait_says_so_where_something_else_than_http_answers():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet():
            with contextlib.suppress(OSError):  # closed: the test is over
                while True:
                    with server.accept()[0] as peer:
                        peer.sendall(b"SSH-2.0-peer\r\n")

        threading.Thread(target=greet, daemon=True).start()
        port = server.getsockname()[1]
        run = run_here("wait", f"http://127.0.0.1:{port}/", "--timeout", "300 ms")
    assert 1 == run.returncode
    assert "what came back is not HTTP" in said(run)


@pytest.fixture
def scripted():
    """A port whose answers have the statuses that are put into the list, 200 where none is left."""
    statuses: list[int] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status = statuses.pop(0) if statuses else 200
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=lambda: server.serve_forever(0.01))
        thread.start()
        yield statuses, f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("answers", "words", "code", "left"),
    [
        pytest.param([503, 500, 404, 7], (), 0, [7], id="below 500"),
        pytest.param([302, 7], (), 0, [7], id="a redirect is an answer"),
        pytest.param([404, 204, 302, 200, 7], ("--status", "200"), 0, [7], id="a status"),
        pytest.param([404, 503, 7], ("--status", "200", "--status", "503"), 0, [7], id="two"),
    ],
)
def test_wait_waits_for_a_status(scripted, answers, words, code, left):
    statuses, url = scripted
    statuses.extend(answers)
    with pytest.raises(SystemExit) as ended:
        main(["wait", url, *words])
    assert (code, left) == (ended.value.code, statuses)


def test_wait_says_which_status_it_got_and_which_it_wanted(scripted):
    statuses, url = scripted
    statuses.extend([503] * 100)
    run = run_here("wait", url, "--timeout", "200 ms", "--status", "204")
    assert 1 == run.returncode
    assert "did not answer with 204 within 0.2 s: status 503" in said(run)


@pytest.mark.parametrize(
    "url",
    ["127.0.0.1:8080", "http://", "http://127.0.0.1:x/", "ftp://a/", "http://a b/", "http://a:0/"],
)
def test_wait_refuses_at_once_what_is_no_url(url, capfd):
    with pytest.raises(SystemExit) as left:
        main(["wait", url, "--timeout", "60 s"])
    assert 2 == left.value.code
    assert "such as http://127.0.0.1:8080/" in capfd.readouterr().err


def test_wait_is_interrupted_with_130():
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "hookproof_runtime",
                "wait",
                f"http://127.0.0.1:{silent.getsockname()[1]}/",
            ],
            stderr=subprocess.PIPE,
        ) as waiting,
        silent.accept()[0],
    ):
        waiting.send_signal(signal.SIGINT)
        _, err = waiting.communicate(timeout=30)
    assert (130, b"interrupted") == (waiting.returncode, err.strip())


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        pytest.param(("demo", "--keep", "here/x"), 2, "here/x cannot be made", id="demo's folder"),
        pytest.param(
            ("test", "http://127.0.0.1/", "--deadline", "4000 d"), 2, "at most 3650 d", id="duration"
        ),
        pytest.param(
            ("sign", "--body", "here", "--secret-file", "here", "--at", "0001-01-01T00:00:00+14:00"),
            2,
            "is no time",
            id="a time before all time",
        ),
    ],
)
def test_what_nobody_can_mean_is_a_sentence(tmp_path, words, code, sentence):
    (tmp_path / "here").write_text("a-secret")
    run = run_here(*words, cwd=tmp_path)
    assert (code, b"") == (run.returncode, run.stdout)
    assert sentence in said(run)
    assert "Traceback" not in said(run)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("send", "FILE"), id="a task of somebody else's"),
        pytest.param(("plan", "graph", "FILE"), id="a plan of somebody else's"),
        pytest.param(("sign", "--body", "FILE", "--secret-env", f"{NASTY}ENV"), id="a word"),
        pytest.param((f"{NASTY}command",), id="no command"),
    ],
)
def test_no_error_does_anything_to_a_terminal(tmp_path, words):
    record = {NASTY: 1, "method": "post", "headers": {NASTY: NASTY}, "secretKeyEnv": NASTY}
    file = tmp_path / "strange.json"
    file.write_text(json.dumps(record))
    ended = run_here(*(str(file) if word == "FILE" else word for word in words))
    assert 2 == ended.returncode
    assert [] == [char for char in said(ended) if not char.isprintable() and char != "\n"]
    assert "\\x1b]0;renamed" in said(ended)
