"""The nginx of the operator's first hour, started with the server block that stands there, in front of an instance."""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.deployment import Deployment, free_port

DOCUMENT = Path(__file__).parent.parent / "docs" / "operators-first-hour.md"
DATA = os.urandom(3_000_000)
#: What nginx sends itself must carry what keeps a file harmless.
GUARDS = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "x-frame-options": "deny",
    "strict-transport-security": "max-age=31536000",
    "access-control-allow-origin": "*",
}

pytestmark = pytest.mark.slow

WHOLE = """
daemon off;
worker_processes 1;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/octet-stream;
{server}
}}
"""


@dataclass
class Front:
    """nginx with HTTPS in front of an instance."""

    port: int
    deployment: Deployment
    context: ssl.SSLContext

    def request(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, *, token: bool = True
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=60, context=self.context)
        credentials = {"Authorization": f"Bearer {self.deployment.token}"} if token else {}
        try:
            connection.request(method, path, body, {**credentials, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def json(self, method: str, path: str, data: Any = None) -> Any:
        headers = {"Content-Type": "application/json"} if data is not None else {}
        status, _, body = self.request(method, path, orjson.dumps(data) if data is not None else None, headers)
        assert status < 300, (status, body)
        return orjson.loads(body) if body else None

    def publish(self, *, files: str = "public") -> str:
        """A record with one file."""
        creator = {"person_or_org": {"type": "personal", "family_name": "Curie"}}
        metadata = {"title": "Behind nginx", "resource_type": {"id": "dataset"}, "publisher": "Test"}
        draft = self.json(
            "POST",
            "/api/records",
            {
                "access": {"record": "public", "files": files},
                "files": {"enabled": True},
                "metadata": {**metadata, "publication_date": "2026", "creators": [creator]},
            },
        )
        base = f"/api/records/{draft['id']}/draft"
        self.json("POST", f"{base}/files", [{"key": "data/é.bin"}])
        status, _, body = self.request("PUT", f"{base}/files/data/%C3%A9.bin/content", DATA)
        assert status == 200, body
        self.json("POST", f"{base}/files/data/%C3%A9.bin/commit")
        self.json("POST", f"{base}/actions/publish")
        return str(draft["id"])


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None or shutil.which("openssl") is None:
        pytest.skip("no nginx or no openssl on this machine")
    folder = tmp_path_factory.mktemp("nginx")
    port = free_port()
    deployment = Deployment(
        folder / "instance",
        "sqlite:///var/muniment.db",
        {
            "site": {"url": f"https://localhost:{port}"},
            "server": {"trusted_proxies": 1, "accel": "/protected-files"},
            "rates": {"exempt": [], "user_minute": 100_000, "user_hour": 0},
        },
    )
    certificate = _certificate(folder)
    configuration = folder / "nginx.conf"
    configuration.write_text(_configuration(folder, deployment, port))
    deployment.start()
    process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(configuration), "-e", str(folder / "error.log")])
    try:
        found = Front(port, deployment, ssl.create_default_context(cafile=str(certificate)))
        _wait(found, process, folder)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=30)
        deployment.stop()


def _certificate(folder: Path) -> Path:
    """One that this machine signs itself."""
    certificate = folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(folder / "key.pem"), "-out", str(certificate)]
    subprocess.run([*command, *names], check=True, capture_output=True)
    return certificate


def _configuration(folder: Path, deployment: Deployment, port: int) -> str:
    """The documented server block with this test's ports and folders, and HTTPS as certbot adds it."""
    text = DOCUMENT.read_text(encoding="utf-8")
    start = text.index("    server {\n")
    block = text[start : text.index("\n    }\n", start) + 7]
    secure = (
        f"listen 127.0.0.1:{port} ssl; ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;"
    )
    replaced = {
        "listen 80;": secure,
        "server_name repository.example.org;": "server_name localhost;",
        "http://127.0.0.1:5000": f"http://127.0.0.1:{deployment.port}",
        "/srv/muniment/instance/var/files/": f"{deployment.folder}/var/files/",
        # The documented site has no port in its address.
        "$host;": "$http_host;",
    }
    for documented, here in replaced.items():
        assert documented in block, documented
        block = block.replace(documented, here)
    return WHOLE.format(folder=folder, server=block, user="user root;" if os.geteuid() == 0 else "")


