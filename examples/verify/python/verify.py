"""Verify an HTTP task, `X-Webhook-Signature: t=<time>,sha256=<hex>`, with Python alone.

`body` is the request's raw bytes, before anything parsed, decoded or re-serialised them.
"""

import hashlib
import hmac
import re
import sqlite3

ELEMENT = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=([!-+\--~]*)")


def signed(
    body: bytes, lines: list[str], secrets: list[bytes], now_ms: int, tolerance_ms: int = 300_000
) -> str | None:
    """Return the digest of the signed bytes, or None: refuse the request with 401.

    `lines` are the values of all X-Webhook-Signature lines; `secrets` come newest first.
    """
    if len(lines) != 1 or len(lines[0]) > 4096:
        return None
    times, macs = [], []
    for number, text in enumerate(lines[0].split(",")):
        element = ELEMENT.fullmatch(text.lstrip(" ") if number else text)
        if element is None:
            return None
        name, value = element.groups()
        if name == "t":
            times.append(value)
        elif name == "sha256":
            macs.append(value)
    if len(times) != 1 or not 1 <= len(macs) <= 5:
        return None
    if not re.fullmatch("0|[1-9][0-9]{0,14}", times[0]) or int(times[0]) > 253402300799999:
        return None
    if not all(re.fullmatch("[0-9a-f]{64}", mac) for mac in macs):
        return None
    message = times[0].encode() + b"." + body
    expected = [hmac.new(secret, message, "sha256").hexdigest() for secret in secrets]
    if not any([hmac.compare_digest(mac, good) for mac in macs for good in expected]):
        return None
    time_ms = int(times[0]) * (1 if int(times[0]) >= 100_000_000_000 else 1000)
    if abs(now_ms - time_ms) > tolerance_ms:
        return None
    return hashlib.sha256(b"http-task\n" + message).hexdigest()


def first_time(db: sqlite3.Connection, digest: str, guid: str | None) -> bool:
    """Whether the message is new. Call it in the transaction that holds the effect.

    The table: CREATE TABLE seen (key TEXT PRIMARY KEY). Both keys are unique: the digest stops a
    request that is sent again as it was, under any GUID; the GUID (header X-Http-Task-Guid) stops a
    retry that was signed anew. A first attempt may come without a GUID: a key of your own inside the
    signed body is surer, if you can have one.
    """
    once = "INSERT OR IGNORE INTO seen VALUES (?)"
    new = db.execute(once, ("signed " + digest,)).rowcount == 1
    if new and guid:  # a request that was seen before binds no GUID
        new = db.execute(once, ("guid " + guid,)).rowcount == 1
    return new
