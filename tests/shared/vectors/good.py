"""Requests that are to be taken: one secret, and the edges of bodies, grammar and time."""

from __future__ import annotations

from .material import BODIES
from .vector import NOW, SECRET, Group, T, header, signature

GROUP = Group((("vectors", SECRET),))
good = GROUP.good
M = signature()
"""The right signature over the usual body."""
ZEROS = "0" * 64

good("as the platform sends it", header(), "Ordinary", rule="P-SIG-3")

for comment, body in BODIES:
    good(f"body: {comment}", header(body=body), "Body", rule="P-SIG-5", body=body)

S = str(NOW // 1000 - 1)
good("time in seconds", header(S), "Unit", rule="P-TIME-2")
good(
    "the largest number that is seconds",
    header("99999999999"),
    "Unit",
    rule="P-TIME-2",
    now=99_999_999_999_000,
)
good(
    "the smallest number that is milliseconds",
    header("100000000000"),
    "Unit",
    rule="P-TIME-2",
    now=100_000_000_000,
)
good("time 0", header("0"), "TimeForm", rule="P-TIME-3", now=1000)
good(
    "the last millisecond of the year 9999",
    header("253402300799999"),
    "TimeForm",
    rule="P-TIME-3",
    now=253_402_300_799_999,
)
good("as old as the tolerance", header(), "Tolerance", rule="P-TIME-4", now=int(T) + 300_000)
good("as early as the tolerance", header(), "Tolerance", rule="P-TIME-4", now=int(T) - 300_000)
good(
    "in seconds, as old as the tolerance",
    header(S),
    "Tolerance",
    "Unit",
    rule="P-TIME-4",
    now=NOW + 299_000,
)
good("a tolerance of one second", header(), "Tolerance", rule="P-TIME-4", tolerance=1)

for comment, text, rule in (
    ("the order swapped", f"sha256={M},t={T}", "P-HDR-5"),
    ("an unknown element first", f"v=1,t={T},sha256={M}", "P-HDR-5"),
    ("an unknown element between", f"t={T},v2=x,sha256={M}", "P-HDR-5"),
    ("an unknown element last", f"t={T},sha256={M},nonce=a1b2", "P-HDR-5"),
    ("an unknown element without a value", f"t={T},sha256={M},x=", "P-HDR-3"),
    ("an unknown element twice", f"t={T},x=1,sha256={M},x=2", "P-HDR-5"),
    ("an unknown element with = in its value", f"t={T},sha256={M},x=a=b==", "P-HDR-3"),
    ("every character a name may have", f"t={T},!#$%&'*+-.^_`|~09AZaz=1,sha256={M}", "P-HDR-3"),
    ("quotes and brackets in an unknown value", f't={T},sha256={M},x="[{{(;:)}}]"', "P-HDR-3"),
    ("names in upper case are other names", f"t={T},T=1,SHA256=0,sha256={M}", "P-HDR-5"),
    ("names that only begin alike", f"t={T},t2=1,ts=2,sha2567=3,sha256={M}", "P-HDR-5"),
    ("a signature of another kind beside", f"t={T},sha512={M},v1={M},sha256={M}", "P-HDR-5"),
    ("a space after the comma", f"t={T}, sha256={M}", "P-HDR-4"),
    ("several spaces after each comma", f"t={T},   sha256={M},  x=1", "P-HDR-4"),
    ("two signatures, the first good", f"t={T},sha256={M},sha256={ZEROS}", "P-HDR-7"),
    ("two signatures, the second good", f"t={T},sha256={ZEROS},sha256={M}", "P-HDR-7"),
    ("the good signature twice", f"t={T},sha256={M},sha256={M}", "P-HDR-7"),
    ("five signatures, the fifth good", f"t={T}" + f",sha256={ZEROS}" * 4 + f",sha256={M}", "P-HDR-7"),
    ("signatures on both sides of the time", f"sha256={ZEROS},t={T},sha256={M}", "P-HDR-7"),
    ("4096 characters", f"t={T},sha256={M},x=".ljust(4096, "x"), "P-HDR-9"),
):
    good(comment, text, "Grammar", rule=rule)

good("the header's name in lower case", header(), "Grammar", rule="P-HDR-1", name="x-webhook-signature")
good("the header's name in upper case", header(), "Grammar", rule="P-HDR-1", name="X-WEBHOOK-SIGNATURE")
good(
    "other headers beside, among them other signatures",
    header(),
    "Grammar",
    rule="P-SIG-4",
    more=(
        ("Content-Type", "application/json"),
        ("X-Http-Task-Guid", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("X-Hub-Signature-256", f"sha256={ZEROS}"),
        ("X_Webhook_Signature", f"t={T},sha256={ZEROS}"),
    ),
)
