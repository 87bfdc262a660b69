"""`hookproof receive`, as a person meets it."""

from __future__ import annotations

import json
import logging
import re
import runpy
import shlex
import signal
import socket
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hookproof.schemes import names
from hookproof.testing import SECRET, signed_headers
from hookproof_receiver.cli.declared import SECRET_FILE, make_first_secret
from hookproof_runtime.command_line import main

from ..wire import exchange, good, head, signed
from .conftest import Folder, Program

GHOST = Path(__file__).parents[3] / "examples" / "schemes" / "ghost.py"
BODY = b'{"order": 4}'
SETTINGS = """
[receiver]
database = "sqlite:///kept/inbox.db"
log = "{log}"
[[receiver.endpoint]]
path = "/hooks/test"
secrets = [{{ label = "2026-11", env = "ORDERS_SECRET" }}]
handler = "shop:order"
"""
SHOP = """
from hookproof_receiver import Receiver

def order(message):
    if message.json()["order"] == 0:
        raise OSError("the printer is on fire\\x1b[31m")
    return 200, {"shipped": message.json()["order"]}

receiver = Receiver("sqlite:///shop.db")
receiver.on("/hooks/test", secrets="%s")(order)
something = 1
"""


@pytest.fixture
def shop(folder: Folder) -> Folder:
    (folder.path / "shop.py").write_text(SHOP % SECRET)
    return folder


def test_the_first_five_minutes(folder: Folder) -> None:
    """With nothing at all: a secret, an endpoint, the line that reaches it, and what came of it."""
    with folder.receive() as program:
        tried = shlex.split(program.line().removeprefix("try:"))
        sent = folder.run(*tried[1:])
        received, answered = program.line(), program.line()
        refused = exchange(program.port, signed(target="/hooks/demo"), expect=1).only
        said, nothing = program.line(), program.line()
        ended = program.end()
    secret = folder.path / ".hookproof/secret"

    assert program.ready == f"ready: http://127.0.0.1:{program.port}  /hooks/demo"
    assert program.pages == f"pages: http://127.0.0.1:{program.port}/"
    assert ("hookproof", "send") == tuple(tried[:2])
    assert 0 == sent.code, sent.err
    delivery_id = next(word for word in received.split() if word.startswith("dlv_"))
    assert "--> POST /hooks/demo  12 B" in received
    assert 'verified, secret ".hookproof/secret", 0.' in received
    assert "<-- 200 in " in answered
    assert delivery_id in answered
    assert "  msg_" in answered
    assert (401, "no_match") == (refused.status, refused.code)
    assert "refused, no_match: the signature was not made with the secret over these 12 bytes" in said
    assert "<-- 401 in " in nothing
    assert (0, "stopped\n") == (ended.code, ended.err)
    assert 0o600 == stat.S_IMODE(secret.stat().st_mode)
    assert secret.read_text().strip() not in received + answered + said + "".join(tried)


def test_pages_are_there_under_the_names_that_are_given_and_can_be_left_out(folder: Folder) -> None:
    def status(program: Program, host: str) -> int:
        return exchange(
            program.port, head([("Host", host)], target="/", method="GET"), expect=1
        ).only.status

    with folder.receive("--host", "www.example.com", "--host", "receiver.test") as program:
        hosts = ("www.example.com:3005", "receiver.test", "localhost", "other.example")
        assert [200, 200, 200, 421] == [status(program, host) for host in hosts]
        program.end()
    with folder.receive("--no-pages") as program:
        assert (404, "") == (status(program, "localhost"), program.pages)
        program.end()
    (folder.path / "hookproof.toml").write_text('[receiver]\nhosts = ["www.example.com"]\n')
    with folder.receive() as program:
        assert [200, 421] == [status(program, host) for host in ("www.example.com", "other.example")]
        program.end()
    wrong = folder.run("receive", "--listen", "127.0.0.1:0", "--host", "http://www.example.com")
    assert 2 == wrong.code
    assert "is no host for the pages to answer to" in wrong.err


