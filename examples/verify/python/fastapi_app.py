"""Receive HTTP tasks with FastAPI: `uvicorn fastapi_app:app`.

The raw-body trap: a parameter that is a model, a `dict` or a `Form` makes FastAPI parse the body first,
and answer 422 before any signature was looked at. Take the `Request` alone, and parse after the proof.
"""

import hashlib
import hmac
import os
import re
import sqlite3
import time
from contextlib import closing

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

SECRETS = [  # newest first; the old one only while a secret is being changed
    os.environ[name].encode() for name in ("HOOK_SECRET", "HOOK_SECRET_OLD") if os.environ.get(name)
]
TOLERANCE_MS = 300_000
DATABASE = "orders.db"

app = FastAPI()


@app.post("/hooks/orders")
async def orders(request: Request) -> Response:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > 1_000_000:
            return Response("too large", 413)
    lines = request.headers.getlist("X-Webhook-Signature")
    digest = signed(body, lines, SECRETS, now_ms(), TOLERANCE_MS)
    if digest is None:
        return Response("refused", 401)
    await run_in_threadpool(handle, body, digest, request.headers.get("X-Http-Task-Guid"))
    return Response("done")


def handle(body: bytes, digest: str, guid: str | None) -> None:
    with closing(sqlite3.connect(DATABASE)) as db, db:  # one transaction: both keys and the effect
        if first_time(db, digest, guid):
            db.execute("INSERT INTO orders VALUES (?)", (body,))


def now_ms() -> int:
    return time.time_ns() // 1_000_000


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


with closing(sqlite3.connect(DATABASE)) as new:
    new.execute("CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY)")
    new.execute("CREATE TABLE IF NOT EXISTS orders (body BLOB)")
