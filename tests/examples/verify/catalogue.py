"""How each snippet is driven, and which vectors something in front of it makes another request of."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

STRIPPED = "HTTP knows no blanks around a value: the server takes them away (RFC 9110, 5.5)"
UNFOLDED = "the server joins a line with the one that continues it (RFC 9112, 5.2, lets it)"
CGI_NAME = (
    "the server gives X_Webhook_Signature the same name; a proxy in front of it drops that header"
)
AT_START = {"header: a space at the start": STRIPPED}
AROUND = {
    **AT_START,
    "header: a space at the end": STRIPPED,
    "header: a tab at the end": STRIPPED,
}
FOLDED = {"header: a line end inside": UNFOLDED}
UNDERSCORE = {"the header's name with underscores": CGI_NAME}
NUL = "an argument of a program holds no NUL"
JDK = "the JDK's server reads a tab as a blank"
OLDER_JDK = "the JDK's server read a NUL as a blank, and newer ones refuse it"

CONTENT_TYPES = {
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data; boundary=x",
    "UTF-16": "text/plain; charset=utf-16",
    "none": None,
}
"""What a body is sent as once more, beside JSON: a parser that looks at it must not touch the body."""


@dataclass(frozen=True, slots=True)
class Driven:
    """What it takes to ask a snippet about vectors."""

    kind: Literal["function", "server"]
    driver: tuple[str, ...]
    """The words that start the driver, beside the snippet and what was built."""
    needs: tuple[str, ...] = ()
    """What must be installed: commands, files (with a `/`) and Python modules (as `import x`)."""
    build: tuple[tuple[str, ...], ...] = ()
    start: tuple[str, ...] = ()
    """The words that start a server with its own clock and settings: HOOK_SECRET, PORT."""
    lost: Mapping[str, str] = field(default_factory=dict)
    """Vectors that get the other verdict, since something on the way changes them; and the reason."""
    by_version: tuple[str, ...] = ()
    """Those of `lost` that some versions of the server lose, and others hand on or refuse."""
    only: tuple[str, ...] = tuple(CONTENT_TYPES)
    """The content types under which every body reaches the snippet."""
    npm: bool = False
    """Whether it runs beside the packages of drivers/npm."""
    keeps: bool = False
    """Whether it has a database, orders.db, with a row of `orders` for every effect."""


def _sh(words: str) -> tuple[str, ...]:
    return ("sh", "-c", f"exec {words}")


def _python(module: str, framework: str, *more: str) -> Driven:
    words = (sys.executable, "server.py", module)
    return Driven(
        "server",
        words,
        needs=(f"import {framework}", *(f"import {one}" for one in more)),
        start=(*words, "real"),
        lost={**AROUND, **FOLDED},
        keeps=True,
    )


def _node(name: str) -> Driven:
    return Driven(
        "server",
        ("node", "server.mjs", f"./{name}.mjs"),
        needs=("node", "npm"),
        start=("node", f"{name}.mjs"),
        lost=AROUND,
        npm=True,
    )


def _ruby(rackup: str, only: tuple[str, ...] = tuple(CONTENT_TYPES)) -> Driven:
    words = _sh(f"puma --quiet --environment production --bind tcp://127.0.0.1:$PORT {rackup}")
    return Driven(
        "server",
        words,
        needs=("puma", "/usr/share/rubygems-integration/all/specifications/sinatra-*.gemspec"),
        start=("env", "OWN=1", *words),
        lost={**AROUND, **UNDERSCORE},
        only=only,
    )


PHP = "php -d enable_post_data_reading=0 -q -S 127.0.0.1:$PORT"
PLACKUP = "plackup --env deployment --host 127.0.0.1 --port $PORT"
TOMCAT = "/usr/share/java/tomcat10-embed-core.jar"
SERVLETS = f".:{TOMCAT}:/usr/share/java/jakarta-annotation-api.jar"
BUN = "node_modules/.bin/bun"

CATALOGUE: dict[str, Driven] = {
    "python": Driven("function", (sys.executable, "batch.py")),
    "flask": _python("flask_app", "flask", "waitress"),
    "django": _python("django_views", "django", "waitress"),
    "fastapi": _python("fastapi_app", "fastapi", "uvicorn"),
    "node": _node("http"),
    "express": _node("express"),
    "bun": Driven(
        "server",
        (BUN, "server.ts"),
        needs=("npm",),
        start=(BUN, "bun.ts"),
        lost=AROUND,
        npm=True,
        keeps=True,
    ),
    "java": Driven(
        "server",
        ("java", "Driver"),
        needs=("java", "javac"),
        build=(("javac", "Verify.java", "Driver.java", "Given.java"),),
        start=("java", "Verify.java"),
        lost={
            **AROUND,
            **FOLDED,
            "header: a tab after the comma": JDK,
            "header: a NUL at the end": OLDER_JDK,
        },
        by_version=("header: a NUL at the end",),
    ),
    "servlet": Driven(
        "server",
        ("java", "-cp", SERVLETS, "Container"),
        needs=("java", "javac", TOMCAT),
        build=(("javac", "-cp", SERVLETS, "HookServlet.java", "Container.java", "Given.java"),),
        start=("java", "-cp", SERVLETS, "Container", "real"),
        lost={**AROUND, **FOLDED},
    ),
    "go": Driven(
        "server",
        ("./driven",),
        needs=("go",),
        build=(
            ("go", "build", "-o", "driven", "hook.go", "driver.go"),
            ("go", "build", "-o", "hook", "hook.go"),
        ),
        start=("./hook",),
        lost={**AROUND, **FOLDED},
    ),
    "ruby": _ruby("hook.ru"),
    # Sinatra parses a form, and what has no type, before any route; if it cannot, it answers 400.
    "sinatra": _ruby("sinatra_hook.ru", only=("UTF-16",)),
    "php": Driven(
        "server",
        _sh(f"{PHP} driver.php"),
        needs=("php", "/usr/lib/php/*/pdo_sqlite.so"),
        start=_sh(f"{PHP} hook.php"),
        lost=AT_START,
        keeps=True,
    ),
    "perl": Driven(
        "server",
        _sh(f"{PLACKUP} driver.psgi"),
        needs=("plackup",),
        start=_sh(f"{PLACKUP} hook.psgi"),
        lost={
            **FOLDED,
            **UNDERSCORE,
            "other headers beside, among them other signatures": CGI_NAME,
        },
    ),
    "csharp": Driven(
        "server",
        ("mono", "Driver.exe"),
        needs=("mcs", "mono"),
        build=(
            ("mcs", "-out:Driver.exe", "-main:Driver", "Hook.cs", "Driver.cs"),
            ("mcs", "Hook.cs"),
        ),
        start=("mono", "Hook.exe"),
        lost={
            **AROUND,
            "the same header on two lines": "Mono's HttpListener keeps the last line alone",
        },
    ),
    "rust": Driven(
        "function",
        ("target/debug/batch",),
        needs=(
            "cargo",
            "/usr/share/cargo/registry/hmac-0.12.*",
            "/usr/share/cargo/registry/sha2-0.10.*",
        ),
        build=(("cargo", "build", "--offline", "--quiet"),),
    ),
    "shell": Driven(
        "function",
        ("bash", "batch.sh"),
        needs=("bash", "openssl"),
        lost={"header: a NUL at the end": NUL, "header: a NUL in the time": NUL},
    ),
}
