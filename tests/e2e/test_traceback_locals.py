"""No secret stands among the locals of a traceback that leaves hookproof.

Some tools print them. The frames of whoever called are their own, and so are bodies and the headers of
a request that is verified: what is handed in as it is to be signed or proved is not hidden.
"""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from tests.e2e.canary import SECRET, TOKEN, seen

from hookproof import Secret, Signer, Verifier
from hookproof_receiver import Receiver
from hookproof_receiver.tokens import signing_key
from hookproof_runtime.secret_places import SecretPlace, write_new_secret
from hookproof_runtime.settings import ReceiverSettings, load
from hookproof_sender import HttpTask, Sender, load_task
from hookproof_sender.outbox import Outbox

RECORD = {
    "method": "post",
    "url": f"http://127.0.0.1:9/hooks?token={TOKEN}",
    "headers": {"Authorization": f"Bearer {TOKEN}"},
    "body": "{}",
    "maxRetries": 0,
}
TASK = HttpTask.model_validate(RECORD)
SHORT_KEY = "whsec_" + base64.b64encode(SECRET.encode()).decode()
SIGNED = HttpTask.model_validate(RECORD | {"secretKey": SECRET})


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("A_SECRET", f"{SECRET} ")


def frames(error: BaseException) -> Iterator[str]:
    """What a traceback with locals shows of each frame but this file's own."""
    shown: BaseException | None = error
    while shown is not None:
        yield f"{shown!r} {shown}"
        for frame, line in traceback.walk_tb(shown.__traceback__):
            if frame.f_code.co_filename != __file__:
                yield f"{frame.f_code.co_filename}:{line} {_locals(frame.f_locals)}"
        shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)


def _locals(values: Mapping[str, Any]) -> dict[str, str]:
    shown = {}
    for name, value in values.items():
        with suppress(AttributeError):  # an object that is not made yet cannot always be shown
            shown[name] = repr(value)
    return shown


def boom(_event: object) -> None:
    raise RuntimeError("whoever looks on has a bug")


def reading(name: str, text: str, read: Callable[[Path], object]) -> None:
    path = Path(name)
    path.write_text(text)
    read(path)


def without_its_table(engine: sqlalchemy.Engine, act: Callable[[Outbox], object]) -> None:
    outbox = Outbox(engine)
    with outbox.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE hookproof_outbox")
    act(outbox)


def plain_engine() -> sqlalchemy.Engine:
    """As an application makes one: its errors show the parameters."""
    return sqlalchemy.create_engine("sqlite:///app.db")


def by_sqlite3(outbox: Outbox) -> None:
    with closing(sqlite3.connect("app.db")) as connection:
        outbox.enqueue(SIGNED, connection=connection)


def key_for_tokens(text: str, mode: int) -> None:
    Path("token.key").write_text(text)
    os.chmod("token.key", mode)
    signing_key(Path())


def included(**endpoint: Any) -> None:
    settings = {"endpoint": [{"path": "/hooks", "secrets": [endpoint]}]}
    Receiver().include(ReceiverSettings.model_validate(settings))


def sent(sender: Sender, task: HttpTask = TASK, secret: str | None = SECRET) -> None:
    sender.send(task, secret=secret)


def settings_file(rest: str) -> str:
    secrets = f'secrets = [{{ label = "a", value = "{SECRET}" }}]'
    return f'[[receiver.endpoint]]\npath = "/hooks"\n{secrets}\n{rest}'


def case(name: str, act: Callable[[], object]) -> Any:
    return pytest.param(act, id=f"SEC-4/{name}")