@pytest.mark.parametrize("server", ["waitress", "granian"])
def test_where_others_can_come_the_pages_need_a_login(folder: Folder, server: str) -> None:
    """WEB-10, through the command."""
    words = ("receive", "--listen", "0.0.0.0:0", "--server", server)
    with folder.run_until_stopped(*words) as program:
        asked = head([("Host", "127.0.0.1")], target="/deliveries", method="GET")
        response = exchange(program.port, asked, expect=1).only
        assert (303, "/login?next=%2Fdeliveries") == (response.status, response.headers["location"])
        url = f"http://127.0.0.1:{program.port}/"
        assert f"pages: {url}  to log in: hookproof token new --scope pages" == program.line()


def test_a_second_start_has_the_same_secret_and_ctrl_c_says_no_more(folder: Folder) -> None:
    (folder.path / ".hookproof").mkdir()
    (folder.path / ".hookproof/secret").write_text(SECRET + "\n")
    with folder.receive("--ready-file", "ready") as program:
        status = good(program.port, target="/hooks/demo").status
        ended = program.end(signal.SIGINT)

    assert 200 == status
    assert (130, "stopped\n") == (ended.code, ended.err)
    assert f"http://127.0.0.1:{program.port}\n" == (folder.path / "ready").read_text()


def test_endpoints_of_the_settings_and_why_a_handler_failed(shop: Folder) -> None:
    (shop.path / "hookproof.toml").write_text(SETTINGS.format(log="console"))
    with shop.receive(ORDERS_SECRET=SECRET) as program:
        shipped = good(program.port)
        program.line(), program.line()
        failed = good(program.port, body=b'{"order": 0}')
        program.line()
        answered = program.line()

    assert (200, b'{"shipped":4}') == (shipped.status, shipped.body)
    assert (500, "handler_failed") == (failed.status, failed.code)
    assert "<-- 500 in " in answered
    assert "handler failed: OSError: the printer is on fire\\x1b[31m" in answered
    assert (shop.path / "kept/inbox.db").exists()


def test_endpoints_of_every_scheme_are_set(folder: Folder) -> None:
    (folder.path / "hookproof.toml").write_text(
        "".join(
            f'[[receiver.endpoint]]\npath = "/hooks/{scheme}"\nscheme = "{scheme}"\n'
            'secrets = [{ label = "new", env = "ORDERS_SECRET" }]\n'
            for scheme in names()
        )
    )
    verdicts = {}
    with folder.receive(ORDERS_SECRET=SECRET) as program:
        for scheme in names():
            headers = signed_headers(BODY, scheme=scheme)
            fields = [("Host", "a"), ("Content-Length", str(len(BODY))), *headers.items()]
            data = head(fields, target=f"/hooks/{scheme}") + BODY
            assert 200 == exchange(program.port, data, expect=1).only.status
            verdicts[scheme] = program.line().partition("verified, ")[2]
            program.line()
        warned = [line for line in program.end().err.splitlines() if "nothing stops a replay" in line]

    for scheme, verdict in verdicts.items():
        age = "" if scheme.startswith("github") else r", -?\d\.\d s old"
        assert re.fullmatch(f'secret "new"{age}', verdict), (scheme, verdict)
    assert 2 == len(warned)


def test_a_scheme_of_ones_own_is_guarded_by_the_server_too(folder: Folder) -> None:
    (folder.path / "ghost.py").write_text(GHOST.read_text())
    (folder.path / "blog.py").write_text(
        "from ghost import Ghost\nfrom hookproof_receiver import Receiver\n"
        'receiver = Receiver("sqlite:///blog.db")\n'
        f'receiver.on("/hooks/ghost", scheme=Ghost(), secrets="{SECRET}")\n'
    )
    headers = signed_headers(BODY, scheme=runpy.run_path(str(GHOST))["Ghost"]())
    fields = [("Host", "a"), ("Content-Length", str(len(BODY))), *headers.items()]
    with folder.receive("--app", "blog:receiver") as program:
        statuses = [
            exchange(program.port, head(more, target="/hooks/ghost") + BODY, expect=1).only.status
            for more in (fields, [*fields, *headers.items()])
        ]

    assert [200, 400] == statuses


