"""Real connections to a real server, cut at random: what was begun can be gone on with and ends right."""

from __future__ import annotations

import base64
import hashlib
import os
import random
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest

pytestmark = pytest.mark.slow

BYTES = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}


def begin(server: Any, draft: str, name: str, size: int) -> str:
    """Begin a tus upload; returns its path."""
    described = f"filename {base64.b64encode(name.encode()).decode()}"
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": described}
    status, answer, body = server.request("POST", f"/api/records/{draft}/draft/uploads", None, headers)
    assert status == 201, body
    return "/" + str(answer["location"]).split("/", 3)[3]


def offset_of(server: Any, path: str) -> int:
    """The offset, once the server has noticed that the last connection is gone."""
    for _ in range(100):
        status, answer, _ = server.request("HEAD", path, None, TUS)
        if status == 200:
            return int(answer["upload-offset"])
        time.sleep(0.05)
    raise AssertionError(f"the upload stays locked: {status}")


def patch(server: Any, path: str, offset: int, data: bytes) -> tuple[int, int]:
    headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": BYTES}
    status, answer, _ = server.request("PATCH", path, data, headers)
    return status, int(answer.get("upload-offset", -1))


def checked(server: Any, draft: str, name: str, data: bytes) -> None:
    """The file is complete and holds these bytes."""
    entry = server.json("GET", f"/api/records/{draft}/draft/files/{name}")
    assert (entry["status"], entry["checksum"]) == ("completed", "md5:" + hashlib.md5(data).hexdigest())
    status, _, body = server.request("GET", f"/api/records/{draft}/draft/files/{name}/content")
    assert (status, hashlib.sha256(body).digest()) == (200, hashlib.sha256(data).digest())


def test_an_upload_cut_fifty_times_ends_with_the_right_bytes(live_server: Any, live_draft: Callable[[], str]) -> None:
    chance = random.Random(20260514)
    data = chance.randbytes(24_000_000)
    draft = live_draft()
    path = begin(live_server, draft, "big.bin", len(data))
    offset, cuts, progress, sent = 0, 0, 0, 0
    while cuts < 50:
        end = min(len(data) - 1, offset + chance.randint(1, 800_000))
        headers = {
            **TUS,
            "Upload-Offset": str(offset),
            "Content-Type": BYTES,
            "Content-Length": str(len(data) - offset),
        }
        live_server.cut("PATCH", path, headers, [data[offset:end]])
        cuts += 1
        found = offset_of(live_server, path)
        sent = max(sent, end)
        assert found <= sent
        progress += found > offset
        offset = found
    assert progress > 20, "what arrives before a cut is kept"
    for _ in range(100):
        status, found = patch(live_server, path, offset, data[offset:])
        if status == 204:
            break
        time.sleep(0.05)
        offset = offset_of(live_server, path)
    assert found == len(data)
    checked(live_server, draft, "big.bin", data)


def test_a_killed_server_costs_no_more_than_the_last_piece(live_server: Any, live_draft: Callable[[], str]) -> None:
    data = random.Random(3).randbytes(3_000_000)
    draft = live_draft()
    path = begin(live_server, draft, "big.bin", len(data))
    assert patch(live_server, path, 0, data[:1_000_000]) == (204, 1_000_000)
    head = "\r\n".join(
        [
            f"PATCH {path} HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {live_server.token}",
            "Tus-Resumable: 1.0.0",
            "Upload-Offset: 1000000",
            f"Content-Type: {BYTES}",
            "Content-Length: 2000000",
            "",
            "",
        ]
    )
    with socket.create_connection(("127.0.0.1", live_server.port), timeout=30) as connection:
        connection.sendall(head.encode() + data[1_000_000:2_500_000])
        time.sleep(0.3)
        os.kill(live_server.worker(), signal.SIGKILL)
    live_server.wait_until_ready()
    assert offset_of(live_server, path) == 1_000_000
    assert patch(live_server, path, 1_000_000, data[1_000_000:]) == (204, len(data))
    checked(live_server, draft, "big.bin", data)


