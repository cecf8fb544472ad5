"""What clients send to announce files and to describe them, checked as InvenioRDM checks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muniment.errors import InvalidRequest, PermissionDenied, Problem, ValidationFailed
from muniment.files.digests import DeclaredChecksum
from muniment.files.names import InvalidName, check_name, shown

MAX_PARTS = 10_000
#: SQLite's and PostgreSQL's largest whole number.
MAX_SIZE = 2**63 - 1
MAX_METADATA_KEYS = 200

_KNOWN = {"key", "size", "checksum", "metadata", "access", "transfer", "storage_class"}


@dataclass(frozen=True)
class Transfer:
    """How the bytes will come: ``L`` in one request, ``M`` in `parts` requests of `part_size` bytes each."""

    type: str = "L"
    parts: int | None = None
    part_size: int | None = None


@dataclass(frozen=True)
class Declaration:
    """One file that a client announces. `size` in bytes."""

    key: str
    size: int | None = None
    checksum: str | None = None
    metadata: dict[str, Any] | None = None
    hidden: bool = False
    transfer: Transfer = field(default_factory=Transfer)


def read_declarations(data: object) -> list[Declaration]:
    """The files of a request body; raises `ValidationFailed` with the index of each wrong entry, and what
    `_transfer` raises."""
    if not isinstance(data, list):
        raise ValidationFailed(errors=[Problem("_schema", 'Send a list of files, like [{"key": "data.csv"}].')])
    if not data:
        raise ValidationFailed(errors=[Problem("_schema", "No files to upload.")])
    problems: list[Problem] = []
    found: list[Declaration] = []
    seen: set[str] = set()
    for index, item in enumerate(data):
        declaration = _read_one(str(index), item, problems)
        if declaration is None:
            continue
        if declaration.key in seen:
            problems.append(Problem(f"{index}.key", f"{shown(declaration.key)} is named twice in this request."))
        seen.add(declaration.key)
        found.append(declaration)
    if problems:
        raise ValidationFailed(errors=problems)
    return found


def _read_one(path: str, item: object, problems: list[Problem]) -> Declaration | None:
    if not isinstance(item, Mapping):
        problems.append(Problem(path, "Invalid input type."))
        return None
    for key in item:
        if key not in _KNOWN:
            problems.append(Problem(f"{path}.{key}", "Unknown field."))
    try:
        name = check_name(item.get("key"))
    except InvalidName as error:
        problems.append(Problem(f"{path}.key", str(error)))
        return None
    return Declaration(
        key=name,
        size=_size(path, item.get("size"), problems),
        checksum=_checksum(path, item.get("checksum"), problems),
        metadata=_metadata(f"{path}.metadata", item.get("metadata"), problems),
        hidden=_hidden(f"{path}.access", item.get("access"), problems),
        transfer=_transfer(path, name, item, problems),
    )


def read_description(data: object) -> tuple[dict[str, Any] | None, bool]:
    """`metadata` and `access.hidden` of the body that updates a file; raises `ValidationFailed`."""
    problems: list[Problem] = []
    if not isinstance(data, Mapping):
        raise ValidationFailed(errors=[Problem("_schema", "Invalid input type.")])
    for key in data:
        if key not in ("metadata", "access"):
            problems.append(Problem(str(key), "Unknown field."))
    metadata = _metadata("metadata", data.get("metadata"), problems)
    hidden = _hidden("access", data.get("access"), problems)
    if problems:
        raise ValidationFailed(errors=problems)
    return metadata, hidden


def _whole_number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) < 20 and value.isascii() and value.isdigit():
        return int(value)
    return None


def _size(path: str, value: object, problems: list[Problem]) -> int | None:
    if value is None:
        return None
    size = _whole_number(value)
    if size is None or not 0 <= size <= MAX_SIZE:
        problems.append(Problem(f"{path}.size", "The size is a whole number of bytes, 0 or more."))
        return None
    return size


def _checksum(path: str, value: object, problems: list[Problem]) -> str | None:
    if value is None:
        return None
    try:
        return str(DeclaredChecksum.parse(value))
    except ValueError as error:
        problems.append(Problem(f"{path}.checksum", str(error)))
        return None


def _metadata(path: str, value: object, problems: list[Problem]) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        problems.append(Problem(path, "Not a valid mapping type."))
        return None
    if len(value) > MAX_METADATA_KEYS:
        problems.append(Problem(path, f"A file may have {MAX_METADATA_KEYS} metadata fields."))
        return None
    return dict(value)


def _hidden(path: str, value: object, problems: list[Problem]) -> bool:
    if value is None:
        return False
    if not isinstance(value, Mapping):
        problems.append(Problem(path, "Invalid input type."))
        return False
    for key in value:
        if key != "hidden":
            problems.append(Problem(f"{path}.{key}", "Unknown field."))
    hidden = value.get("hidden", False)
    if not isinstance(hidden, bool):
        problems.append(Problem(f"{path}.hidden", "Not a valid boolean."))
        return False
    return hidden


def _transfer(path: str, name: str, item: Mapping[str, Any], problems: list[Problem]) -> Transfer:
    value = item.get("transfer")
    if value is None:
        return Transfer()
    if not isinstance(value, Mapping):
        problems.append(Problem(f"{path}.transfer", "Transfer metadata must be a dictionary."))
        return Transfer()
    kind = value.get("type", "L")
    if kind in ("F", "R"):
        raise PermissionDenied(f"Transfer type '{kind}' is not allowed for {shown(name)}; use 'L' or 'M'.")
    if kind not in ("L", "M"):
        problems.append(Problem(f"{path}.transfer.type", "Unsupported transfer type; use 'L' or 'M'."))
        return Transfer()
    for key in value:
        if key not in (("type", "parts", "part_size") if kind == "M" else ("type",)):
            problems.append(Problem(f"{path}.transfer.{key}", "Unknown field."))
    return _multipart(path, item.get("size"), value, problems) if kind == "M" else Transfer()


def _multipart(path: str, declared: object, value: Mapping[str, Any], problems: list[Problem]) -> Transfer:
    size, parts, part_size = (
        _whole_number(number) for number in (declared, value.get("parts"), value.get("part_size"))
    )
    if not parts or parts < 1:
        raise InvalidRequest("Multipart file transfer requires parts.")
    if not size or size < 1:
        raise InvalidRequest("Multipart file transfer requires file size.")
    if not part_size or part_size < 1:
        raise InvalidRequest("Multipart file transfer to local storage requires part_size.")
    if parts > MAX_PARTS:
        problems.append(Problem(f"{path}.transfer.parts", f"A file may have {MAX_PARTS} parts; use larger ones."))
    elif -(-size // part_size) != parts:
        problems.append(
            Problem(
                f"{path}.transfer.parts",
                f"{size} bytes in parts of {part_size} bytes are {-(-size // part_size)} parts, not {parts}.",
            )
        )
    return Transfer("M", parts, part_size)