@pytest.mark.parametrize("server", ["waitress", "granian"])
def test_json_lines_carry_the_ids_and_the_server_says_nothing_of_its_own(
    shop: Folder, server: str
) -> None:
    (shop.path / "hookproof.toml").write_text(SETTINGS.format(log="json"))
    guid = "11111111-2222-4333-8444-555555555555"
    with shop.receive("--server", server, "--ready-file", "ready", ORDERS_SECRET=SECRET) as program:
        answer = good(program.port, guid=guid)
        url = (shop.path / "ready").read_text()
        ended = program.end()
    *written, stopped = ended.err.splitlines()
    lines = [json.loads(line) for line in written]
    ours = {line["event"]: line for line in lines if line.get("guid") == guid}

    assert answer.headers["hookproof-delivery"] == ours["received"]["delivery"]
    assert answer.headers["hookproof-message"] == ours["answered"]["message"]
    assert 200 == ours["answered"]["status"]
    assert (0, "", "stopped") == (ended.code, ended.out, stopped)
    assert f"http://127.0.0.1:{program.port}\n" == url
    assert SECRET not in ended.err


def test_a_receiver_made_in_python(shop: Folder) -> None:
    with shop.receive("--app", "shop:receiver") as program:
        answer = good(program.port)

    assert program.ready.endswith("  /hooks/test")
    assert (200, b'{"shipped":4}') == (answer.status, answer.body)
    assert not (shop.path / ".hookproof").exists()


def test_a_flag_comes_before_the_variable_before_the_file(shop: Folder) -> None:
    (shop.path / "hookproof.toml").write_text(SETTINGS.format(log="json"))
    given = {"ORDERS_SECRET": SECRET, "HOOKPROOF_RECEIVE_DATABASE": "sqlite:///variable.db"}
    with shop.receive("--log", "console", **given) as program:
        assert 200 == good(program.port).status
        assert "-->" in program.line()

    assert (shop.path / "variable.db").exists()
    assert not (shop.path / "kept").exists()


WRONG = [
    pytest.param(("--threads", "8", "--running", "8"), 2, "running (8) must be below", id="running"),
    pytest.param(("--max-body", "8"), 2, "a size is a number above 0 and a unit", id="size"),
    pytest.param(("--answer-within", "25"), 2, "a duration is a number and a unit", id="duration"),
    pytest.param(("--listen", "8080"), 2, "listen at HOST:PORT", id="listen"),
    pytest.param(("--listen", "192.0.2.1:0"), 3, "cannot listen at 192.0.2.1:0", id="address"),
    pytest.param(("--database", "mysql://x/y"), 2, "not supported yet", id="mysql"),
    pytest.param(("--database", "sqlite:///text/x.db"), 3, "cannot be made", id="folder"),
    pytest.param(("--database", "sqlite:///text"), 3, "cannot be used", id="no database"),
    pytest.param(("--database", "sqlite://a/x.db"), 2, "three slashes", id="slashes"),
    pytest.param(("--database", "sqlite+aiosqlite:///x.db"), 2, "not supported yet", id="driver"),
    pytest.param(("--listen", "a..b:80"), 3, "it is no host's name", id="host"),
    pytest.param(("--config", "wrong.toml"), 2, "did you mean 'listen'?", id="settings"),
    pytest.param(("--lisen", "x"), 2, "for example: hookproof receive", id="flag"),
    pytest.param(("--app", "hp_many:receiver"), 2, "running (64) must be below threads (64)", id="own"),
    pytest.param(("--app", "hp_many:receiver"), 2, "messages_kept is 7 d at least", id="and more"),
    pytest.param(("--app", "hp_many:receiver"), 2, "the endpoint /deliveries cannot be", id="place"),
    pytest.param(("--app", "here"), 2, "'here' is not module:name, such as shop:receiver", id="form"),
    pytest.param(("--app", "hp_nowhere:receiver"), 2, "hp_nowhere cannot be imported", id="module"),
    pytest.param(("--app", "hp_broken:receiver"), 2, ", hp_broken.py line 1)", id="broken"),
    pytest.param(("--app", "hp_shop:recever"), 2, "hp_shop has no 'recever'", id="name"),
    pytest.param(("--app", "hp_shop:something"), 2, "something is int, not a Receiver", id="kind"),
    pytest.param(
        ("--app", "hp_shop:receiver", "--database", "sqlite:///x.db"),
        2,
        "the database is defined twice",
        id="database",
    ),
]


