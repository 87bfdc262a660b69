"""Every snippet, run in its own language against every vector, and as its users start it."""

import contextlib
import os
import re
import sqlite3
import subprocess

import pytest
from tests.examples.verify.catalogue import CATALOGUE
from tests.examples.verify.running import SNIPPETS as FOLDER
from tests.examples.verify.running import expected, missing, prepare, serving, status, taken, verdicts
from tests.examples.verify.table import README, lost, row
from tests.examples.verify.vectors import post
from tests.shared.vectors.vector import header

from hookproof.clock import system_clock
from hookproof_runtime.commands.snippet import SNIPPETS

SERVERS = [name for name, driven in CATALOGUE.items() if driven.kind == "server"]
NEW, OLD = "a-secret-of-the-snippets", "the-one-before"


def test_every_file_is_a_snippet_that_is_run():
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*") if path.is_file()}

    assert set(SNIPPETS) == set(CATALOGUE)
    assert files == {snippet.file for snippet in SNIPPETS.values()}


@pytest.mark.parametrize(
    ("first", "last", "files"),
    [
        pytest.param(
            "ELEMENT = ",
            "    return hashlib",
            [
                "python/verify.py",
                "python/flask_app.py",
                "python/django_views.py",
                "python/fastapi_app.py",
            ],
            id="Python",
        ),
        pytest.param(
            "const ELEMENT", 'update("http-task', ["node/http.mjs", "node/express.mjs"], id="JavaScript"
        ),
        pytest.param(
            "ELEMENT = ", "sha256.digest", ["java/Verify.java", "java/HookServlet.java"], id="Java"
        ),
        pytest.param("  ELEMENT = ", '"http-task', ["ruby/hook.rb", "ruby/sinatra_hook.rb"], id="Ruby"),
    ],
)
def test_a_language_checks_in_one_way_whatever_the_framework(first, last, files):
    block = re.compile(re.escape(first) + ".*" + re.escape(last), re.DOTALL)
    texts = [block.search((FOLDER / file).read_text("utf-8")) for file in files]

    assert all(texts)
    assert 1 == len({text[0] for text in texts if text})


def test_the_readme_says_what_is_lost_on_the_way():
    assert lost() in README.read_text("utf-8"), "run: make snippets"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A function that gives a snippet's folder, with all that it needs built in it once."""
    folders = {}

    def build(name):
        if lacking := missing(CATALOGUE[name]):
            sentence = f"the snippet {name} cannot run here: {lacking} is not installed"
            pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
        if name not in folders:
            folder = tmp_path_factory.mktemp(name)
            prepare(folder, SNIPPETS[name].file, CATALOGUE[name])
            folders[name] = folder
        return folders[name]

    return build


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", CATALOGUE)
def test_it_gives_the_verdict_of_every_vector(built, name):
    """A vector that is lost on the way has to be lost: else its line in the catalogue is too much."""
    seen = verdicts(CATALOGUE[name], built(name))

    assert expected(CATALOGUE[name]) == seen
    assert row(name, seen) in README.read_text("utf-8"), "run: make snippets"


def request(body, *, at=0, key=NEW, guid=None, more=()):
    """A request that was signed `at` milliseconds from now."""
    signed_at = str(system_clock() // 1_000_000 + at)
    head = [
        ("Host", b"127.0.0.1"),
        ("Connection", b"close"),
        ("Content-Type", b"application/json"),
        ("Content-Length", str(len(body)).encode()),
        ("X-Webhook-Signature", header(signed_at, body, key).encode()),
        *more,
    ]
    return post([*head, ("X-Http-Task-Guid", guid.encode())] if guid else head, body)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", SERVERS)
def test_it_serves_as_its_users_start_it(built, name):
    words, secrets = CATALOGUE[name].start, {"HOOK_SECRET": NEW, "HOOK_SECRET_OLD": OLD}
    with serving(words, built(name), secrets) as port:

        def is_taken(*args, **more):
            return taken(status(port, request(*args, **more)))

        assert is_taken(b'{"order": 4}')
        assert is_taken(b'{"order": 5}', key=OLD)
        assert not is_taken(b'{"order": 6}', key="another")
        assert is_taken(b'{"order": 7}', at=-290_000)
        assert not is_taken(b'{"order": 8}', at=-310_000)
        assert not is_taken(b'{"order": 9}', at=310_000)
        assert not is_taken(b"x" * 10_000_000), "a body of any size is read"


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", SERVERS)
def test_without_a_secret_it_takes_nothing(built, name):
    with serving(
        CATALOGUE[name].start, built(name), {"HOOK_SECRET": "", "HOOK_SECRET_OLD": ""}
    ) as port:
        assert not taken(status(port, request(b"{}")))


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", [name for name, driven in CATALOGUE.items() if driven.keeps])
def test_a_retry_has_no_second_effect(built, name):
    once, first, retry = b'{"once": 1}', request(b'{"twice": 1}', guid="G"), b'{"twice": 1}'
    folder = built(name)
    with serving(CATALOGUE[name].start, folder, {"HOOK_SECRET": NEW}) as port:
        before = effects(folder)
        again = request(retry, at=1, guid="G")
        captured = request(once)
        sent = [
            captured,
            captured,
            captured.replace(b"\r\nHost", b"\r\nX-Http-Task-Guid: H\r\nHost"),  # under another GUID
            request(b'{"other": 1}', guid="H"),  # whose own message is not taken for the captured one
            first,
            again,  # signed anew
            again.replace(b"Guid: G", b"Guid: I"),  # captured
        ]
        assert all(taken(status(port, one)) for one in sent)

    assert [once, b'{"other": 1}', retry] == effects(folder)[len(before) :]


def effects(folder):
    with contextlib.closing(sqlite3.connect(folder / "orders.db")) as db:
        db.execute("CREATE TABLE IF NOT EXISTS orders (body BLOB)")
        return [body for (body,) in db.execute("SELECT CAST(body AS BLOB) FROM orders")]


@pytest.mark.long
@pytest.mark.parametrize(("key", "code"), [(NEW, 0), (OLD, 0), ("another", 1)])
def test_the_shell_snippet_judges_a_file(built, key, code):
    signature = header(str(system_clock() // 1_000_000), b"body\0\n", key)
    done = subprocess.run(
        ["bash", "verify.sh", signature],
        cwd=built("shell"),
        env={**os.environ, "HOOK_SECRET": NEW, "HOOK_SECRET_OLD": OLD},
        input=b"body\0\n",
        capture_output=True,
        check=False,
    )

    assert code == done.returncode, done.stderr
