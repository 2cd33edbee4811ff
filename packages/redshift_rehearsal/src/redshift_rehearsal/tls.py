"""A certificate for one run: signed by itself, for 127.0.0.1 and localhost."""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redshift_rehearsal.errors import RehearsalError


@dataclass(frozen=True)
class Certificate:
    """A certificate.

    file     what a client has to trust: the certificate, and below it those that this machine trusts anyway
    context  what a server needs to answer with it
    """

    file: Path
    context: ssl.SSLContext


@contextmanager
def certificate() -> Iterator[Certificate]:
    """Make a certificate in a temporary folder, and remove it at the end. Needs the package cryptography."""
    with tempfile.TemporaryDirectory(prefix="redshift-rehearsal-") as folder:
        public, private = _made()
        key, chain, trusted = (Path(folder) / name for name in ("key.pem", "certificate.pem", "trusted.pem"))
        key.touch(0o600)
        key.write_bytes(private)
        chain.write_bytes(public)
        trusted.write_bytes(public + _trusted_by_this_machine())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        yield Certificate(trusted, context)


def _made() -> tuple[bytes, bytes]:
    """Return a certificate, valid for a week, and its key, both as PEM."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError as error:
        raise RehearsalError(
            "TLS needs the Python package cryptography: pip install 'redshift-rehearsal[tls]'."
        ) from error
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "redshift-rehearsal")])
    addresses = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # The clock of a container may be behind.
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(pem), private


def _trusted_by_this_machine() -> bytes:
    """Return the certificates that OpenSSL trusts by default: a program may also speak to others than us."""
    paths = ssl.get_default_verify_paths()
    file = os.environ.get(paths.openssl_cafile_env) or paths.cafile
    return Path(file).read_bytes() if file and Path(file).is_file() else b""
