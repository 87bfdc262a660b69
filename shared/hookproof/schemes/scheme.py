"""What a scheme has to say for itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

from ..headers import Headers
from ..keys import Secret
from .times import Unit

Mac: TypeAlias = Callable[[bytes, bytes], str]
"""One key at work: (what is signed beside the body, body) to the signature's ASCII text."""

Ring: TypeAlias = tuple[tuple[Mac, str], ...]
"""Keys with their secrets' labels, newest first."""

Reading: TypeAlias = tuple[int | None, bytes, tuple[str, ...]]
"""What the headers of one request say: the time of signing in nanoseconds (None where the scheme has
none), what is signed beside the body, and the signatures as they stand: ASCII text, at least one."""

Identity: TypeAlias = Literal["signature", "id", "none"]
"""What tells two messages apart: `signature`, where the time is signed so that equal signed bytes are
one message; `id`, where an id is signed too, and every attempt of a message carries the same; `none`,
where the body alone is signed."""


class Scheme(Protocol):
    """How a message is signed. Stateless: the same object serves any number of threads."""

    @property
    def name(self) -> str:
        """What settings, deliveries and the command line call it."""
        ...

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers that it reads and writes; the last one holds the signature."""
        ...

    @property
    def identity(self) -> Identity:
        """What tells two messages apart."""
        ...

    @property
    def unit(self) -> Unit | None:
        """What its time counts when it signs; None where it has no time."""
        ...

    @property
    def key_form(self) -> str:
        """What a secret looks like, in a few words."""
        ...

    def new_secret(self) -> str:
        """Make a strong secret in the scheme's form."""
        ...

    def mac(self, secret: Secret) -> Mac:
        """Make a key of a secret.

        Raises:
            BadConfiguration: the secret cannot be one of this scheme.
        """
        ...

    def read(self, headers: Headers) -> Reading:
        """Read a request's headers by the scheme's strict grammar, as far as it bears on a match.

        Raises:
            MalformedSignature: there is no signature, or none that the grammar knows.
        """
        ...

    def check(self, headers: Headers) -> None:
        """Apply the grammar that `read` may have left for later, where no signature matched.

        What matches is equal to a text that we made ourselves, so its grammar needs no check; what
        does not is looked at once more, for the exact reason.

        Raises:
            MalformedSignature: as for `read`.
        """
        ...

    def message_id(self, signed: bytes) -> str | None:
        """The id in what is signed beside the body; None where the scheme has none."""
        ...

    def write(self, body: bytes, ring: Ring, now_ns: int, message_id: str | None) -> dict[str, str]:
        """Sign: the headers to send with `body`, signed at `now_ns`.

        Args:
            body: what is sent.
            ring: the keys; the newest signs, or several where the header is a list.
            now_ns: Unix time in nanoseconds.
            message_id: the id to sign; None makes one. Always None where the scheme has none.

        Raises:
            BadConfiguration: the id cannot be one.
            CannotRun: the clock shows a time that a receiver would misread.
        """
        ...
