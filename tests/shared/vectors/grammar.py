"""Headers that cannot be read. Their signatures are good wherever one can be made."""

from __future__ import annotations

from .vector import HEADER, SECRET, Group, T, as_bytes, header, signature

GROUP = Group((("vectors", SECRET),))
bad = GROUP.bad
M = signature()

bad("missing_header", "no signature header", (), "Grammar", rule="P-HDR-2")
bad(
    "missing_header",
    "other headers only",
    (("Content-Type", "application/json"), ("X-Hub-Signature-256", f"sha256={M}")),
    "Grammar",
    rule="P-HDR-2",
)
bad(
    "missing_header",
    "the header's name with underscores",
    (("X_Webhook_Signature", header()),),
    "Grammar",
    rule="P-HDR-1",
)
bad(
    "duplicate_header",
    "the same header on two lines",
    ((HEADER, header()), (HEADER, header())),
    "Grammar",
    rule="P-HDR-2",
)
bad(
    "duplicate_header",
    "a second header in another case",
    ((HEADER, header()), ("x-webhook-signature", f"t={T},sha256={'0' * 64}")),
    "Grammar",
    rule="P-HDR-2",
)

for comment, text, rule in (
    ("nothing", "", "P-HDR-3"),
    ("a comma", ",", "P-HDR-3"),
    ("a space", " ", "P-HDR-3"),
    ("no =", f"t{T}", "P-HDR-3"),
    ("an element without =", f"t={T},sha256={M},x", "P-HDR-3"),
    ("an element without a name", f"t={T},sha256={M},=x", "P-HDR-3"),
    ("a time only", f"t={T}", "P-HDR-7"),
    ("a signature only, as GitHub sends it", f"sha256={M}", "P-HDR-6"),
    ("a trailing comma", header() + ",", "P-HDR-3"),
    ("a leading comma", "," + header(), "P-HDR-3"),
    ("two commas", f"t={T},,sha256={M}", "P-HDR-3"),
    ("a comma and a space at the end", header() + ", ", "P-HDR-3"),
    ("semicolons for commas", f"t={T};sha256={M}", "P-HDR-7"),
    ("a space for a comma", f"t={T} sha256={M}", "P-HDR-4"),
    ("colons for =", f"t:{T},sha256:{M}", "P-HDR-3"),
    ("T and SHA256 for names", f"T={T},SHA256={M}", "P-HDR-5"),
    ("quotes around the whole", f'"t={T},sha256={M}"', "P-HDR-3"),
    ("quotes around the name", f'"t"={T},sha256={M}', "P-HDR-3"),
    ("quotes around the signature", f't={T},sha256="{M}"', "P-HDR-8"),
    ("a space before the comma", f"t={T} ,sha256={M}", "P-HDR-4"),
    ("a space at the start", " " + header(), "P-HDR-4"),
    ("a space at the end", header() + " ", "P-HDR-4"),
    ("a space before =", f"t ={T},sha256={M}", "P-HDR-4"),
    ("a space after =", f"t= {T},sha256={M}", "P-HDR-4"),
    ("a tab after the comma", f"t={T},\tsha256={M}", "P-HDR-4"),
    ("a tab at the end", header() + "\t", "P-HDR-4"),
    ("a newline at the end", header() + "\n", "P-HDR-3"),
    ("a line end inside", f"t={T},\r\n sha256={M}", "P-HDR-3"),
    ("a NUL at the end", header() + "\0", "P-HDR-3"),
    ("a NUL in the time", f"t={T}\0,sha256={M}", "P-HDR-3"),
    ("DEL in an unknown element", header() + ",x=\x7f", "P-HDR-3"),
    ("a byte of latin-1 in an unknown element", header() + ",x=\xe9", "P-HDR-3"),
    ("UTF-8 in an unknown element", header() + ",x=" + as_bytes("\U0001f389"), "P-HDR-3"),
    ("UTF-8 in the signature", f"t={T},sha256=" + as_bytes("é" + M[1:]), "P-HDR-3"),
    ("a no-break space after the comma", f"t={T},\xa0sha256={M}", "P-HDR-4"),
    ("Stripe's form", f"t={T},v1={M}", "P-HDR-7"),
    ("Slack's form", f"v0={M}", "P-HDR-6"),
    ("Standard Webhooks' form", f"v1,{M}", "P-HDR-3"),
    ("4097 characters", f"t={T},sha256={M},x=".ljust(4097, "x"), "P-HDR-9"),
):
    bad("malformed_header", f"header: {comment}", text, "Grammar", rule=rule)

for comment, text in (
    ("the same time twice", f"t={T},t={T},sha256={M}"),
    ("two times, the first good", f"t={T},sha256={M},t=1"),
    ("two times, the second good", f"t=1,t={T},sha256={M}"),
    ("two good headers joined by a server", f"{header()}, {header()}"),
):
    bad("duplicate_element", f"header: {comment}", text, "Grammar", rule="P-HDR-6")

for comment, text, code in (
    ("a trailing comma and two times", f"t={T},t={T},sha256={M},", "duplicate_element"),
    ("a short signature, then a second time", f"t={T},sha256=0,t={T}", "malformed_header"),
    ("six signatures and no time", ",".join([f"sha256={M}"] * 6), "malformed_header"),
    ("six signatures and a bad time", "t=x" + f",sha256={M}" * 6, "too_many_signatures"),
    ("a bad time and no signature", "t=x", "malformed_header"),
):
    bad(code, f"several at once: {comment}", text, "Grammar", rule="P-HDR-10")
