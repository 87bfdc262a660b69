"""From a verdict to its cause."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ..delivery import Delivery
from ..errors import BadConfiguration, MalformedSignature, StaleDelivery, VerificationError
from ..keys import Secret
from ..schemes import Ring, Scheme, by_name, decide, names
from .body_forms import BodyForms
from .budget import Budget
from .causes import finding
from .explanation import Explanation, Finding
from .freshness import stale_findings
from .guesses import body_guesses, content_length
from .material import Material, Pairs, gather, header_codes, shown
from .search import Match, Search
from .shapes import expected, received

_ELEMENT = {"http-task": "sha256=", "stripe": "v1=", "github": "sha256=", "github-sha1": "sha1="}
_ELEMENT |= {"slack": "v0=", "standard-webhooks": "v1,"}


@dataclass(frozen=True, slots=True)
class Question:
    """What was verified, with what, and what came of it."""

    outcome: Delivery | VerificationError
    """What the verifier said: the only verdict there is."""
    body: bytes
    headers: Pairs
    scheme: Scheme
    secrets: tuple[Secret, ...]
    """The verifier's, newest first."""
    also: tuple[Secret, ...] = ()
    """Other secrets that the sender may have used."""
    tolerance_s: float | None = None
    """For the report; None is unlimited."""


def explain(question: Question) -> Explanation:
    """Say why. The verdict and its code are the outcome's own; never raises on what a request holds."""
    outcome = question.outcome
    tried: list[str] = []
    not_tried: list[str] = []
    findings: list[Finding] = []
    if isinstance(outcome, StaleDelivery):
        findings = list(stale_findings(outcome))
    elif isinstance(outcome, VerificationError):
        findings = _search(question, outcome, tried, not_tried)
    refused = outcome if isinstance(outcome, VerificationError) else None
    return Explanation(
        verdict="refused" if refused else "valid",
        code=refused.code if refused else None,
        sentence=refused.sentence if refused else _valid(outcome),
        scheme=question.scheme.name,
        findings=tuple(findings),
        tried=tuple(tried),
        not_tried=tuple(not_tried),
        received=received(question.body, question.headers, question.scheme),
        expected=expected(question.scheme, question.secrets, question.tolerance_s),
    )


def _valid(outcome: Delivery | VerificationError) -> str:
    label = outcome.secret_label if isinstance(outcome, Delivery) else ""
    return f'made with the secret "{label}"' if label else "made with the secret"


def _search(
    question: Question, refused: VerificationError, tried: list[str], not_tried: list[str]
) -> list[Finding]:
    scheme, pairs, body = question.scheme, question.headers, question.body
    other = _other_scheme(question)
    if other is not None and other.proved:
        return [other]
    material = gather(scheme, pairs)
    budget = Budget(len(body))
    forms = BodyForms(body, content_length(pairs), budget.part(0.7))
    search = Search(
        scheme,
        question.secrets,
        question.also,
        body,
        material,
        forms,
        budget,
        _signed(scheme, pairs),
    )
    match = search.run()
    if match is not None:
        return list(_of_match(match, material, scheme, refused))
    tried += search.tried
    not_tried += search.not_tried
    guesses: list[Finding] = []
    if other is not None:
        guesses.append(other)
    elif not material.values:
        guesses.append(finding("header_lost", scheme.headers[-1]))
    elif material.misnamed:
        guesses.append(finding(material.misnamed, shown(material.header)))
    return guesses + list(body_guesses(body, pairs))


def _signed(scheme: Scheme, pairs: Pairs) -> bytes | None:
    """What a scheme of one's own signs beside the body; None for one that ships."""
    if scheme.name in names() and by_name(scheme.name).headers == scheme.headers:
        return None
    try:
        return scheme.read(pairs)[1]
    except MalformedSignature:
        return b""


def _of_match(
    match: Match, material: Material, scheme: Scheme, refused: VerificationError
) -> Iterator[Finding]:
    found: list[tuple[str, str]] = []
    if match.form.code:
        found.append((match.form.code, match.form.what))
    if match.key.code:
        found.append((match.key.code, _secret_in_words(match)))
    if match.layout.code:
        found.append((match.layout.code, match.layout.what))
    if match.algorithm.startswith("plain "):
        found.append(("hash_without_key", _hash_in_words(match.algorithm)))
    elif match.algorithm != ("sha1" if scheme.name == "github-sha1" else "sha256"):
        found.append(("hash_other", f"HMAC-{match.algorithm.upper()}"))
    found += [(code, "") for code in match.candidate.codes]
    if match.cut:
        found.append(("signature_truncated", f"{len(match.candidate.digest)} bytes of it came"))
    if refused.code == "bad_timestamp":
        found.append(_time_form(material))
    elif refused.code != "no_match" or not found:
        form = header_codes(material, _ELEMENT.get(scheme.name, ""))
        if not found or form[0][0] not in ("header_grammar", "element_renamed"):
            found += _times_elsewhere(material, scheme) or form
    for code, what in found:
        yield finding(code, what, proved=True)


def _secret_in_words(match: Match) -> str:
    label = f'"{match.key.label}"' if match.key.label else ""
    if match.key.code == "secret_other":
        return f"another secret that was given {label}".strip()
    if match.key.code in ("secret_unset", "secret_name"):
        return match.key.what
    return f"{label} {match.key.what}".strip()


def _hash_in_words(algorithm: str) -> str:
    _, name, place = algorithm.split(" ")
    words = {"no-key": "no secret", "key-first": "the secret in front", "key-last": "the secret behind"}
    return f"a plain {name.upper()} with {words[place]}"


def _times_elsewhere(material: Material, scheme: Scheme) -> list[tuple[str, str]]:
    if scheme.name not in ("http-task", "stripe") or not material.times or not material.values:
        return []
    inside = any(material.times[0] in value for value in material.values)
    return [] if inside else [("time_elsewhere", "another header")]


def _time_form(material: Material) -> tuple[str, str]:
    digits = material.times[0] if material.times else ""
    units = {13: "milliseconds", 16: "microseconds", 19: "nanoseconds"}
    if digits.isdigit() and len(digits) in units:
        return "time_unit", units[len(digits)]
    return "time_form", "not in whole digits" if not digits.isdigit() else "padded or out of range"


def _other_scheme(question: Question) -> Finding | None:
    """Whether another scheme's headers are there, and prove the request with the same secrets."""
    present: Finding | None = None
    for name in names():
        scheme = by_name(name)
        if name == question.scheme.name or scheme.headers == question.scheme.headers:
            continue
        given = {key.lower() for key, _ in question.headers}
        if not all(header.lower() in given for header in scheme.headers):
            continue
        try:
            decide(scheme, _ring(scheme, question), question.body, question.headers)
        except VerificationError:
            present = present or finding("other_scheme", f"{name}, by its headers")
        else:
            return finding("other_scheme", f"{name}, and good there", proved=True)
    return present


def _ring(scheme: Scheme, question: Question) -> Ring:
    """The keys of those secrets that this scheme takes."""
    ring = []
    for secret in question.secrets + question.also:
        with suppress(BadConfiguration):
            ring.append((scheme.mac(secret), secret.label))
    return tuple(ring)
