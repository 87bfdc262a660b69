"""What a verified request is."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from .clock import NANOSECONDS, to_datetime
from .headers import Headers
from .headers import guid as read_guid

if TYPE_CHECKING:
    from datetime import datetime

    from .schemes import Decision, Scheme


class Delivery:
    """One request that was proved to come from a holder of the secret. Made by a verifier.

    Its `repr` shows no byte of the body. What is seldom asked for is worked out when asked.
    """

    __slots__ = (
        "_decision",
        "_guid",
        "_headers",
        "_scheme",
        "_signature_id",
        "_verified_ns",
        "body",
    )

    # Few attributes and no work: this is a tenth of what a verification costs.
    def __init__(
        self, body: bytes, headers: Headers, scheme: Scheme, decision: Decision, verified_ns: int
    ) -> None:
        self.body: bytes = body
        """The bytes that were signed, as they came."""
        self._headers = headers
        self._scheme = scheme
        self._decision = decision
        self._verified_ns = verified_ns

    @property
    def scheme(self) -> str:
        """The scheme's name: `http-task`."""
        return self._scheme.name

    @property
    def secret_label(self) -> str:
        """The label of the secret that matched; empty where it has none."""
        return self._decision[0]

    @property
    def guid(self) -> str | None:
        """What a retry carries in `X-Http-Task-Guid`, in canonical form; None on a first attempt.

        Not signed: it groups attempts, and proves nothing.
        """
        try:
            return self._guid
        except AttributeError:
            self._guid: str | None = read_guid(self._headers)
            return self._guid

    @property
    def message_id(self) -> str | None:
        """The id that every attempt of this message carries, and that is signed with it.

        None where the scheme signs no id. The scheme's own idempotency key, and a proved one.
        """
        return self._scheme.message_id(self._decision[2])

    @property
    def signature_id(self) -> str | None:
        """What the same signed bytes always give: 64 hexadecimal digits of SHA-256.

        Over the scheme's name and the signed bytes, not over the signature's text: so a header with
        two good signatures, one of them taken away, stays the same message, also while secrets are
        rotated. An attempt that was signed anew has another; `message_id` stays. None where the
        scheme's signature does not tell two messages apart.
        """
        try:
            return self._signature_id
        except AttributeError:
            self._signature_id: str | None = self._identify()
            return self._signature_id

    @property
    def signed_at(self) -> datetime | None:
        """When the sender says it signed: aware, in UTC; None where the scheme has no time."""
        signed_ns = self._decision[1]
        return None if signed_ns is None else to_datetime(signed_ns)

    @property
    def signed_ns(self) -> int | None:
        """When the sender says it signed, as Unix time in nanoseconds."""
        return self._decision[1]

    @property
    def age(self) -> float | None:
        """Seconds from signing to verifying, below 0 where the sender's clock is ahead."""
        signed_ns = self._decision[1]
        return None if signed_ns is None else (self._verified_ns - signed_ns) / NANOSECONDS

    def json(self) -> Any:
        """The body as JSON, read as UTF-8 after the proof.

        Raises:
            ValueError: as `read_json`.
        """
        return read_json(self.body)

    def __repr__(self) -> str:
        return (
            f"Delivery(scheme={self.scheme!r}, secret_label={self.secret_label!r}, "
            f"guid={self.guid!r}, body={len(self.body)} bytes)"
        )

    def _identify(self) -> str | None:
        if self._scheme.identity == "none":
            return None
        digest = hashlib.sha256(f"{self.scheme}\n".encode())
        digest.update(self._decision[2])
        digest.update(self.body)
        return digest.hexdigest()


def read_json(body: bytes) -> Any:
    """A body as JSON. Of a name that comes twice the last one counts, as Python has it.

    Raises:
        ValueError: it is not UTF-8 or not JSON (NaN and Infinity are none), or is more than Python
            reads: too deeply nested, or an integer of more than 4,300 digits.
    """
    import json  # here, since verifying alone never needs it

    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("the body is nested too deeply to be read") from None


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not JSON")
