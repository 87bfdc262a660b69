"""Certificates of every kind that a server may show, made for one test and good nowhere else."""

from __future__ import annotations

import hashlib
import ipaddress
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

LONG_AGO, PAST, FUTURE, FAR = (datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 2001, 2990, 2999))

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
GeneralName = x509.DNSName | x509.IPAddress


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key."""

    der: bytes
    key: Key
    subject: x509.Name

    @property
    def pem(self) -> bytes:
        return ssl.DER_cert_to_PEM_cert(self.der).encode()


def new_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def names(*texts: str) -> list[GeneralName]:
    """Alternative names: an address is one, `dns:` in front makes a name of anything."""
    return [_name(text) for text in texts]


def issue(
    *alternative: GeneralName,
    by: Certificate | None = None,
    authority: bool = False,
    common: str = "test",
    key: Key | None = None,
    begins: datetime = LONG_AGO,
    ends: datetime = FAR,
    issuers_address: bool = False,
    permitted: Iterable[GeneralName] = (),
) -> Certificate:
    """Make a certificate.

    Args:
        alternative: the names that it is for.
        by: who signs it; None for itself.
        authority: whether it may sign others.
        common: its common name, which nobody should look at.
        key: None for a new one.
        begins: when its time begins.
        ends: when its time is over.
        issuers_address: whether it says where its issuer's certificate is to be had.
        permitted: as an authority, the names that it may sign for; none are all.
    """
    key = key or new_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if alternative:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternative), critical=False)
    if issuers_address:
        where = x509.UniformResourceIdentifier("http://authority.invalid/issuer.der")
        access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, where)
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    if permitted:
        only = x509.NameConstraints(permitted_subtrees=list(permitted), excluded_subtrees=None)
        builder = builder.add_extension(only, critical=True)
    signed = builder.sign(by.key if by else key, hashes.SHA256())
    return Certificate(signed.public_bytes(Encoding.DER), key, subject)


def issue_under_sha1(alternative: list[GeneralName], by: Certificate) -> Certificate:
    """One that is signed over SHA-1: no library makes it any more, so it is signed here by hand."""
    made = issue(*alternative, by=by)
    assert isinstance(by.key, rsa.RSAPrivateKey)
    sha256_with_rsa, sha1_with_rsa = (bytes.fromhex(f"2a864886f70d0101{end}") for end in ("0b", "05"))
    der = made.der.replace(sha256_with_rsa, sha1_with_rsa)
    assert der.count(sha1_with_rsa) == 2  # in what is signed, and beside it
    size = by.key.key_size // 8
    # The certificate is one sequence, with a head of four bytes; so is what is signed in it.
    length = int.from_bytes(der[6:8], "big") + 4
    digest = hashlib.sha1(der[4 : 4 + length]).digest()
    info = bytes.fromhex("3021300906052b0e03021a05000414") + digest
    padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    numbers = by.key.private_numbers()
    signature = pow(int.from_bytes(padded, "big"), numbers.d, numbers.public_numbers.n)
    return Certificate(der[:-size] + signature.to_bytes(size, "big"), made.key, made.subject)


def serving(
    leaf: Certificate,
    *chain: Certificate,
    version: ssl.TLSVersion | None = None,
    ciphers: str = "DEFAULT@SECLEVEL=0",
) -> ssl.SSLContext:
    """A server's context that sends this certificate and these behind it.

    Args:
        leaf: the server's own.
        chain: what it sends behind it.
        version: the one version of TLS that it speaks; None for those that are usual.
        ciphers: what it offers, in OpenSSL's words.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(ciphers)
    if version:
        # 1.0 and 1.1 warn that they are deprecated; tests that mean them let it pass.
        context.minimum_version = context.maximum_version = version
    key = leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(b"".join([key, leaf.pem, *(one.pem for one in chain)]))
        context.load_cert_chain(path)
    return context


def _name(text: str) -> GeneralName:
    if text.startswith("dns:"):
        return x509.DNSName(text.removeprefix("dns:"))
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
