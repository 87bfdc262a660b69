"""The lines of an explanation that are no Python: each is run as it stands, by its own runtime."""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.examples.verify.catalogue import Driven
from tests.examples.verify.running import PATIENCE, missing, serving

from hookproof.explain.fixes import HEADERS, RAW_BODY

FOLDER = Path(__file__).parent / "lines"
JAVA = Path("/usr/share/java")
SPRING = ("core", "beans", "context", "expression", "aop", "web", "web.servlet")
JETTY = ("server", "servlet", "http", "io", "util", "security")
JARS = [
    *(str(JAVA / f"spring3-{name}.jar") for name in SPRING),
    *(str(JAVA / f"jetty9-{name}.jar") for name in JETTY),
    str(JAVA / "servlet-api.jar"),
    str(JAVA / "commons-logging.jar"),
]
CLASSES = ":".join([".", *JARS])


class Runtime(NamedTuple):
    """A program with the word LINE in it."""

    file: str
    driven: Driven


def server(words: str, *needs: str, build: str = "") -> Driven:
    steps = (("sh", "-c", build),) if build else ()
    return Driven("server", ("sh", "-c", words), needs=needs, build=steps)


PHP = "exec php -q -S 127.0.0.1:$PORT"
RUNTIMES = {
    "PHP": Runtime("app.php", server(f"{PHP} app.php", "php")),
    "PHP, set so": Runtime("app.php", server(f"{PHP} -d enable_post_data_reading=0 app.php", "php")),
    "Go": Runtime("main.go", server("exec ./main", "go", build="go build main.go")),
    "Rails": Runtime(
        "config.ru",
        server(
            "exec puma --quiet --environment production --bind tcp://127.0.0.1:$PORT config.ru",
            "puma",
            "/usr/share/doc/ruby-actionpack",
        ),
    ),
    "Spring": Runtime(
        "Server.java",
        server(
            f"exec java -cp {CLASSES} Server",
            "java",
            "javac",
            *JARS,
            build=f"javac -cp {CLASSES} Server.java",
        ),
    ),
    "nginx": Runtime(
        "nginx.conf",
        server(
            'sed -i "s/PORT/$PORT/" nginx.conf && exec nginx -p . -c nginx.conf -e stderr',
            "/usr/sbin/nginx",
        ),
    ),
}
BODIES = {
    "JSON": ("application/json", b'{"b": 1.0,  "a": "caf\xc3\xa9 \\u00e9"}  \r\n'),
    "form": ("application/x-www-form-urlencoded", b"a=%20+&b=2&a=caf%c3%a9"),
    "bytes": ("application/octet-stream", bytes(range(256)) * 300),
    "multipart": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
    ),
    "no type": (None, b'{"order": 4}\n'),
}

Start = Callable[[str, str], int]
"""Serves a runtime's program with a line in it; the port."""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with contextlib.ExitStack() as stack:

        def start_(name: str, line: str) -> int:
            file, driven = RUNTIMES[name]
            if lacking := missing(driven):
                sentence = f"the line for {name} cannot run here: {lacking} is not installed"
                pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
            program = (FOLDER / file).read_text()
            assert 1 == program.count("LINE")
            (tmp_path / file).write_text(program.replace("LINE", line))
            for step in driven.build:
                subprocess.run(step, cwd=tmp_path, check=True, timeout=300)
            return stack.enter_context(serving(driven.driver, tmp_path))

        yield start_


def post(port: int, body: bytes, headers: dict[str, str]) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("POST", "/hooks", body, headers)
        answer = connection.getresponse()
        assert 200 == answer.status
        return answer.read()
    finally:
        connection.close()


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("runtime", "lost"),
    [
        pytest.param("PHP", {"multipart"}, id="PHP"),  # which the line says
        *(pytest.param(name, set(), id=name) for name in ("PHP, set so", "Go", "Rails", "Spring")),
    ],
)
def test_the_line_has_the_raw_body(start: Start, runtime: str, lost: set[str]) -> None:
    port = start(runtime, dict(RAW_BODY)[runtime.partition(",")[0]])

    for name, (content_type, body) in BODIES.items():
        headers = {} if content_type is None else {"Content-Type": content_type}
        assert (b"" if name in lost else body) == post(port, body, headers), name


@pytest.mark.long
@pytest.mark.parametrize(
    ("line", "seen"),
    [pytest.param(dict(HEADERS)["nginx"], b"t=1", id="with it"), pytest.param("", b"", id="without")],
)
def test_the_line_lets_a_name_with_underscores_through(start: Start, line: str, seen: bytes) -> None:
    assert seen == post(start("nginx", line), b"{}", {"X_Webhook_Signature": "t=1"})
