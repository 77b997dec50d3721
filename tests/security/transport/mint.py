"""Make certificates of every kind that a client must refuse."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

DAY = datetime.timedelta(days=1)
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
_UNKNOWN = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A certificate with its key and those above it, without the root."""

    certificate: x509.Certificate
    key: Any
    above: tuple[x509.Certificate, ...] = ()

    def context(self, *, whole: bool = True) -> ssl.SSLContext:
        """Return a server context that shows this certificate, and those above it where `whole`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # it must be able to show what is too weak
        kind = serialization.PrivateFormat.PKCS8
        key = self.key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())
        chain = [self.certificate, *(self.above if whole else ())]
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(key + b"".join(map(pem, chain)))
            file.flush()
            context.load_cert_chain(file.name)
        return context


def pem(certificate: x509.Certificate) -> bytes:
    """Return a certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM)


class Mint:
    """An authority. `name` may be that of another: a certificate says who it is, and its signature whether that is true."""

    def __init__(self, name: str = "Root of the tests") -> None:
        self.paper = _issue(name, None, authority=True)

    @classmethod
    def under(cls, paper: Paper) -> Self:
        """Return the authority that `paper` makes of whoever has its key, whether it may be one or not."""
        found = cls.__new__(cls)
        found.paper = paper
        return found

    @property
    def pem(self) -> bytes:
        """Return what a client has to trust."""
        return pem(self.paper.certificate)

    def issue(self, *names: str, **changes: Any) -> Paper:
        """Return a certificate for `names`; see `_issue` for what may be wrong with it."""
        return _issue(names[0] if names else "nobody", self.paper, names=names, **changes)

    def middle(self, *, authority: bool = True, **changes: Any) -> Mint:
        """Return an authority between this one and its certificates."""
        return Mint.under(_issue("Authority in the middle", self.paper, authority=authority, **changes))


def _issue(
    title: str,
    issuer: Paper | None,
    *,
    names: Sequence[str] = (),
    authority: bool = False,
    begins: datetime.timedelta = -DAY,
    ends: datetime.timedelta = 30 * DAY,
    usage: ObjectIdentifier | None = None,
    constraints: x509.NameConstraints | None = None,
    depth: int | None = None,
    bits: int = 0,
    digest: str = "",
    alternative: bool = True,
    general: Sequence[x509.GeneralName] = (),
    unknown: bool = False,
    signs: bool = True,
) -> Paper:
    now = datetime.datetime.now(datetime.UTC)
    key = rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title[:64])])
    parent = subject if issuer is None else issuer.certificate.subject
    made = x509.CertificateBuilder(parent, subject, key.public_key(), x509.random_serial_number(), now + begins, now + ends)
    made = made.add_extension(x509.BasicConstraints(ca=authority, path_length=depth), critical=True)
    others = [*map(_general, names), *general]
    if alternative and others:
        made = made.add_extension(x509.SubjectAlternativeName(others), critical=False)
    if usage is not None:
        made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if constraints is not None:
        made = made.add_extension(constraints, critical=True)
    if unknown:
        made = made.add_extension(_UNKNOWN, critical=True)
    if not signs:
        made = made.add_extension(_only_signatures(), critical=True)
    signer = key if issuer is None else issuer.key
    certificate = made.sign(signer, hashes.SHA256())
    if digest:
        certificate = _resigned(certificate, signer, digest)
    above = () if issuer is None or issuer.certificate.issuer == issuer.certificate.subject else (issuer.certificate, *issuer.above)
    return Paper(certificate=certificate, key=key, above=above)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _only_signatures() -> x509.KeyUsage:
    rest = ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(digital_signature=True, content_commitment=False, **dict.fromkeys(rest, False))


_SHA256_RSA = bytes.fromhex("06092a864886f70d01010b")
_OLD: dict[str, tuple[int, hashes.HashAlgorithm]] = {"SHA-1": (5, hashes.SHA1()), "MD5": (4, hashes.MD5())}


def _resigned(certificate: x509.Certificate, signer: rsa.RSAPrivateKey, digest: str) -> x509.Certificate:
    """Sign anew with a digest that no builder takes any more: the object identifiers differ in their last byte (RFC 8017, A.2.4)."""
    last, algorithm = _OLD[digest]
    named = _SHA256_RSA[:-1] + bytes([last])
    content = certificate.tbs_certificate_bytes.replace(_SHA256_RSA, named)
    signature = signer.sign(content, padding.PKCS1v15(), algorithm)
    whole = content + _der(0x30, named + b"\x05\x00") + _der(0x03, b"\0" + signature)
    return x509.load_der_x509_certificate(_der(0x30, whole))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + length + content
