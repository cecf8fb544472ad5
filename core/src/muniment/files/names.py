"""Names of files within a record: which are accepted, and in which spelling they are kept.

A name is a path of segments separated by ``/`` (``data/2024/a.csv``). It is kept in Unicode NFC, so that the
decomposed names of macOS and the composed ones of everything else mean the same file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

#: UTF-8 bytes of a whole name; object stores accept no more.
MAX_BYTES = 1024
#: UTF-8 bytes of one segment; file systems accept no more.
MAX_SEGMENT_BYTES = 255

_WINDOWS_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{device}{digit}" for device in ("com", "lpt") for digit in "123456789"}
)
#: Characters that turn the reading direction or hide: they make ``exe.txt`` out of ``txt.exe`` on a screen.
_DECEPTIVE = frozenset("\u200e\u200f\u061c\u2028\u2029\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class InvalidName(ValueError):
    """A file name that is not accepted; the text names the file and says what to change.

    `reason` and `values` are for pages, as with `MunimentError`.
    """

    def __init__(self, message: str, reason: str = "", **values: Any) -> None:
        super().__init__(message)
        self.reason = reason
        self.values = values


def normalise(name: str) -> str:
    """The spelling under which a name is stored and looked up."""
    return unicodedata.normalize("NFC", name)


def check_name(value: object) -> str:
    """The name to store for what a client sent; raises `InvalidName`."""
    if not isinstance(value, str) or not value:
        raise InvalidName("A file needs a name: send it as the text 'key'.", "name.missing")
    _check_characters(value)
    name = normalise(value)
    if len(name.encode()) > MAX_BYTES:
        message = f"{shown(name)} is longer than {MAX_BYTES} bytes; shorten the name or its folders."
        raise InvalidName(message, "name.too_long", name=name)
    for segment in name.split("/"):
        _check_segment(segment, name)
    return name


def _check_characters(value: str) -> None:
    if value.isascii() and value.isprintable():  # most names: none of these characters is among them
        _check_separators(value)
        return
    for character in value:
        category = unicodedata.category(character)
        if category == "Cs":
            raise InvalidName(f"{shown(value)} is not valid Unicode text; rename the file.", "name.unicode", name=value)
        if category == "Cc":
            message = f"{shown(value)} contains the control character {_point(character)}; remove it."
            raise InvalidName(message, "name.character", name=value, character=_point(character))
        if character in _DECEPTIVE:
            message = f"{shown(value)} contains the invisible character {_point(character)}; remove it."
            raise InvalidName(message, "name.character", name=value, character=_point(character))
    _check_separators(value)


def _check_separators(value: str) -> None:
    if "\\" in value:
        message = f"{shown(value)} contains a backslash; separate folders with '/'."
        raise InvalidName(message, "name.backslash", name=value)


def _check_segment(segment: str, name: str) -> None:
    if not segment:
        message = f"{shown(name)} has an empty folder or file name; use single slashes between names only."
        raise InvalidName(message, "name.empty_part", name=name)
    if segment in (".", ".."):
        message = f"{shown(name)} contains '{segment}'; name the folders themselves."
        raise InvalidName(message, "name.dots", name=name, part=segment)
    if segment != segment.strip():
        message = f"{shown(name)} has a name that begins or ends with a space; remove the space."
        raise InvalidName(message, "name.spaces", name=name, part=segment)
    if len(segment.encode()) > MAX_SEGMENT_BYTES:
        message = f"{shown(name)} has a part longer than {MAX_SEGMENT_BYTES} bytes; shorten it."
        raise InvalidName(message, "name.part_too_long", name=name)
    if segment.split(".")[0].strip().lower() in _WINDOWS_DEVICES:
        message = f"{shown(name)} cannot be saved on Windows, where '{segment}' is reserved; rename it."
        raise InvalidName(message, "name.windows", name=name, part=segment)


def _point(character: str) -> str:
    return f"U+{ord(character):04X}"


def folders_of(name: str) -> list[str]:
    """The folders that a name lies in, the outermost first: ``a`` and ``a/b`` of ``a/b/c.csv``."""
    return [name[:end] for end, character in enumerate(name) if character == "/"] if "/" in name else []


def extension(name: str) -> str:
    """The part after the last dot in lower case, without it; empty for ``README`` and ``.profile``."""
    stem, dot, suffix = name.rpartition("/")[2].rpartition(".")
    return suffix.lower() if dot and stem else ""


def shown(name: str) -> str:
    """The name as it may stand in a message: quoted, printable, not endless."""
    printable = "".join(character if character.isprintable() else "\ufffd" for character in name)
    return f"'{printable if len(printable) <= 120 else printable[:117] + '...'}'"


def shown_first(names: Sequence[str]) -> str:
    """One name, or the first of several and how many there are besides."""
    return shown(names[0]) if len(names) == 1 else f"{shown(names[0])} and {len(names) - 1} more files"
