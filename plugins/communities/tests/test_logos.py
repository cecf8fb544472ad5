"""Logos keep the picture and nothing else."""

from __future__ import annotations

import struct
import zlib

import pytest

from muniment.api import ValidationFailed
from muniment_communities.logos import DAMAGED, LARGEST, NO_PICTURE, TOO_LARGE, cleaned

PNG = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def segment(kind: int, content: bytes) -> bytes:
    return bytes((0xFF, kind)) + struct.pack(">H", len(content) + 2) + content


def test_a_png_loses_texts_and_what_follows_its_end() -> None:
    shown = chunk(b"IHDR", b"\0" * 13) + chunk(b"IDAT", b"x")
    sent = PNG + shown + chunk(b"tEXt", b"Author\0Ada") + chunk(b"eXIf", b"where") + chunk(b"IEND") + b"<script>"
    assert cleaned(sent) == (PNG + shown + chunk(b"IEND"), "image/png")


def test_a_jpeg_loses_places_and_comments_and_keeps_its_colours() -> None:
    begin, tables, adobe = b"\xff\xd8", segment(0xDB, b"tables"), segment(0xEE, b"Adobe")
    scan = segment(0xDA, b"scan") + b"picture\xff\xd9"
    sent = begin + segment(0xE1, b"Exif where") + tables + segment(0xFE, b"by Ada") + adobe + scan + b"<script>"
    assert cleaned(sent) == (begin + tables + adobe + scan, "image/jpeg")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", NO_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", NO_PICTURE),
        (b"GIF89a", NO_PICTURE),
        (PNG, DAMAGED),
        (PNG + chunk(b"IHDR", b"\0" * 13), DAMAGED),
        (PNG + struct.pack(">I", 2**31) + b"IDATx" + b"\0" * 12, DAMAGED),
        (b"\xff\xd8\xff\xe0\x00\x00" + b"\0" * 20, DAMAGED),
        (b"\xff\xd8" + segment(0xDA, b"scan") + b"never ends", DAMAGED),
        (PNG + b"\0" * LARGEST, TOO_LARGE),
    ],
)
def test_what_is_no_whole_picture_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        cleaned(content)
    assert [(problem.field, problem.message) for problem in refused.value.errors] == [("logo", why)]
