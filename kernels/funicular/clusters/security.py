"""A certificate authority for each cluster, and TLS contexts from it.

The CA is the only trust: its key is used once and never stored. Nothing but PEM text leaves here; it
is kept in files (0600), never on a command line or in a job's environment.
"""

from __future__ import annotations

import datetime
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed.security import Security

VALID_DAYS = 60.0  # longer than any block's walltime; a cluster lives days
BACKDATED = datetime.timedelta(days=1)  # a node's clock may be behind


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """PEM text of one role: the cluster's CA, this role's certificate and its key."""

    ca: str
    certificate: str
    key: str


def make_credentials(
    cluster: str, roles: tuple[str, ...], *, valid_days: float = VALID_DAYS
) -> dict[str, Credentials]:
    """One CA and a certificate for each role. Takes about 3 ms (elliptic curve keys)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    now = datetime.datetime.now(datetime.UTC)

    def named(common_name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])

    def pem(certificate: x509.Certificate) -> str:
        return certificate.public_bytes(serialization.Encoding.PEM).decode()

    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = named(f"funicular {cluster}")

    def build(subject: x509.Name, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - BACKDATED)
            .not_valid_after(now + datetime.timedelta(days=valid_days))
        )

    ca = (
        build(ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    made = {}
    for role in roles:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            build(named(f"funicular {role}"), key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"{role}.funicular")]), critical=False)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
                critical=False,
            )
            .sign(ca_key, hashes.SHA256())
        )
        text = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        made[role] = Credentials(pem(ca), pem(certificate), text)
    return made


def end_of(credentials: Credentials) -> float:
    """Unix time at which the certificate, or its CA's, ends."""
    from cryptography import x509

    both = (x509.load_pem_x509_certificate(pem.encode()) for pem in (credentials.ca, credentials.certificate))
    return min(each.not_valid_after_utc.timestamp() for each in both)


def dask_security(credentials: Credentials) -> Security:
    """distributed's ``Security`` for all its roles; plain connections are refused."""
    from distributed.security import Security

    pair = {"cert": credentials.certificate, "key": credentials.key}
    roles = ("scheduler", "worker", "client")
    return Security(
        require_encryption=True,
        tls_ca_file=credentials.ca,
        **{f"tls_{role}_{part}": text for role in roles for part, text in pair.items()},
    )


def tls_context(credentials: Credentials, *, server: bool) -> ssl.SSLContext:
    """A context for our own link: both sides show a certificate of this cluster's CA.

    Host names are not checked: nodes have several interfaces and sit behind tunnels; the CA, one a
    cluster, is the trust.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=credentials.ca)
    with tempfile.TemporaryDirectory(prefix="funicular-") as folder:  # 0700; ssl reads files alone
        pair = Path(folder) / "pair.pem"
        pair.touch(mode=0o600)
        pair.write_text(credentials.key + credentials.certificate)
        context.load_cert_chain(pair)
    return context
