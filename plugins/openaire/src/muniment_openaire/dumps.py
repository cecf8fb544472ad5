"""Reads the published dumps as streams: JSON arrays, JSON lines and CSV, bare or packed in gzip, zip or tar."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, cast

from muniment.api import InvalidRequest

#: Characters that are read at a time; one entry of a JSON array may have that many times `_MOST_PIECES`.
_PIECE: Final = 1 << 16
_MOST_PIECES: Final = 256

_JSON: Final = (".json", ".jsonl", ".ndjson")
_PACKED: Final = (".zip", ".tar", ".tgz", ".tar.gz")


class Entry(NamedTuple):
    """One entry of a dump and where it stands; `value` is None for what cannot be read."""

    place: str
    value: dict[str, Any] | None


def read_dump(path: Path) -> Iterator[Entry]:
    """The entries of a dump, whatever it is packed in. Raises `InvalidRequest` for a file that is no dump."""
    seen = False
    try:
        for name, stream in _streams(path):
            seen = True
            yield from _entries(name, stream)
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise InvalidRequest(f"{path.name} cannot be read: {error}. Fetch the file again.") from error
    if not seen:
        raise InvalidRequest(f"{path.name} holds no dump: a file named *.json, *.jsonl or *.csv, packed or not.")


def _streams(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The files with entries in it, by their names without .gz."""
    name = path.name.lower()
    if name.endswith((".tar", ".tgz", ".tar.gz")):
        with tarfile.open(path) as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() and _is_dump(member.name) else None
                if stream is not None:
                    yield from _unpacked(member.name, stream)
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path) as packed:
            for member_name in _chosen(packed.namelist()):
                with packed.open(member_name) as stream:
                    yield from _unpacked(member_name, stream)
    elif _is_dump(name):
        with path.open("rb") as stream:
            yield from _unpacked(path.name, stream)


def _chosen(names: list[str]) -> list[str]:
    """Of ROR's archive the newest form of its schema only, of CORDIS' the projects only."""
    dumps = sorted(name for name in names if _is_dump(name))
    newest = [name for name in dumps if "schema_v2" in name.lower() and name.lower().endswith(".json")]
    projects = [name for name in dumps if Path(name).name.lower() in ("project.csv", "project.json")]
    return newest[:1] or projects[:1] or dumps


def _is_dump(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith((*_JSON, ".csv"))


def _unpacked(name: str, stream: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    if not name.lower().endswith(".gz"):
        yield name, stream
        return
    with ExitStack() as stack:
        yield name[:-3], cast("IO[bytes]", stack.enter_context(gzip.open(stream)))


def _entries(name: str, stream: IO[bytes]) -> Iterator[Entry]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    try:
        yield from _rows(name, text) if name.lower().endswith(".csv") else _values(name, text)
    finally:
        text.detach()


def _rows(name: str, text: io.TextIOWrapper) -> Iterator[Entry]:
    first = text.readline()
    separator = ";" if first.count(";") > first.count(",") else ","
    columns = next(csv.reader([first], delimiter=separator), [])
    for number, row in enumerate(csv.DictReader(text, columns, delimiter=separator), start=2):
        yield Entry(f"{name}:{number}", {key: value for key, value in row.items() if isinstance(key, str) and value})


def _values(name: str, text: io.TextIOWrapper) -> Iterator[Entry]:
    """The objects of an array or of lines, read piece by piece."""
    decoder, rest, number, pieces = json.JSONDecoder(), "", 0, 0
    while piece := text.read(_PIECE):
        rest, pieces = rest + piece, pieces + 1
        while True:
            rest = rest.lstrip(" \t\r\n,[]")
            if not rest:
                break
            try:
                value, end = decoder.raw_decode(rest)
            except json.JSONDecodeError:
                line, newline, after = rest.partition("\n")
                if newline and _is_line(line):
                    number, rest = number + 1, after
                    yield Entry(f"{name}#{number}", None)
                    continue
                break  # the rest of it is in the next piece
            number, rest, pieces = number + 1, rest[end:], 0
            yield Entry(f"{name}#{number}", value if isinstance(value, dict) else None)
        if pieces > _MOST_PIECES:
            raise InvalidRequest(
                f"{name}: entry {number + 1} is no JSON, or larger than {_PIECE * _MOST_PIECES} bytes."
            )
    if rest.strip(" \t\r\n,[]"):
        yield Entry(f"{name}#{number + 1}", None)


def _is_line(line: str) -> bool:
    """Whether what cannot be read looks like a whole line of JSON lines, so that the next line may be better."""
    return not line.startswith("{") or (line.rstrip().endswith("}") and len(line) > 2)
