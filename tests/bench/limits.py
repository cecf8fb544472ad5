"""What the machine itself can do: sync to disk, hash, write, answer a bare request, send a file."""

from __future__ import annotations

import hashlib
import os
import statistics
import time
from pathlib import Path

MEBIBYTE = 1 << 20


def syncs_per_second(folder: Path, count: int = 300) -> float:
    """fdatasync after 16 KiB, as one commit of a write-ahead log does."""
    seconds = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(count):
            started = time.perf_counter()
            file.write(b"\0" * 16384)
            os.fdatasync(file.fileno())
            seconds.append(time.perf_counter() - started)
    (folder / "sync").unlink()
    return 1 / statistics.median(seconds)


def hash_and_write(folder: Path, size: int) -> float:
    """MiB per second of SHA-256 and MD5 over data that is written to a file and synced: what an upload must do."""
    block = os.urandom(MEBIBYTE)
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    started = time.perf_counter()
    with (folder / "written").open("wb", buffering=0) as file:
        for _ in range(size // MEBIBYTE):
            sha256.update(block)
            md5.update(block)
            file.write(block)
        os.fdatasync(file.fileno())
    spent = time.perf_counter() - started
    (folder / "written").unlink()
    return size / MEBIBYTE / spent


def small_files_per_second(folder: Path, content: bytes, count: int) -> float:
    """New files that are durable one by one: written, synced, and their folder synced.

    They stay where they are: for some minutes after files were deleted, ext4 looks past each of them whenever it makes
    a new one, and what is measured next would pay for that.
    """
    place = folder / "small"
    place.mkdir()
    handle = os.open(place, os.O_RDONLY)
    started = time.perf_counter()
    for number in range(count):
        with (place / str(number)).open("wb", buffering=0) as file:
            file.write(content)
            os.fsync(file.fileno())
        os.fsync(handle)
    spent = time.perf_counter() - started
    os.close(handle)
    return count / spent


def bare_application(environ: dict[str, object], start_response: object) -> object:
    """The smallest answers that the same server can give: JSON from Flask, and a file in large pieces."""
    return _flask()(environ, start_response)


_app = None


def _flask() -> object:
    global _app
    if _app is None:
        import flask

        _app = flask.Flask("bare")

        @_app.get("/hello")
        def hello() -> flask.Response:
            return flask.Response(b'{"hello":"world"}', mimetype="application/json")

        @_app.get("/file")
        def file() -> flask.Response:
            stream = open(os.environ["BENCH_FILE"], "rb")  # noqa: SIM115 - closed by the response
            pieces = iter(lambda: stream.read(1 << 18), b"")
            size = os.path.getsize(os.environ["BENCH_FILE"])
            return flask.Response(pieces, headers={"Content-Length": str(size)})

    return _app