def _wait(front: Front, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, (folder / "error.log").read_text()
        try:
            if front.request("GET", "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError((folder / "error.log").read_text())


@pytest.fixture(scope="module")
def record(front: Front) -> str:
    return front.publish()


def test_nginx_sends_the_file_with_our_headers(front: Front, record: str) -> None:
    path = f"/api/records/{record}/files/data/%C3%A9.bin/content"
    status, headers, body = front.request("GET", path, token=False)
    assert (status, body == DATA) == (200, True)
    assert "x-accel-redirect" not in headers
    assert "filename" in headers["content-disposition"]
    assert "max-age" in headers["cache-control"]
    assert {name: headers.get(name) for name in GUARDS} == GUARDS
    again = front.request("GET", path, headers={"If-None-Match": headers["etag"]}, token=False)
    assert (again[0], again[2]) == (304, b"")
    head = front.request("HEAD", path, token=False)
    assert (head[0], head[1]["content-length"]) == (200, str(len(DATA)))


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("bytes=0-99", 0, 99), ("bytes=1000000-", 1_000_000, None), ("bytes=-7", -7, None)]
)
def test_ranges(front: Front, record: str, asked: str, first: int, last: int | None) -> None:
    path = f"/api/records/{record}/files/data/%C3%A9.bin/content"
    status, headers, body = front.request("GET", path, headers={"Range": asked}, token=False)
    assert (status, body) == (206, DATA[first : None if last is None else last + 1])
    assert headers["content-range"].endswith(f"/{len(DATA)}")
    assert front.request("GET", path, headers={"Range": f"bytes={len(DATA)}-"}, token=False)[0] == 416


def test_a_restricted_file_is_for_those_who_may(front: Front) -> None:
    record = front.publish(files="restricted")
    path = f"/api/records/{record}/files/data/%C3%A9.bin/content"
    assert front.request("GET", path, token=False)[0] == 403
    status, headers, body = front.request("GET", path)
    assert (status, body == DATA, headers["cache-control"]) == (200, True, "private, no-store")
    objects = [file for file in (front.deployment.folder / "var" / "files").rglob("*") if file.is_file()]
    inside = f"/protected-files/{objects[0].parent.name}/{objects[0].name}"
    assert front.request("GET", inside)[0] == 404


def test_the_pages_file_address_and_the_zip(front: Front, record: str) -> None:
    status, _, body = front.request("GET", f"/records/{record}/files/data/%C3%A9.bin", token=False)
    assert (status, body == DATA) == (200, True)
    status, headers, body = front.request("GET", f"/api/records/{record}/files-archive", token=False)
    assert (status, headers["content-type"], body[:2]) == (200, "application/zip", b"PK")


def test_a_resumable_upload_that_is_cut_goes_on(front: Front) -> None:
    draft = front.json("POST", "/api/records", {"files": {"enabled": True}, "metadata": {"title": "Cut"}})
    tus = {"Tus-Resumable": "1.0.0"}
    described = {"Upload-Length": str(len(DATA)), "Upload-Metadata": "key " + base64.b64encode(b"big.bin").decode()}
    made = front.request("POST", f"/api/records/{draft['id']}/draft/uploads", headers={**tus, **described})
    assert made[0] == 201
    assert made[1]["location"].startswith(f"https://localhost:{front.port}/api/")
    path = made[1]["location"].removeprefix(f"https://localhost:{front.port}")
    _cut(front, path, DATA[:1_000_000])
    offset = _offset(front, path, tus)
    assert 0 < offset <= 1_000_000, "the request was not passed on while it came"
    chunk = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
    assert front.request("PATCH", path, DATA[offset:], chunk)[0] == 204
    entry = front.json("GET", f"/api/records/{draft['id']}/draft/files/big.bin")
    assert (entry["status"], entry["checksum"]) == ("completed", "md5:" + hashlib.md5(DATA).hexdigest())


def _cut(front: Front, path: str, piece: bytes) -> None:
    """Send a piece of a longer request, and break the connection."""
    connection = http.client.HTTPSConnection("localhost", front.port, timeout=30, context=front.context)
    connection.putrequest("PATCH", path)
    for name, value in (
        ("Authorization", f"Bearer {front.deployment.token}"),
        ("Tus-Resumable", "1.0.0"),
        ("Upload-Offset", "0"),
        ("Content-Type", "application/offset+octet-stream"),
        ("Content-Length", str(len(DATA))),
    ):
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(piece)
    time.sleep(1)
    connection.close()


def _offset(front: Front, path: str, tus: dict[str, str]) -> int:
    return int(front.request("HEAD", path, headers=tus)[1]["upload-offset"])


def test_address_and_scheme_of_the_visitor_come_through(front: Front, record: str) -> None:
    links = orjson.loads(front.request("GET", f"/api/records/{record}", token=False)[2])["links"]
    assert links["self"].startswith(f"https://localhost:{front.port}/")
    assert "secure" in front.request("GET", "/login", token=False)[1]["set-cookie"].lower()
    # What a visitor claims about where they come from is not believed: the last hop alone is nginx's word.
    claimed = [
        front.request("GET", f"/api/records/{record}", headers={"X-Forwarded-For": f"203.0.113.{n}"}, token=False)
        for n in range(3)
    ]
    left = [int(headers["x-ratelimit-remaining"]) for _, headers, _ in claimed]
    assert left[0] > left[1] > left[2]


def test_a_foreign_name_is_refused(front: Front) -> None:
    assert front.request("GET", "/", headers={"Host": "evil.example"}, token=False)[0] == 400
