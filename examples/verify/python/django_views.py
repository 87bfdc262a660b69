"""Receive HTTP tasks with Django: this is `views.py`; in `urls.py`: path("hooks/orders", views.orders).

The raw-body trap: `request.POST` consumes a form, after which `request.body` raises. Read
`request.body` first; a middleware that looks at `POST` comes too early. A sender has no CSRF token:
`csrf_exempt`. DATA_UPLOAD_MAX_MEMORY_SIZE (2.5 MB) bounds the body.
"""

import hashlib
import hmac
import os
import re
import time

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

SECRETS = [  # newest first; the old one only while a secret is being changed
    os.environ[name].encode() for name in ("HOOK_SECRET", "HOOK_SECRET_OLD") if os.environ.get(name)
]
TOLERANCE_MS = 300_000


@csrf_exempt
@require_POST
def orders(request: HttpRequest) -> HttpResponse:
    body = request.body
    header = request.headers.get("X-Webhook-Signature")  # two lines come joined, and are refused
    digest = signed(body, [] if header is None else [header], SECRETS, now_ms(), TOLERANCE_MS)
    if digest is None:
        return HttpResponse("refused", status=401)
    with transaction.atomic():  # both keys and the effect
        if first_time(digest, request.headers.get("X-Http-Task-Guid")):
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO orders VALUES (%s)", [body])
    return HttpResponse("done")


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


def first_time(digest: str, guid: str | None) -> bool:
    """Whether the message is new. Call it in the transaction that holds the effect.

    The table: CREATE TABLE seen (key TEXT PRIMARY KEY). Both keys are unique: the digest stops a
    request that is sent again as it was, under any GUID; the GUID (header X-Http-Task-Guid) stops a
    retry that was signed anew. A first attempt may come without a GUID: a key of your own inside the
    signed body is surer, if you can have one.
    """
    once = "INSERT INTO seen VALUES (%s) ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        cursor.execute(once, ["signed " + digest])
        if cursor.rowcount == 1 and guid:  # a request that was seen before binds no GUID
            cursor.execute(once, ["guid " + guid])
        return cursor.rowcount == 1
