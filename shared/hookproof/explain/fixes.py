"""The lines that mend a cause, framework by framework.

Every line without a mark is run by a test, in the framework itself.
"""

from __future__ import annotations

from typing import Final, TypeAlias

Lines: TypeAlias = tuple[tuple[str, str], ...]
"""Frameworks and their lines."""

PHP: Final = (
    "PHP",
    "file_get_contents('php://input')  // for multipart, with enable_post_data_reading=0",
)
"""The raw body in PHP."""

RAW_BODY: Final[Lines] = (
    ("Flask", "request.get_data()"),
    ("Django", "request.body"),
    ("FastAPI, Starlette", "await request.body()"),
    ("Express", "app.post(path, express.raw({ type: () => true, inflate: false }), handler)"),
    ("Rails", "request.raw_post"),
    PHP,
    ("Go", "io.ReadAll(r.Body)"),
    ("Spring", "request.getInputStream().readAllBytes()  // @RequestBody writes a form anew"),
    ("ASP.NET (not run here)", "await Request.Body.CopyToAsync(stream)"),
)
"""How to have the raw bytes."""

SECRET: Final[Lines] = (
    ("shell", "export HTTP_TASK_SECRET=\"$(tr -d '\\r\\n' < secret.txt)\""),
    ("Python", 'os.environ["HTTP_TASK_SECRET"]  # KeyError where it is unset'),
    ("docker --env-file (not run here)", "HTTP_TASK_SECRET=abc  # no quotes: they would be part of it"),
)
"""How to have a secret bare."""

SIGNED: Final[Lines] = (
    ("Python", "headers = Signer(scheme, secrets=secret).sign(body)  # and send these very bytes"),
    ("shell", "hookproof sign --scheme NAME --body FILE --secret-env NAME"),
)
"""How to sign rightly."""

HEADERS: Final[Lines] = (
    ("Flask", "request.headers"),
    ("Django", "request.headers  # not request.META"),
    ("FastAPI, Starlette", "request.headers"),
    ("nginx", "underscores_in_headers on;  # where a name has underscores"),
)
"""How to have the headers under their names."""
