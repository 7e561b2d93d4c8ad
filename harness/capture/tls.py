"""TLS certificates for the servers of one run, issued by an authority that exists only in this process."""

import base64
import hashlib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import trustme
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A server's TLS context and `spki`, the value for Chromium's `--ignore-certificate-errors-spki-list`."""

    server: ssl.SSLContext
    spki: str


def make_certificate(hosts: Iterable[str]) -> Certificate:
    """Issue one certificate for these host names."""
    issued = _authority().issue_cert(*sorted(set(hosts)), key_type=trustme.KeyType.ECDSA)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    issued.configure_cert(context)
    key = load_pem_x509_certificate(issued.cert_chain_pems[0].bytes()).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    return Certificate(server=context, spki=base64.b64encode(digest).decode())


@cache
def _authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)