def test_a_plain_upload_that_was_cut_can_be_repeated(
    live_server: Any, live_draft: Callable[[], str], repository: Any
) -> None:
    data = random.Random(4).randbytes(2_000_000)
    draft = live_draft()
    files = f"/api/records/{draft}/draft/files"
    live_server.json("POST", files, [{"key": "a.bin", "size": len(data)}])
    for end in (1, 1_000_000, len(data) - 1):
        live_server.cut("PUT", f"{files}/a.bin/content", {"Content-Length": str(len(data))}, [data[:end]])
    status, _, body = live_server.request("POST", f"{files}/a.bin/commit")
    assert (status, "has not been uploaded yet" in body.decode()) == (400, True)
    assert live_server.json("GET", f"{files}/a.bin")["status"] == "pending"
    assert live_server.request("PUT", f"{files}/a.bin/content", data)[0] == 200
    assert live_server.request("POST", f"{files}/a.bin/commit")[0] == 200
    checked(live_server, draft, "a.bin", data)
    stored = [path for path in (repository.instance.var / "files").rglob("*") if path.is_file()]
    assert len(stored) == 1, "nothing of the cut uploads is left"


def test_only_the_cut_part_is_repeated(live_server: Any, live_draft: Callable[[], str]) -> None:
    data = random.Random(5).randbytes(2_500_000)
    draft = live_draft()
    files = f"/api/records/{draft}/draft/files"
    transfer = {"type": "M", "parts": 3, "part_size": 1_000_000}
    live_server.json("POST", files, [{"key": "m.bin", "size": len(data), "transfer": transfer}])
    assert live_server.request("PUT", f"{files}/m.bin/content/1", data[:1_000_000])[0] == 200
    live_server.cut("PUT", f"{files}/m.bin/content/2", {"Content-Length": "1000000"}, [data[1_000_000:1_400_000]])
    assert live_server.request("PUT", f"{files}/m.bin/content/3", data[2_000_000:])[0] == 200
    status, _, body = live_server.request("POST", f"{files}/m.bin/commit")
    assert (status, "missing: 2." in body.decode()) == (400, True)
    for _ in range(100):
        if live_server.request("PUT", f"{files}/m.bin/content/2", data[1_000_000:2_000_000])[0] == 200:
            break
        time.sleep(0.05)
    assert live_server.request("POST", f"{files}/m.bin/commit")[0] == 200
    checked(live_server, draft, "m.bin", data)


def test_a_refused_client_reads_why(live_server: Any, live_draft: Callable[[], str]) -> None:
    draft = live_draft()
    files = f"/api/records/{draft}/draft/files"
    status, _, body = live_server.request("PUT", f"{files}/none.bin/content", bytes(30_000_000))
    assert status == 404
    assert orjson.loads(body)["message"] == f"Record '{draft}' has no file 'none.bin'."
    live_server.json("POST", files, [{"key": "a.bin", "size": 10}])
    status, _, body = live_server.request("PUT", f"{files}/a.bin/content", bytes(30_000_000))
    assert status == 400
    assert "announced with 10 bytes" in orjson.loads(body)["message"]


def test_bodies_without_a_length_and_of_any_type(live_server: Any, live_draft: Callable[[], str]) -> None:
    draft = live_draft()
    files = f"/api/records/{draft}/draft/files"
    pieces = [b"a=b&c=d" * 10_000] * 5
    live_server.json("POST", files, [{"key": "a.bin", "size": sum(map(len, pieces))}])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert live_server.request("PUT", f"{files}/a.bin/content", iter(pieces), headers)[0] == 200
    assert live_server.request("POST", f"{files}/a.bin/commit")[0] == 200
    checked(live_server, draft, "a.bin", b"".join(pieces))


