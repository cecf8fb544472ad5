"""What an export format is: how records are written for other software, and under which names it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True)
class HarvestForm:
    """How a format is named in OAI-PMH: the metadata prefix, the XML namespace and where its schema lies."""

    prefix: str
    namespace: str
    schema: str


@dataclass(frozen=True)
class ExportFormat:
    """A way to write the public JSON of a record (links absolute, vocabulary terms with titles) as bytes.

    `name` stands in ``/records/ID/export/NAME`` and is unique; `aliases` are older names, which are redirected.
    `media_type` is what the file is sent as, `extension` (with its dot) ends its name. `accepts` are the media types
    by which it is asked for in an Accept header, `media_type` alone unless others are given; they are unique, and one
    may have a profile: ``application/ld+json;profile="…"``.

    `write` is pure: what is written is kept, until the record changes or `revision`, the version or a setting of the
    plugin. With `join` several records can be one document, and searches are answered in the format. `carries` are
    the paths of the JSON that the format has a place for, such as ``metadata.title``; everything when it is None.
    `loses` names those of them of which it cannot carry all that one record holds; entries of lists need not be named,
    since reports find them by writing the record without each.
    `harvest` says how the format, which then is an XML document, is offered to harvesters.
    """

    name: str
    title: str
    media_type: str
    extension: str
    write: Callable[[Mapping[str, Any]], bytes]
    revision: str = "1"
    accepts: tuple[str, ...] | None = None
    aliases: tuple[str, ...] = ()
    join: Callable[[Sequence[bytes]], bytes] | None = None
    carries: frozenset[str] | None = None
    loses: Callable[[Mapping[str, Any]], Sequence[str]] | None = None
    harvest: tuple[HarvestForm, ...] = field(default=())
    order: int = 100
    #: Whether it stands in the menu of record pages.
    listed: bool = True
    #: Whether what was written is worth a row of the database.
    kept: bool = True

    @property
    def offers(self) -> tuple[str, ...]:
        """The media types by which it is asked for."""
        return (self.media_type,) if self.accepts is None else self.accepts

    @property
    def content_type(self) -> str:
        """The Content-Type of the file; texts say that they are UTF-8."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


@dataclass(frozen=True)
class Exported:
    """A record in a format. `public` says that everybody may see it; `id` is the public id of the version."""

    id: str
    format: ExportFormat
    body: bytes
    public: bool

    @property
    def filename(self) -> str:
        return f"{self.id}{self.format.extension}"


def core_formats() -> list[ExportFormat]:
    """The record as the API answers it, indented."""
    return [ExportFormat("json", "JSON", "application/json", ".json", write=_indented, accepts=(), order=0, kept=False)]


def _indented(record: Mapping[str, Any]) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_INDENT_2)


def paths_in(record: Mapping[str, Any]) -> list[str]:
    """The fields that describe a record and hold something, as dotted paths: metadata, custom fields, identifiers."""
    found = [f"metadata.{name}" for name, value in (record.get("metadata") or {}).items() if _holds(value)]
    found += [f"custom_fields.{name}" for name, value in (record.get("custom_fields") or {}).items() if _holds(value)]
    found += [f"pids.{name}" for name, value in (record.get("pids") or {}).items() if _holds(value)]
    return found


def _holds(value: object) -> bool:
    return value is not None and value not in ("", [], {})


def check_document(body: bytes) -> None:
    """Raises `ValueError` for what is no XML document in UTF-8 whose root can stand inside of another document."""
    from xml.parsers import expat

    def refuse(*_declared: object) -> None:
        raise ValueError("a document type cannot stand inside of another document")

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise ValueError(f"not well-formed: {error}") from error
