"""What a server showed in a TLS handshake, where OpenSSL's own error does not tell."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from typing import Any, Final

CHAIN_MISSING: Final = "the server sent its own certificate alone, and that names where its issuer's is"
"""A note on an exception: the certificates between the server's and its authority's are missing."""

CERTIFICATE_WANTED: Final = "the server asked for a certificate of the client"
"""A note on an exception."""

# RFC 8446, sections 4 and 5.1.
_HANDSHAKE = 22
_CERTIFICATE, _CERTIFICATE_REQUEST = 11, 13
_TLS_1_3 = 0x0304

# id-ad-caIssuers (RFC 5280, 4.2.2.1). Certificates of public authorities have it; browsers go and
# fetch what it names, so that a server which lacks its chain seems well in them.
_ISSUERS_ADDRESS = bytes.fromhex("06082b06010505073002")


class NotingSocket(ssl.SSLSocket):
    """Adds notes to what is raised until the server has sent its first byte.

    With TLS 1.3 a server that misses a certificate of the client says so only after the handshake.
    """

    notes: frozenset[str] = frozenset()

    def do_handshake(self, block: bool = False) -> None:
        """Do as the class above does."""
        with self._noting():
            super().do_handshake(block)

    def send(self, *args: Any) -> int:
        """Do as the class above does."""
        with self._noting():
            return super().send(*args)

    def read(self, *args: Any) -> Any:
        """Do as the class above does."""
        with self._noting():
            read = super().read(*args)
        self.notes = frozenset()
        return read

    @contextlib.contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            for note in self.notes:
                error.add_note(note)
            raise


def watch(context: ssl.SSLContext) -> None:
    """Have sockets of a context note what their server shows.

    Python has no public name for OpenSSL's message callback. Without it nothing is noted, and a
    failure is named less exactly. It is set on the base class, since the setter that `ssl` puts above
    makes enumerations of every record's numbers, which costs a tenth of a handshake.
    """
    callback = getattr(ssl.SSLContext.__base__, "_msg_callback", None)
    if callback is not None:
        context.sslsocket_class = NotingSocket
        callback.__set__(context, _on_message)


def _on_message(
    sock: NotingSocket, direction: str, version: int, content: int, kind: int, message: bytes
) -> None:
    if direction != "read" or content != _HANDSHAKE:
        return
    if kind == _CERTIFICATE_REQUEST:
        sock.notes |= {CERTIFICATE_WANTED}
    elif kind == _CERTIFICATE and _is_cut_short(message, version):
        sock.notes |= {CHAIN_MISSING}


def _is_cut_short(message: bytes, version: int) -> bool:
    """Whether a `Certificate` message holds one certificate, which names its issuer's address."""
    newer = version >= _TLS_1_3
    at = 4 + (1 + _number(message[4:5]) if newer else 0) + 3
    end = at + 3 + _number(message[at : at + 3])
    leaf = message[at + 3 : end]
    extensions = 2 + _number(message[end : end + 2]) if newer else 0
    return end + extensions == len(message) and _ISSUERS_ADDRESS in leaf


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")
