"""Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64>`.

Rules P-SW-1 to P-SW-10 of PROTOCOL.md. Source: spec/standard-webhooks.md of the project of that name;
its asymmetric signatures (`v1a`) are not among what the standard library can check.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, b2a_base64
from typing import Final

from ..errors import BadConfiguration
from ..headers import Headers, one
from ..keys import Secret, hmac_sha256_base64
from .hmac_scheme import HmacScheme
from .refusals import MAX_SIGNATURES, refuse_length, refuse_number, unreadable
from .scheme import Identity, Mac, Reading, Ring
from .times import Unit, read_seconds, write_time

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
KEY_BYTES: Final = range(24, 65)
"""How many bytes a key may have."""

_ASYMMETRIC = "an asymmetric key: only secrets that begin with whsec_ can be used here"

# No dot: the dots of the signed text part id, time and body, and must part them in one way alone.
_is_id = re.compile(r"[!-\-/-~]{1,255}", re.ASCII).fullmatch
# The last character's two low bits stand for nothing, and are zero.
_is_base64 = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=", re.ASCII).fullmatch
_ELEMENT = re.compile(r"([!-+\--~]+),([!-+\--~]*)", re.ASCII).fullmatch


class StandardWebhooks(HmacScheme):
    """Messages by the specification Standard Webhooks, with a signed id."""

    name: str = "standard-webhooks"
    headers: tuple[str, ...] = (ID, TIMESTAMP, SIGNATURE)
    identity: Identity = "id"
    unit: Unit | None = "s"
    key_form: str = "whsec_ and the base64 of 24 to 64 bytes, which are the key"
    foreign: tuple[tuple[str, str], ...] = (
        ("v1,", "a version in front of it: take what follows, from whsec_ on"),
        ("sk_", "an API key: take the endpoint's signing secret, whsec_…"),
        ("whsk_", _ASYMMETRIC),
        ("whpk_", _ASYMMETRIC),
    )

    def new_secret(self) -> str:
        """`whsec_` and the base64 of 32 random bytes."""
        from secrets import token_bytes  # here, since verifying never needs it

        return f"whsec_{b2a_base64(token_bytes(32), newline=False).decode()}"

    def mac(self, secret: Secret) -> Mac:
        """The key is what the secret's base64 stands for, with `whsec_` in front of it or not."""
        return hmac_sha256_base64(self._key(secret))

    def read(self, headers: Headers) -> Reading:
        """Read the three headers. One signature, as is sent every day, is read at once."""
        # Written out, as in http_task: this is most of what a verification costs beside the HMAC.
        if type(headers) is dict:
            message_id = headers.get(ID)
            time_text = headers.get(TIMESTAMP)
            value = headers.get(SIGNATURE)
            if (
                type(value) is type(time_text) is type(message_id) is str
                and len(value) == 47
                and value[:3] == "v1,"
                and len(time_text) == 10
                and time_text.isdecimal()
                and time_text >= "1"
                and time_text.isascii()
                and value.isascii()
                and _is_id(message_id)
            ):
                signed = f"{message_id}.{time_text}.".encode()
                return int(time_text) * 1_000_000_000, signed, (value[3:],)
        return _read_all(headers)

    def check(self, headers: Headers) -> None:
        """What `read` took as it is sent every day, by the whole grammar."""
        _read_all(headers)

    def message_id(self, signed: bytes) -> str | None:
        """The value of `webhook-id`: the same for every attempt of a message."""
        return signed.partition(b".")[0].decode()

    def write(self, body: bytes, ring: Ring, now_ns: int, message_id: str | None) -> dict[str, str]:
        """Sign with each of the newest secrets, so that a receiver may change its own at any time."""
        message_id = _new_id() if message_id is None else message_id
        if not _is_id(message_id):
            raise BadConfiguration(
                "a message's id is 1 to 255 visible ASCII characters without a dot, "
                f"as in msg_2KWPBgLlAfxdpx2AI54pPJ85f4W; this is {message_id[:300]!r}"
            )
        time_text = write_time(now_ns, "s")
        signed = f"{message_id}.{time_text}.".encode()
        signatures = [f"v1,{mac(signed, body)}" for mac, _ in ring[:MAX_SIGNATURES]]
        return {ID: message_id, TIMESTAMP: time_text, SIGNATURE: " ".join(signatures)}

    def _key(self, secret: Secret) -> bytes:
        key = _decoded(self.own_bytes(secret).removeprefix(b"whsec_"))
        if key is None:
            raise secret.wrong("is not base64, with or without whsec_: copy the whole of it")
        if (size := len(key)) not in KEY_BYTES:
            del key  # a traceback may show locals
            raise secret.wrong(
                f"stands for {size} bytes: the key of Standard Webhooks has 24 to 64; "
                "copy the whole secret, or make one: hookproof secret new --scheme standard-webhooks"
            )
        return key


def _decoded(text: bytes) -> bytes | None:
    text += b"=" * (-len(text) % 4)  # some leave the padding out, and it says nothing
    try:
        return a2b_base64(text, strict_mode=True)
    except Error:
        return None


def _new_id() -> str:
    from secrets import token_hex  # here, since verifying never needs it

    return f"msg_{token_hex(16)}"


def _read_all(headers: Headers) -> Reading:
    message_id, time_text, value = one(headers, ID), one(headers, TIMESTAMP), one(headers, SIGNATURE)
    refuse_length(SIGNATURE, value)
    signatures: list[str] = []
    for number, raw in enumerate(value.split(" "), start=1):
        element = _ELEMENT(raw)
        if element is None:
            raise unreadable(SIGNATURE, f"element {number} is not version,signature after one space")
        version, text = element.groups()
        if version == "v1":
            if not _is_base64(text):
                raise unreadable(
                    SIGNATURE, f"element {number}: v1 is the base64 of 32 bytes in its one form"
                )
            signatures.append(text)
    if not signatures:
        raise unreadable(SIGNATURE, "there is no v1 element")
    refuse_number("v1", len(signatures))
    if not _is_id(message_id):
        raise unreadable(ID, "an id is 1 to 255 visible ASCII characters without a dot")
    signed_ns = read_seconds(time_text)  # first: what is no time may have no UTF-8 form either
    return signed_ns, f"{message_id}.{time_text}.".encode(), tuple(signatures)
