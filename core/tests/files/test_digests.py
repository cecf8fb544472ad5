"""Checksums on the way and as clients declare them."""

from __future__ import annotations

import hashlib
import threading

import pytest

from muniment.files.digests import HELPER_BYTES, DeclaredChecksum, RunningDigest


@pytest.mark.parametrize("size", [0, 1, 70_000, HELPER_BYTES + 3_000_000])
def test_digests_are_those_of_hashlib(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    pieces = [data[start : start + 1_000_000] for start in range(0, size, 1_000_000)]
    with RunningDigest() as running:
        assert b"".join(running.pass_on(pieces)) == data
        digest = running.digest
    assert digest.size == size
    assert digest.md5 == hashlib.md5(data).hexdigest()
    assert digest.sha256 == hashlib.sha256(data).hexdigest()
    assert digest.checksum == f"md5:{digest.md5}"


def test_the_helper_thread_ends_with_the_block() -> None:
    before = set(threading.enumerate())

    def cut() -> None:
        with RunningDigest() as running:
            for _ in range(12):
                running.update(b"x" * 1_000_000)
            assert {thread.name for thread in set(threading.enumerate()) - before} == {"digest"}
            raise RuntimeError("cut")

    with pytest.raises(RuntimeError, match="cut"):
        cut()
    assert set(threading.enumerate()) <= before


def test_declared_checksums_are_compared() -> None:
    with RunningDigest() as running:
        running.update(b"abc")
        digest = running.digest
    assert DeclaredChecksum.parse("md5:900150983CD24FB0D6963F7D28E17F72").matches(digest)
    assert DeclaredChecksum.parse("sha-256:" + hashlib.sha256(b"abc").hexdigest()).matches(digest)
    wrong = DeclaredChecksum.parse("md5:" + "0" * 32)
    assert not wrong.matches(digest)
    assert wrong.of(digest) == "md5:900150983cd24fb0d6963f7d28e17f72"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "as a text"),
        ("900150983cd24fb0d6963f7d28e17f72", "use 'md5:' or 'sha256:'"),
        ("crc32:00000000", "use 'md5:' or 'sha256:'"),
        ("md5:123", "has 32 hexadecimal digits"),
        ("sha256:" + "g" * 64, "has 64 hexadecimal digits"),
    ],
)
def test_a_checksum_that_cannot_be_checked_is_refused(text: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        DeclaredChecksum.parse(text)