@pytest.mark.parametrize(
    "act",
    [
        case("a wrong secret", lambda: Secret(f"{SECRET} ")),
        case("as bytes", lambda: Secret(f"{SECRET}\n".encode())),
        case("no UTF-8", lambda: Secret(SECRET + "\ud800")),
        case("a wrong label", lambda: Secret(SECRET, label=7)),  # type: ignore[arg-type]
        case("one of a ring", lambda: Verifier(secrets=["good one", f"{SECRET}\n"])),
        case("a ring with something else", lambda: Verifier(secrets=[SECRET, 7])),  # type: ignore[list-item]
        case("no such scheme", lambda: Verifier("nope", secrets=SECRET)),
        case("no such tolerance", lambda: Verifier(secrets=[SECRET], tolerance=0)),
        case("not of the scheme", lambda: Verifier("standard-webhooks", secrets=SECRET)),
        case("of another scheme", lambda: Signer("github", secrets=f"ghp_{SECRET}")),
        case("too short a key", lambda: Signer("standard-webhooks", secrets=SHORT_KEY)),
        case("no scheme to sign by", lambda: Signer("nope", secrets=(SECRET,))),
        case("a body to sign that is text", lambda: Signer(secrets=SECRET).sign("{}")),  # type: ignore[arg-type]
        case("a body that is text", lambda: Verifier(secrets=SECRET).verify("{}", {})),  # type: ignore[arg-type]
        case("refused", lambda: Verifier(secrets=SECRET).verify(b"{}", {})),
        case(
            "other secrets to explain by",
            lambda: Verifier(secrets="good one").explain(b"{}", {}, also=[f"{SECRET} "]),
        ),
        case(
            "explained the wrong way round",
            lambda: Verifier(secrets="good one").explain({}, b"{}", also=SECRET),  # type: ignore[arg-type]
        ),
        case("a variable", lambda: SecretPlace(env="A_SECRET").fetch()),
        case(
            "a file",
            lambda: reading("s", f" {SECRET}", lambda path: SecretPlace(file=str(path)).fetch()),
        ),
        case("a file that is there", lambda: reading("s", "", lambda p: write_new_secret(p, SECRET))),
        case(
            "a folder that cannot be",
            lambda: reading("s", "", lambda p: write_new_secret(p / "s", SECRET)),
        ),
        case("a key for tokens that is short", lambda: key_for_tokens(TOKEN, 0o600)),
        case("a key for tokens that is open", lambda: key_for_tokens(TOKEN * 2, 0o644)),
        case("an endpoint's path", lambda: Receiver().on("hooks", secrets=SECRET)),
        case("an endpoint's secret", lambda: Receiver().on("/hooks", secrets=[f"{SECRET} "])),
        case("an endpoint's scheme", lambda: Receiver().on("/hooks", secrets=SECRET, scheme="nope")),
        case("an unsigned endpoint", lambda: Receiver().on("/hooks", secrets=SECRET, scheme="none")),
        case("a setting's value", lambda: included(label="a", value=f"{SECRET} ")),
        case("a setting's variable", lambda: included(label="a", env="A_SECRET")),
        case("settings that are no TOML", lambda: reading("h.toml", settings_file("x"), load)),
        case("settings with a wrong key", lambda: reading("h.toml", settings_file("x = 1"), load)),
        case("a task that is no JSON", lambda: reading("t.json", json.dumps(RECORD)[:-1], load_task)),
        case("a task that is no TOML", lambda: reading("t.toml", f'secretKey = "{SECRET}', load_task)),
        case("a task that is none", lambda: reading("t.json", json.dumps([SECRET]), load_task)),
        case(
            "a task with a wrong key",
            lambda: reading("t.json", json.dumps(RECORD | {"secretKey": SECRET, "x": 1}), load_task),
        ),
        case(
            "a task with a wrong secret",
            lambda: reading("t.json", json.dumps(RECORD | {"secretKey": f"{SECRET} "}), load_task),
        ),
        case(
            "a task with a wrong header",
            lambda: reading("t.json", json.dumps(RECORD | {"headers": {"A": f"{TOKEN} "}}), load_task),
        ),
        case("a task's secret", lambda: Sender().send(TASK, secret=f"{SECRET} ")),
        case("a test's secret", lambda: Sender().test(TASK, secret=f"{SECRET} ")),
        case(
            "a task's scheme", lambda: Sender(scheme="standard-webhooks").send(TASK, secret=[SECRET])
        ),
        case("whoever looks on at a start", lambda: sent(Sender(on_start=boom))),
        case("whoever looks on at an end", lambda: sent(Sender(on_attempt=boom), SIGNED, None)),
        case("no database", lambda: sent(Sender(database="sqlite:////proc/no/such.db"))),
        case(
            "an application's engine fails",
            lambda: without_its_table(plain_engine(), lambda one: one.enqueue(TASK, secret=SECRET)),
        ),
        case(
            "an application's engine fails with many",
            lambda: without_its_table(plain_engine(), lambda one: one.enqueue_all([SIGNED] * 3)),
        ),
        case(
            "an application's connection fails", lambda: without_its_table(plain_engine(), by_sqlite3)
        ),
    ],
)  # fmt: skip
def test_no_secret_stands_among_the_locals(act: Callable[[], object]) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011  (whatever it is)
        act()

    shown = list(frames(raised.value))
    assert len(shown) > 1
    assert [] == [frame for frame in shown if seen(frame)]


def test_a_secret_among_the_locals_would_be_seen() -> None:
    with pytest.raises(ValueError, match="Expecting") as raised:
        json.loads(f'{{"a": "{SECRET}"')

    assert any(seen(frame) for frame in frames(raised.value))
