"""Certificates of servers elsewhere are checked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from muniment.errors import ConfigurationError
from muniment.outgoing.client import OutgoingClient
from muniment.outgoing.failures import OutgoingFailed
from muniment.outgoing.limits import OutgoingLimits


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/down" else 200)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[str]:
    """A server with a certificate for 127.0.0.1 that nobody but the file `own.pem` vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    (tmp_path / "own.pem").write_bytes(public)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "both.pem").write_bytes(public + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_certificate_that_nobody_vouches_for_is_refused(secured: str) -> None:
    with pytest.raises(OutgoingFailed, match="certificate"):
        OutgoingClient(("127.0.0.1",)).request("GET", secured)


def test_operators_can_vouch_for_their_own(secured: str, tmp_path: Path) -> None:
    client = OutgoingClient(("127.0.0.1", "localhost"), tmp_path / "own.pem")
    assert client.request("GET", secured).status == 200
    with pytest.raises(OutgoingFailed, match="certificate"):
        client.request("GET", secured.replace("127.0.0.1", "localhost"))
    with pytest.raises(OutgoingFailed, match="from https to another scheme"):
        client.request("GET", f"{secured}/down", limits=OutgoingLimits(redirects=1))


def test_a_file_of_certificates_that_is_not_there(tmp_path: Path) -> None:
    client = OutgoingClient(authorities=tmp_path / "missing.pem")
    with pytest.raises(ConfigurationError, match=r"outgoing\.ca_file"):
        client.request("GET", "https://127.0.0.1/")
