"""`hookproof snippet`."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import click

from hookproof.errors import BadConfiguration

from ..command_line import answer, answer_json, command, json_option, note

_SHIPPED = Path(__file__).parents[1] / "snippets"
_CHECKOUT = Path(__file__).parents[3] / "examples" / "verify"


class Snippet(NamedTuple):
    """One file that checks a signature in somebody's language, and stands alone."""

    file: str
    """Where it is, below examples/verify."""
    language: str
    framework: str
    also: tuple[str, ...] = ()
    """Other names that people ask for it by."""


SNIPPETS: dict[str, Snippet] = {
    "python": Snippet("python/verify.py", "Python", "a function"),
    "flask": Snippet("python/flask_app.py", "Python", "Flask"),
    "django": Snippet("python/django_views.py", "Python", "Django"),
    "fastapi": Snippet("python/fastapi_app.py", "Python", "FastAPI", ("starlette",)),
    "node": Snippet("node/http.mjs", "JavaScript", "Node's http", ("javascript", "js")),
    "express": Snippet("node/express.mjs", "JavaScript", "Express"),
    "bun": Snippet("typescript/bun.ts", "TypeScript", "Bun", ("typescript", "ts", "deno")),
    "java": Snippet("java/Verify.java", "Java", "the JDK's HttpServer"),
    "servlet": Snippet("java/HookServlet.java", "Java", "a servlet", ("tomcat", "jakarta")),
    "go": Snippet("go/hook.go", "Go", "net/http", ("golang",)),
    "ruby": Snippet("ruby/hook.rb", "Ruby", "Rack", ("rack",)),
    "sinatra": Snippet("ruby/sinatra_hook.rb", "Ruby", "Sinatra"),
    "php": Snippet("php/hook.php", "PHP", "nothing else"),
    "perl": Snippet("perl/hook.psgi", "Perl", "Plack", ("plack", "psgi")),
    "csharp": Snippet("csharp/Hook.cs", "C#", "HttpListener", ("c#", "dotnet", "mono")),
    "rust": Snippet("rust/verify.rs", "Rust", "a function"),
    "shell": Snippet("shell/verify.sh", "Shell", "openssl", ("bash", "sh", "openssl")),
}
"""All of them by name; each is run against every vector."""


@command("snippet", example="hookproof snippet flask > hook.py")
@click.argument("language", required=False)
@json_option
def snippet(language: str | None, as_json: bool) -> None:
    """Print a receiver's check in your language or framework; without one, list them."""
    if language is None:
        _list(as_json)
        return
    name = _name(language)
    found = SNIPPETS[name]
    text = _folder().joinpath(found.file).read_text(encoding="utf-8")
    if as_json:
        answer_json({"name": name, "file": found.file, "text": text})
        return
    note(f"{found.language} with {found.framework}: {found.file}")
    answer(text.rstrip("\n"))


def _list(as_json: bool) -> None:
    if as_json:
        rows = [{"name": name, **found._asdict()} for name, found in SNIPPETS.items()]
        answer_json({"snippets": rows})
        return
    for name, found in SNIPPETS.items():
        answer(f"{name:8}  {found.language} with {found.framework}")


def _name(language: str) -> str:
    names = {also: name for name, found in SNIPPETS.items() for also in (name, *found.also)}
    asked = language.lower()
    if asked in names:
        return names[asked]
    from difflib import get_close_matches  # here, since a right name never needs it

    near = get_close_matches(asked, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "`hookproof snippet` lists them"
    raise BadConfiguration(f"there is no snippet for {language!r}; {hint}")


def _folder() -> Path:
    return _SHIPPED if _SHIPPED.is_dir() else _CHECKOUT
