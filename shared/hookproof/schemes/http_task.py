"""The platform's HTTP tasks: `X-Webhook-Signature: t=<time>,sha256=<hex>`.

Rules P-HDR-1 to P-HDR-10, P-SIG-2, P-SIG-3, P-SIG-8 and P-TIME-1 to P-TIME-3 of PROTOCOL.md. That a
secret key signs the request is documented by the platform; the header, the signed bytes and the unit
are assumed.
"""

from __future__ import annotations

from typing import Final

from ..errors import BadConfiguration
from ..headers import Headers, one
from .hmac_scheme import HmacScheme
from .scheme import Identity, Reading, Ring
from .times import Unit, read_time, write_time

HEADER: Final = "X-Webhook-Signature"


class HttpTask(HmacScheme):
    """The scheme of the platform's HTTP tasks, and the default of everything here.

    Args:
        unit: what `t` counts when signing, `"ms"` or `"s"` (assumed: milliseconds). When verifying,
            either is read, told apart by size.
    """

    name: str = "http-task"
    headers: tuple[str, ...] = (HEADER,)
    identity: Identity = "signature"

    def __init__(self, unit: Unit = "ms") -> None:
        if unit not in ("ms", "s"):
            raise BadConfiguration(f"the unit of t is 'ms' or 's', not {unit!r}")
        self.unit: Unit = unit

    def read(self, headers: Headers) -> Reading:
        """Read the one header. What the platform sends is read at once; all else by the grammar."""
        # Written out, and in slices: a call or a match would cost a tenth of the verification.
        value = headers.get(HEADER) if type(headers) is dict else None
        if type(value) is not str:
            value = one(headers, HEADER)
        if len(value) == 87 and value[:2] == "t=" and value[15:23] == ",sha256=":
            time_text = value[2:15]
            # 13 characters make so large a number only if each of them is a digit, the first no zero.
            try:
                milliseconds = int(time_text)
            except ValueError:
                return _read_elements(headers)
            if milliseconds >= 1_000_000_000_000 and value.isascii():
                return milliseconds * 1_000_000, time_text.encode() + b".", (value[23:],)
        return _read_elements(headers)

    def check(self, headers: Headers) -> None:
        """What `read` took as the platform sends it, by the whole grammar."""
        _read_elements(headers)

    def write(self, body: bytes, ring: Ring, now_ns: int, message_id: str | None) -> dict[str, str]:
        """Sign with the newest secret: one `t`, one `sha256`."""
        time_text = write_time(now_ns, self.unit)
        mac, _ = ring[0]
        return {HEADER: f"t={time_text},sha256={mac(time_text.encode() + b'.', body)}"}

    def __repr__(self) -> str:
        return f"HttpTask(unit={self.unit!r})"


def _read_elements(headers: Headers) -> Reading:
    from .elements import read_elements  # here, since what the platform sends never needs it

    time_text, signatures = read_elements(headers, HEADER, "sha256")
    return read_time(time_text), time_text.encode() + b".", signatures
