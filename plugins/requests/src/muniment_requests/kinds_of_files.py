"""Which files can stand beside comments: texts, pictures, documents and archives that are what their names say."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from muniment.api import Problem, ValidationFailed, served_as

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
#: Each extension with its media type and how such a file begins; nothing for texts, which hold no NUL.
_KINDS: Final[dict[str, tuple[str, tuple[bytes, ...]]]] = {
    "bib": ("application/x-bibtex", ()),
    "csv": ("text/csv", ()),
    "json": ("application/json", ()),
    "md": ("text/markdown", ()),
    "tex": ("text/x-tex", ()),
    "tsv": ("text/tab-separated-values", ()),
    "txt": ("text/plain", ()),
    "yaml": ("application/yaml", ()),
    "yml": ("application/yaml", ()),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "tif": ("image/tiff", (b"II*\x00", b"MM\x00*")),
    "tiff": ("image/tiff", (b"II*\x00", b"MM\x00*")),
    "webp": ("image/webp", (b"RIFF",)),
    "pdf": ("application/pdf", (b"%PDF-",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
    "odp": ("application/vnd.oasis.opendocument.presentation", _ZIP),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", _ZIP),
    "odt": ("application/vnd.oasis.opendocument.text", _ZIP),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", _ZIP),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP),
    "zip": ("application/zip", _ZIP),
    "gz": ("application/gzip", (b"\x1f\x8b",)),
}
#: For the file picker of browsers.
ACCEPTED: Final = ",".join(f".{extension}" for extension in _KINDS)
LONGEST_NAME: Final = 200


def checked_name(sent: str) -> str:
    """The name of a file without its folders and without what cannot be seen; raises `ValidationFailed`."""
    name = "".join(one for one in sent.replace("\\", "/").rpartition("/")[2] if one.isprintable()).strip(" .")
    if not name or len(name) > LONGEST_NAME:
        raise refused(f"A file has a name of at most {LONGEST_NAME} characters.")
    return name


def checked_kind(name: str, content: bytes) -> str:
    """The media type of a file whose name and beginning agree; raises `ValidationFailed`."""
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    if extension not in _KINDS:
        raise refused("Files of this kind cannot be attached; take a text, a picture, a document or a zip file.")
    media_type, beginnings = _KINDS[extension]
    is_that = content.startswith(beginnings) if beginnings else b"\x00" not in content[:100_000]
    if not is_that:
        raise refused("What is in the file is not what its name says; look whether it is the right one.")
    return media_type


def sent_as(media_type: str) -> str:
    """The type under which it is sent."""
    return served_as(media_type)


def refused(message: str) -> ValidationFailed:
    return ValidationFailed(errors=[Problem("files", message)])
