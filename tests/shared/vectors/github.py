"""Vectors of the schemes `github` and `github-sha1`."""

from __future__ import annotations

from .common import Rules, groups, key_lengths
from .form import GitHubForm, GitHubSha1Form
from .vector import BODY, NOW, Group

_SHA256 = Rules("P-GH-3", "P-GH-3", "P-GH-1", "P-GH-2", "")
_SHA1 = Rules("P-GH-5", "P-GH-5", "P-GH-5", "P-GH-2", "")


def _groups(form: GitHubForm, rules: Rules) -> tuple[Group, ...]:
    usual, *more = groups(form, rules)
    good, bad = usual.good, usual.bad
    m = form.signature()
    name, element = form.header, form.algorithm
    other = "X-Hub-Signature" if element == "sha256" else "X-Hub-Signature-256"
    for comment, beside in (
        ("the other signature beside, and wrong", ((other, "sha1=" + "0" * 40),)),
        ("a delivery's id and event beside", (("X-GitHub-Delivery", "1"), ("X-GitHub-Event", "x"))),
    ):
        good(comment, form.request(), "Grammar", rule="P-SIG-4", more=beside)
    good("ten years later", form.request(), "Ordinary", rule="P-GH-4", now=NOW + 315_360_000_000)
    good("the receiver's clock at 1970", form.request(), "Ordinary", rule="P-GH-4", now=0)
    bad(
        "missing_header",
        "the other header alone",
        ((other, f"{element}={m}"),),
        "Grammar",
        rule="P-GH-2",
    )
    for comment, text in (
        ("nothing", ""),
        ("the digits alone", m),
        ("no =", f"{element}{m}"),
        ("= twice", f"{element}=={m}"),
        ("a colon for =", f"{element}:{m}"),
        ("the name in upper case", f"{element.upper()}={m}"),
        ("another name", f"sha512={m}"),
        ("the name twice", f"{element}={element}={m}"),
        ("a space at the start", f" {element}={m}"),
        ("a space at the end", f"{element}={m} "),
        ("a space after =", f"{element}= {m}"),
        ("quotes around the whole", f'"{element}={m}"'),
        ("quotes around the digits", f'{element}="{m}"'),
        ("a trailing comma", f"{element}={m},"),
        ("two joined by a server", f"{element}={m}, {element}={m}"),
        ("a newline at the end", f"{element}={m}\n"),
        ("a NUL at the end", f"{element}={m}\0"),
        ("a byte of latin-1", f"{element}={m[:-1]}\xe9"),
        ("4097 characters", f"{element}=".ljust(4097, "0")),
        ("http-task's form", f"t={NOW},{element}={m}"),
    ):
        bad("malformed_header", f"header: {comment}", ((name, text),), "Grammar", rule=rules.signature)
    for comment, message in (
        ("a time in front, as in http-task", f"{NOW}.".encode() + BODY),
        ("the body's hexadecimal", BODY.hex().encode()),
    ):
        request = form.headers(form.write(form.digest(message)))
        bad("no_match", f"signed: {comment}", request, "WrongMessage", rule=rules.message)
    return (usual, *more, *key_lengths(form, rules, (1, 63, 64, 65, 128)))


FORM, SHA1_FORM = GitHubForm(), GitHubSha1Form()
_published = Group((("documented", "It's a Secret to Everybody"),))
_published.good(
    "GitHub's documented example",
    FORM.raw("", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
    "Published",
    rule="P-GH-3",
    body=b"Hello, World!",
    source="docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries",
)
GROUPS = (_published, *_groups(FORM, _SHA256))
"""Of `github`."""
SHA1_GROUPS = _groups(SHA1_FORM, _SHA1)
"""Of `github-sha1`. Its example in GitHub's documents has an elided body."""