def test_a_body_in_chunks_that_breaks_off_is_not_taken_for_a_whole_one(
    live_server: Any, live_draft: Callable[[], str]
) -> None:
    files = f"/api/records/{live_draft()}/draft/files"
    data = random.Random(6).randbytes(300_000)
    chunked = {"Transfer-Encoding": "chunked"}
    live_server.json("POST", files, [{"key": "known.bin", "size": len(data)}, {"key": "unknown.bin"}])
    for name in ("known.bin", "unknown.bin"):
        live_server.cut("PUT", f"{files}/{name}/content", chunked, [b"%x\r\n%b\r\n" % (100_000, data[:100_000])])
    assert live_server.request("PUT", f"{files}/unknown.bin/content", iter([data]))[0] == 411
    for name in ("known.bin", "unknown.bin"):
        status, _, body = live_server.request("POST", f"{files}/{name}/commit")
        assert (status, "has not been uploaded yet" in body.decode()) == (400, True)
    assert live_server.request("PUT", f"{files}/known.bin/content", iter([data]))[0] == 200


def test_downloads_that_are_left_give_back_what_they_held(live_server: Any, live_draft: Callable[[], str]) -> None:
    draft = live_draft()
    files = f"/api/records/{draft}/draft/files"
    live_server.json("POST", files, [{"key": "a.bin"}])
    live_server.request("PUT", f"{files}/a.bin/content", bytes(30_000_000))
    live_server.request("POST", f"{files}/a.bin/commit")
    head = f"Host: localhost\r\nAuthorization: Bearer {live_server.token}\r\n\r\n"
    for round_ in range(24):  # three times the places of one user
        tail = "content" if round_ % 2 else "content?download=0"
        with socket.create_connection(("127.0.0.1", live_server.port), timeout=30) as connection:
            connection.sendall(f"GET {files}/a.bin/{tail} HTTP/1.1\r\n{head}".encode())
            answer = connection.recv(1000)
        if b" 503 " in answer.split(b"\r\n")[0]:
            time.sleep(0.5)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        status, _, body = live_server.request("GET", f"{files}/a.bin/content")
        if status == 200 and len(body) == 30_000_000 and not open_files(live_server.worker()):
            return
        time.sleep(0.2)
    raise AssertionError(f"{status}; still open: {open_files(live_server.worker())}")


def open_files(process: int) -> list[str]:
    """Stored files that a process holds open."""
    found = []
    for descriptor in os.listdir(f"/proc/{process}/fd"):
        try:
            found.append(os.readlink(f"/proc/{process}/fd/{descriptor}"))
        except FileNotFoundError:
            continue
    return [path for path in found if "/var/files/" in path]


class Zeros:
    """A body of zeros that takes no memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = 65_536) -> bytes:
        piece = bytes(min(size, self.left, 1 << 20))
        self.left -= len(piece)
        return piece


def resident(process: int) -> int:
    """Bytes of memory that a process had at most."""
    with open(f"/proc/{process}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def test_memory_stays_flat_whatever_the_size(live_server: Any, live_draft: Callable[[], str]) -> None:
    size = 256 << 20
    draft = live_draft()
    files = f"/api/records/{draft}/draft/files"
    live_server.json("POST", files, [{"key": "small"}, {"key": "zeros.bin"}])
    live_server.request("PUT", f"{files}/small/content", bytes(2_000_000))
    before = resident(live_server.worker())
    headers = {"Content-Length": str(size)}
    assert live_server.request("PUT", f"{files}/zeros.bin/content", Zeros(size), headers, timeout=300)[0] == 200
    assert live_server.request("POST", f"{files}/zeros.bin/commit")[0] == 200
    path = begin(live_server, draft, "tus.bin", size)
    patched = {**TUS, "Upload-Offset": "0", "Content-Type": BYTES, **headers}
    assert live_server.request("PATCH", path, Zeros(size), patched, timeout=300)[0] == 204
    for tail in ("/zeros.bin/content", "-archive"):
        status, answer, received = live_server.download(f"{files}{tail}")
        assert (status, received) == (200, int(answer["content-length"]))
    growth = resident(live_server.worker()) - before
    assert growth < 32 << 20, f"memory grew by {growth / 1e6:.0f} MB"