@pytest.mark.parametrize(("words", "code", "sentence"), WRONG)
@pytest.mark.usefixtures("as_it_was")
def test_what_is_wrong_is_a_sentence_and_an_exit_code(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hp_shop.py").write_text(SHOP % SECRET)
    (tmp_path / "hp_broken.py").write_text("1 / 0\n")
    (tmp_path / "hp_many.py").write_text(
        "from hookproof_receiver import Receiver\nreceiver = Receiver(running=64)\n"
        f"receiver.on('/deliveries', secrets={SECRET!r})\n"
    )
    if "hp_many:receiver" in words:
        (tmp_path / "hookproof.toml").write_text('[receiver]\nmessages_kept = "1 d"\n')
    (tmp_path / "text").write_text("long enough to be no header of a database\n" * 20)
    (tmp_path / "wrong.toml").write_text("[receiver]\nlisten_ = 1\n")
    with pytest.raises(SystemExit) as left:
        main(["receive", "--listen", "127.0.0.1:0", *words])
    out, err = capfd.readouterr()

    assert (code, "") == (left.value.code, out)
    assert sentence in err
    assert "Traceback" not in err


@pytest.mark.usefixtures("as_it_was")
def test_where_granian_is_missing_the_extra_is_named_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "granian", None)
    monkeypatch.delitem(sys.modules, "hookproof_receiver.serving.granian", raising=False)
    for name in [name for name in sys.modules if name.startswith("granian.")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(SystemExit) as left:
        main(["receive", "--listen", "127.0.0.1:0", "--server", "granian"])

    assert 3 == left.value.code
    assert "pip install 'hookproof[granian]'" in capfd.readouterr().err
    assert [] == list(tmp_path.iterdir())


def test_receivers_that_start_at_once_have_the_same_first_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    start = threading.Barrier(8)
    held: list[bytes] = []

    def begin() -> None:
        start.wait()
        make_first_secret()
        held.append(SECRET_FILE.read_bytes())

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [SECRET_FILE.read_bytes()] * 8 == held
    assert [SECRET_FILE.name] == [one.name for one in SECRET_FILE.parent.iterdir()]


def test_where_the_port_is_taken_nothing_is_made(folder: Folder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ended = folder.run("receive", "--listen", f"127.0.0.1:{other.getsockname()[1]}")

    assert 3 == ended.code
    assert "cannot listen at" in ended.err
    assert [] == list(folder.path.iterdir())


@pytest.fixture
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a command changes in its process is put back."""
    root = logging.getLogger()
    handlers, level, modules = root.handlers[:], root.level, set(sys.modules)
    monkeypatch.setattr(sys, "path", sys.path[:])
    yield
    root.handlers[:], root.level = handlers, level
    for name in set(sys.modules) - modules:
        if name.startswith("hp_"):
            del sys.modules[name]


def test_a_reader_that_goes_away_costs_no_message(folder: Folder) -> None:
    with folder.receive() as program:
        secret = (folder.path / ".hookproof/secret").read_bytes().strip()
        assert program.line().startswith("try:")
        assert program.process.stdout is not None
        program.process.stdout.close()
        answers = [
            good(program.port, target="/hooks/demo", secret=secret, body=b"%d" % number).status
            for number in range(3)
        ]

    assert [200, 200, 200] == answers
