"""How each scheme's messages are signed and written, said a second time.

Nothing here uses hookproof: what signs is Python's own `hmac`.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping

from .vector import BODY, NOW

Pairs = tuple[tuple[str, str], ...]
"""A request's headers: names and values."""


class Form:
    """One scheme. Here stands what most have: a time in seconds, hexadecimal, one signature."""

    name: str
    secret = "hookproof-vector-secret-not-for-production"
    other = "another-secret-entirely"
    """A secret that the receiver does not have."""
    rotating: tuple[str, str] = ("not-a-real-secret-new", "not-a-real-secret-old")
    per_second: int | None = 1
    """How many of its unit of time make a second; None where it has no time."""
    algorithm = "sha256"
    is_list = False
    """Whether its header may hold several signatures."""

    @property
    def t(self) -> str:
        """When a message is signed where nothing else is said: a second before NOW."""
        return self.at(NOW - 1000)

    def at(self, milliseconds: int) -> str:
        """The text of a time; empty where the scheme has none."""
        return "" if self.per_second is None else str(milliseconds * self.per_second // 1000)

    def key(self, secret: str) -> bytes:
        """The key that a secret stands for."""
        return secret.encode()

    def message(self, t: str, body: bytes) -> bytes:
        """What is signed."""
        return t.encode() + b"." + body

    def write(self, digest: bytes) -> str:
        """The text of a signature."""
        return digest.hex()

    def elements(self, *signatures: str) -> str:
        """Signatures as they stand in the header, joined where there may be several."""
        raise NotImplementedError

    def raw(self, t: str, value: str) -> Pairs:
        """The headers with a time, and anything where the signatures stand."""
        raise NotImplementedError

    def digest(self, message: bytes, key: bytes | None = None, algorithm: str | None = None) -> bytes:
        """An HMAC, under the usual key and function where nothing else is said."""
        key = self.key(self.secret) if key is None else key
        return hmac.new(key, message, algorithm or self.algorithm).digest()

    def signature(self, t: str | None = None, body: bytes = BODY, secret: str | None = None) -> str:
        """The right signature."""
        key = self.key(self.secret if secret is None else secret)
        return self.write(self.digest(self.message(self.t if t is None else t, body), key))

    def headers(self, *signatures: str, t: str | None = None) -> Pairs:
        """The headers with these signatures."""
        return self.raw(self.t if t is None else t, self.elements(*signatures))

    def request(self, t: str | None = None, body: bytes = BODY, secret: str | None = None) -> Pairs:
        """The headers of a good request."""
        return self.headers(self.signature(t, body, secret), t=t)

    def taken(self, headers: Mapping[str, str], body: bytes) -> tuple[bytes, list[str]]:
        """What is signed in a good request, and its signatures; names in lower case."""
        raise NotImplementedError

    def misspelt(self) -> dict[str, str]:
        """Texts of the right signature that are not the one right text."""
        m = self.signature()
        digest = bytes.fromhex(m)
        longer = {name: self.digest(self.message(self.t, BODY), algorithm=name) for name in _LONGER}
        return {
            **{f"HMAC-{name.upper()}": digest.hex() for name, digest in longer.items()},
            "base64": base64.b64encode(digest).decode(),
            "base64url without padding": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "upper case": m.upper(),
            "one digit in upper case": m.replace("a", "A", 1),
            "0x in front": "0x" + m,
            "a digit short": m[:-1],
            "half of it": m[: len(m) // 2],
            "8 digits": m[:8],
            "1 digit": m[:1],
            "no digit": "",
            "a digit more": m + "0",
            "twice in one": m + m,
            "a letter that is no digit": m[:-1] + "g",
            "percent-encoded": "".join(f"%{m[i : i + 2]}" for i in range(0, len(m), 2)),
        }


_LONGER = ("md5", "sha512")


class ElementsForm(Form):
    """`t=…` and signatures as elements of one header."""

    header: str
    element: str
    is_list = True

    def elements(self, *signatures: str) -> str:
        return ",".join(f"{self.element}={text}" for text in signatures)

    def raw(self, t: str, value: str) -> Pairs:
        return ((self.header, f"t={t},{value}"),)

    def taken(self, headers: Mapping[str, str], body: bytes) -> tuple[bytes, list[str]]:
        value = headers[self.header.lower()]
        elements = [element.strip(" ").split("=", 1) for element in value.split(",")]
        t = next(text for name, text in elements if name == "t")
        return self.message(t, body), [text for name, text in elements if name == self.element]


class HttpTaskForm(ElementsForm):
    name = "http-task"
    per_second = 1000
    header = "X-Webhook-Signature"
    element = "sha256"


class StripeForm(ElementsForm):
    name = "stripe"
    secret = "whsec_hookproof-vector-secret-not-for-production"
    header = "Stripe-Signature"
    element = "v1"


class GitHubForm(Form):
    name = "github"
    per_second = None
    header = "X-Hub-Signature-256"

    def message(self, t: str, body: bytes) -> bytes:
        return body

    def elements(self, *signatures: str) -> str:
        (text,) = signatures
        return f"{self.algorithm}={text}"

    def raw(self, t: str, value: str) -> Pairs:
        return ((self.header, value),)

    def taken(self, headers: Mapping[str, str], body: bytes) -> tuple[bytes, list[str]]:
        return body, [headers[self.header.lower()].partition("=")[2]]


class GitHubSha1Form(GitHubForm):
    name = "github-sha1"
    algorithm = "sha1"
    header = "X-Hub-Signature"


class SlackForm(Form):
    name = "slack"

    def message(self, t: str, body: bytes) -> bytes:
        return f"v0:{t}:".encode() + body

    def elements(self, *signatures: str) -> str:
        (text,) = signatures
        return f"v0={text}"

    def raw(self, t: str, value: str) -> Pairs:
        return (("X-Slack-Request-Timestamp", t), ("X-Slack-Signature", value))

    def taken(self, headers: Mapping[str, str], body: bytes) -> tuple[bytes, list[str]]:
        signature = headers["x-slack-signature"].removeprefix("v0=")
        return self.message(headers["x-slack-request-timestamp"], body), [signature]


class StandardWebhooksForm(Form):
    name = "standard-webhooks"
    secret = "whsec_aG9va3Byb29mLXZlY3Rvci1zZWNyZXQtbm90LWZvci1wcm9kdWN0aW9u"  # of that very text
    other = "whsec_YW5vdGhlci1zZWNyZXQtZW50aXJlbHktbm90LXJlYWw="
    rotating = (
        "whsec_bm90LWEtcmVhbC1zZWNyZXQtbmV3LW5ldy1uZXc=",
        "whsec_bm90LWEtcmVhbC1zZWNyZXQtb2xkLW9sZC1vbGQ=",
    )
    is_list = True
    id = "msg_1"

    def key(self, secret: str) -> bytes:
        return base64.b64decode(secret.removeprefix("whsec_") + "==")

    def message(self, t: str, body: bytes) -> bytes:
        return f"{self.id}.{t}.".encode() + body

    def write(self, digest: bytes) -> str:
        return base64.b64encode(digest).decode()

    def elements(self, *signatures: str) -> str:
        return " ".join(f"v1,{text}" for text in signatures)

    def raw(self, t: str, value: str) -> Pairs:
        return (("webhook-id", self.id), ("webhook-timestamp", t), ("webhook-signature", value))

    def taken(self, headers: Mapping[str, str], body: bytes) -> tuple[bytes, list[str]]:
        elements = [element.partition(",") for element in headers["webhook-signature"].split(" ")]
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        return signed, [text for version, _, text in elements if version == "v1"]

    def misspelt(self) -> dict[str, str]:
        m = self.signature()
        digest = base64.b64decode(m)
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        same_bytes = m[:-2] + alphabet[alphabet.index(m[-2]) + 1] + "="
        return {
            "HMAC-SHA1": self.write(self.digest(self.message(self.t, BODY), algorithm="sha1")),
            "HMAC-SHA512": self.write(self.digest(self.message(self.t, BODY), algorithm="sha512")),
            "hexadecimal": digest.hex(),
            "a character of base64url": m[:20] + "-" + m[21:],
            "no padding": m.rstrip("="),
            "more padding": m + "=",
            "text after the padding": m + "AAAA",
            "another last character of the same bytes": same_bytes,
            "junk inside": m[:20] + "!" + m[20:],
            "31 bytes": self.write(digest[:31]),
            "16 bytes": self.write(digest[:16]),
            "1 byte": self.write(digest[:1]),
            "nothing": "",
            "33 bytes": self.write(digest + b"\0"),
            "twice in one": m + m,
            "= in front": "=" + m,
            "percent-encoded": m.replace("=", "%3D"),
        }


FORMS: tuple[Form, ...] = (
    HttpTaskForm(),
    StandardWebhooksForm(),
    StripeForm(),
    GitHubForm(),
    GitHubSha1Form(),
    SlackForm(),
)
"""All schemes that ship."""

OTHERS: tuple[Form, ...] = FORMS[1:]
"""All but the platform's own, whose vectors and cases are written out by hand."""
