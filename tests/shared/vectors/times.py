"""Times that are none, too old or too new. Each is signed as it stands."""

from __future__ import annotations

from .vector import NOW, SECRET, Group, T, as_bytes, header, signature

GROUP = Group((("vectors", SECRET),))
bad = GROUP.bad
S = str(NOW // 1000 - 1)

for comment, text in (
    ("nothing", ""),
    ("a minus", "-" + T),
    ("a plus", "+" + T),
    ("a leading zero", "0" + T),
    ("only zeros", "00"),
    ("an underscore", "1_767_225_599_000"),
    ("an exponent", "1.767225599e12"),
    ("a fraction", T + ".0"),
    ("a fraction of seconds", S + ".9"),
    ("hexadecimal", hex(int(T))),
    ("= twice", "=" + T),
    ("quotes", f'"{T}"'),
    ("a letter at the end", T + "n"),
    ("a unit", T + "ms"),
    ("microseconds", T + "000"),
    ("nanoseconds", T + "000000"),
    ("20 digits", "1" * 20),
    ("4000 digits", "9" * 4000),
    ("a millisecond after the year 9999", "253402300800000"),
    ("nan", "nan"),
    ("inf", "inf"),
    ("a date", "2025-12-31T23:59:59Z"),
):
    bad("bad_timestamp", f"t: {comment}", header(text), "TimeForm", rule="P-TIME-3")

for comment, text in (
    ("fullwidth digits", T.translate({ord("0") + n: 0xFF10 + n for n in range(10)})),
    ("Arabic-Indic digits", T.translate({ord("0") + n: 0x0660 + n for n in range(10)})),
    ("one superscript digit", T[:-1] + "²"),
):
    value = f"t={as_bytes(text)},sha256={signature(T)}"
    bad("malformed_header", f"t: {comment}", value, "TimeForm", rule="P-HDR-3")

for comment, text, rule in (
    ("a space in front", " " + T, "P-HDR-4"),
    ("a space behind", T + " ", "P-HDR-4"),
    ("a newline behind", T + "\n", "P-HDR-3"),
    ("5000 digits, more than a header may have", "9" * 5000, "P-HDR-9"),
):
    bad("malformed_header", f"t: {comment}", header(text), "TimeForm", rule=rule)

for comment, text, now, tolerance in (
    ("a millisecond older than the tolerance", T, int(T) + 300_001, 300),
    ("in seconds, a millisecond older than the tolerance", S, int(S) * 1000 + 300_001, 300),
    ("a millisecond older than a tolerance of 1 s", T, int(T) + 1001, 1),
    ("an hour old", str(NOW - 3_600_000), NOW, 300),
    ("time 0", "0", NOW, 300),
    ("the largest number that is seconds, read as seconds", "99999999999", 253_402_300_799_000, 300),
    ("the smallest number that is milliseconds, read as milliseconds", "100000000000", NOW, 300),
):
    bad("too_old", comment, header(text), "Stale", rule="P-TIME-4", now=now, tolerance=tolerance)

for comment, text, now in (
    ("a millisecond earlier than the tolerance", T, int(T) - 300_001),
    ("in seconds, a millisecond earlier than the tolerance", S, int(S) * 1000 - 300_001),
    ("an hour ahead", str(NOW + 3_600_000), NOW),
    ("the year 2100", "4102444800000", NOW),
    ("the last millisecond of the year 9999", "253402300799999", NOW),
    ("the receiver's clock at 1970", T, 0),
):
    bad("too_new", comment, header(text), "Stale", rule="P-TIME-4", now=now)
