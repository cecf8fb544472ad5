"""Finds the record documents in files: one JSON per file, arrays, JSON lines, answers of APIs, gzipped or not, and what
import formats parse themselves."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import orjson

from muniment.records.importing import ImportFormat

#: The suffixes that are looked for when a folder is given.
SUFFIXES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
#: A document (one line, or a file that is one JSON value) may not be larger than this many bytes, unpacked.
MAXIMUM_BYTES = 256 * 1024 * 1024
_LINES = (".jsonl", ".ndjson")
_LISTS = ("data", "hits", "records")


@dataclass(frozen=True)
class Document:
    """One document of an input file, or the reason why a piece of the file is none.

    `place` tells people where it stands: `dump.jsonl:17`, `answer.json#3`, or the file alone.
    """

    place: str
    value: Mapping[str, Any] | None
    problem: str | None = None


def iterate_documents(path: Path, formats: Sequence[ImportFormat] = ()) -> Iterator[Document]:
    """The documents of a file, or of all files below a folder that are JSON or that one of the `formats` parses, in the
    order of their names.

    JSON lines are streamed, whatever their number; any other file is read as one JSON value. Lists are opened:
    plain arrays, DataCite's `{"data": […]}`, Zenodo's and InvenioRDM's `{"hits": {"hits": […]}}`. What cannot be
    read becomes a `Document` with a `problem`, and the next one follows; nothing is raised for bad content.
    """
    if path.is_dir():
        for file in sorted(file for file in path.rglob("*") if file.is_file() and has_known_suffix(file, formats)):
            yield from iterate_documents(file, formats)
        return
    try:
        yield from _lines(path) if _is_lines(path) else _whole(path, formats)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        yield Document(str(path), None, "the gzip data is damaged or cut off; fetch the file again")
    except OSError as error:
        yield Document(str(path), None, f"the file cannot be read: {error.strerror or error}")


def estimate(path: Path) -> int:
    """About how many documents a file or folder holds, for progress bars: lines of JSON lines, else one per file."""
    if path.is_dir():
        return sum(estimate(file) for file in path.rglob("*") if file.is_file() and has_known_suffix(file))
    if not _is_lines(path):
        return 1
    try:
        with _opened(path) as stream:
            return sum(1 for _ in _bounded_lines(stream))
    except (OSError, EOFError, zlib.error):
        return 1


def documents_in(name: str, content: bytes, formats: Sequence[ImportFormat] = ()) -> list[Document]:
    """The documents of a file that is in memory, by its name and contents; never raises for bad content."""
    parse = next((item.parse for item in formats if item.parse and name.lower().endswith(item.suffixes)), None)
    if parse is None:
        return list(_parsed(name, content))
    try:
        return list(_items(name, parse(content)))
    except ValueError as error:
        return [Document(name, None, str(error))]


def has_known_suffix(path: Path, formats: Sequence[ImportFormat] = ()) -> bool:
    known = (*SUFFIXES, *(suffix for item in formats for suffix in item.suffixes))
    return path.name.lower().endswith(known)


def _is_lines(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(_LINES)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not packed:
            yield raw
            return
        with gzip.open(raw) as unpacked:
            yield cast("IO[bytes]", unpacked)


def _lines(path: Path) -> Iterator[Document]:
    with _opened(path) as stream:
        for number, line in enumerate(_bounded_lines(stream), start=1):
            if line is None:
                yield Document(f"{path}:{number}", None, f"the line is longer than {MAXIMUM_BYTES} bytes")
            elif line.strip(b"\xef\xbb\xbf \t\r\n"):
                yield from _parsed(f"{path}:{number}", line)


def _bounded_lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """The lines of a stream; `None` for one that is longer than the bound, whose rest is skipped."""
    while line := stream.readline(MAXIMUM_BYTES + 1):
        if len(line) <= MAXIMUM_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAXIMUM_BYTES)
        yield None


def _whole(path: Path, formats: Sequence[ImportFormat]) -> Iterator[Document]:
    with _opened(path) as stream:
        content = stream.read(MAXIMUM_BYTES + 1)
    if len(content) > MAXIMUM_BYTES:
        advice = "write it as JSON lines, one record a line, in a file named *.jsonl"
        yield Document(str(path), None, f"the file has more than {MAXIMUM_BYTES} bytes; {advice}")
        return
    documents = documents_in(str(path), content, formats)
    if len(documents) == 1 and documents[0].value is None and _looks_like_lines(content):
        yield from _lines(path)
    else:
        yield from documents


def _looks_like_lines(content: bytes) -> bool:
    """Whether a file that is not one JSON value starts with a line that is one."""
    first, _, rest = content.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    if not rest.strip():
        return False
    try:
        return isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        return False


def _parsed(place: str, content: bytes) -> Iterator[Document]:
    try:
        value = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        yield Document(place, None, f"this is not valid JSON: {error}")
        return
    yield from _opened_lists(place, value)


def _opened_lists(place: str, value: Any) -> Iterator[Document]:
    if isinstance(value, list):
        yield from _items(place, value)
        return
    if not isinstance(value, dict):
        yield Document(place, None, "a JSON object was expected here")
        return
    listed = _listed(value)
    if listed is None:
        yield Document(place, value)
    else:
        yield from _items(place, listed)


def _listed(value: Mapping[str, Any]) -> list[Any] | None:
    """The records of an API's answer; `None` when the object is a record itself."""
    for key in _LISTS:
        inner = value.get(key)
        if isinstance(inner, dict) and key == "data" and "attributes" in inner:
            return [inner]
        if isinstance(inner, dict) and isinstance(inner.get("hits"), list):
            inner = inner["hits"]
        if isinstance(inner, list) and "metadata" not in value and "titles" not in value:
            return inner
    return None


def _items(place: str, values: Iterable[Any]) -> Iterator[Document]:
    values = list(values)
    for number, value in enumerate(values, start=1):
        where = place if len(values) == 1 else f"{place}#{number}"
        if isinstance(value, dict):
            yield Document(where, value)
        else:
            yield Document(where, None, "a JSON object was expected here")
