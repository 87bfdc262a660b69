"""Vectors of the scheme `stripe`. Stripe publishes no example that could be checked: no secret."""

from __future__ import annotations

from .common import Rules, groups, key_lengths
from .form import StripeForm
from .vector import NOW

FORM = StripeForm()
RULES = Rules("P-STRIPE-3", "P-STRIPE-4", "P-STRIPE-1", "P-STRIPE-1", "P-STRIPE-2")
_usual, *_more = groups(FORM, RULES)
GROUPS = (_usual, *_more, *key_lengths(FORM, RULES, (1, 63, 64, 65, 128)))
"""All of them."""

good, bad = _usual.good, _usual.bad
T, M = FORM.t, FORM.signature()
ZEROS = "0" * 64


def _one(value: str) -> tuple[tuple[str, str], ...]:
    return (("Stripe-Signature", value),)


for comment, text in (
    ("a v0 behind, as Stripe sends in test mode", f"t={T},v1={M},v0={ZEROS}"),
    ("the order swapped", f"v1={M},t={T}"),
    ("an unknown element first", f"x=1,t={T},v1={M}"),
    ("names that only begin alike", f"t={T},t2=1,v1a=2,v10=3,v1={M}"),
    ("names in upper case are other names", f"t={T},T=1,V1=0,v1={M}"),
    ("a space after the comma", f"t={T}, v1={M}"),
):
    good(comment, _one(text), "Grammar", rule="P-STRIPE-1")
for comment, texts in (
    ("two signatures, the first good", (M, ZEROS)),
    ("two signatures, the second good", (ZEROS, M)),
    ("five signatures, the fifth good", (ZEROS, ZEROS, ZEROS, ZEROS, M)),
):
    good(comment, FORM.headers(*texts), "Grammar", rule="P-STRIPE-5")
for comment, text in (
    ("nothing", ""),
    ("a comma", ","),
    ("a time only", f"t={T}"),
    ("a signature only", f"v1={M}"),
    ("only a v0, though a good one", f"t={T},v0={M}"),
    ("http-task's element", f"t={T},sha256={M}"),
    ("T and V1 for names", f"T={T},V1={M}"),
    ("a trailing comma", f"t={T},v1={M},"),
    ("quotes around the whole", f'"t={T},v1={M}"'),
    ("a space before the comma", f"t={T} ,v1={M}"),
    ("a space before the time", f"t= {T},v1={M}"),
    ("a space at the start", f" t={T},v1={M}"),
    ("a newline at the end", f"t={T},v1={M}\n"),
    ("a NUL in the time", f"t={T}\0,v1={M}"),
    ("a byte of latin-1 in a v0", f"t={T},v1={M},v0=\xe9"),
    ("4097 characters", f"t={T},v1={M},x=".ljust(4097, "x")),
):
    bad("malformed_header", f"header: {comment}", _one(text), "Grammar", rule="P-STRIPE-1")
for comment, text in (
    ("the same time twice", f"t={T},t={T},v1={M}"),
    ("two times, the first good", f"t={T},v1={M},t=1"),
    ("two times, the second good", f"t=1,t={T},v1={M}"),
):
    bad("duplicate_element", f"header: {comment}", _one(text), "Grammar", rule="P-STRIPE-1")
for comment, many, code in (
    ("five signatures, none good", [ZEROS] * 5, "no_match"),
    ("six signatures, the first good", [M, *[ZEROS] * 5], "too_many_signatures"),
    ("six signatures, the sixth good", [*[ZEROS] * 5, M], "too_many_signatures"),
):
    bad(code, comment, FORM.headers(*many), "Grammar", rule="P-STRIPE-5")
for comment, key in (
    ("the secret without whsec_", FORM.secret.removeprefix("whsec_")),
    ("another endpoint's", "whsec_another-secret-entirely"),
):
    request = FORM.request(secret=key)
    bad("no_match", f"key: {comment}", request, "WrongKey", rule="P-STRIPE-4")
for comment, message in (
    ("the body alone", b"{}"),
    ("a colon for a separator", f"{T}:".encode() + b"{}"),
    ("an id in front, as in Standard Webhooks", f"msg_1.{T}.".encode() + b"{}"),
    ("in milliseconds, sent in seconds", f"{NOW - 1000}.".encode() + b"{}"),
):
    request = FORM.headers(FORM.write(FORM.digest(message)))
    bad("no_match", f"signed: {comment}", request, "WrongMessage", rule="P-STRIPE-3", body=b"{}")
