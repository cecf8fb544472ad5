"""Media types: guessed from names, alike on every machine, and made safe for serving."""

from __future__ import annotations

import mimetypes

DEFAULT = "application/octet-stream"

_MORE = {
    ".7z": "application/x-7z-compressed",
    ".avif": "image/avif",
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".csv": "text/csv",
    ".fasta": "text/x-fasta",
    ".flac": "audio/flac",
    ".geojson": "application/geo+json",
    ".gz": "application/gzip",
    ".h5": "application/x-hdf5",
    ".hdf5": "application/x-hdf5",
    ".ipynb": "application/x-ipynb+json",
    ".jsonl": "application/jsonl",
    ".jsonld": "application/ld+json",
    ".markdown": "text/markdown",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".nc": "application/netcdf",
    ".npy": "application/x-npy",
    ".parquet": "application/vnd.apache.parquet",
    ".r": "text/x-r",
    ".rst": "text/x-rst",
    ".tex": "text/x-tex",
    ".toml": "application/toml",
    ".ttl": "text/turtle",
    ".webp": "image/webp",
    ".xhtml": "application/xhtml+xml",
    ".xz": "application/x-xz",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zst": "application/zstd",
}

# Only the table of the standard library: the machine's own files would make answers differ from place to place.
_TYPES = mimetypes.MimeTypes(filenames=(), strict=True)
for _extension, _type in _MORE.items():
    _TYPES.add_type(_type, _extension)

_COMPRESSED = {
    "gzip": "application/gzip",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
    "compress": "application/x-compress",
    "br": "application/x-brotli",
}

#: Sent as they are: no browser runs anything in them.
_HARMLESS = frozenset(
    {
        "audio/flac", "audio/mpeg", "audio/ogg", "audio/wav", "audio/x-wav", "audio/webm", "audio/mp4",
        "image/avif", "image/gif", "image/jpeg", "image/png", "image/tiff", "image/webp",
        "video/mp4", "video/ogg", "video/webm",
    }
)  # fmt: skip
_DOCUMENTS = frozenset({"application/pdf"})
#: Texts whose own type would be run, rendered or styled by a browser.
_AS_PLAIN_TEXT = frozenset(
    {
        "application/geo+json", "application/javascript", "application/json", "application/jsonl",
        "application/ld+json", "application/rdf+xml", "application/toml", "application/x-bibtex",
        "application/x-ipynb+json", "application/x-javascript", "application/x-sh", "application/xhtml+xml",
        "application/xml", "application/xslt+xml", "application/yaml", "image/svg+xml",
    }
)  # fmt: skip
_TEXT_NAMES = frozenset({"readme", "license", "licence", "changelog", "authors", "makefile", "dockerfile", "copying"})


def guess(name: str) -> str:
    """The media type that a file name suggests; a compressed file is what it was compressed with."""
    media_type, encoding = _TYPES.guess_type(name.rpartition("/")[2].lower())
    if encoding is not None:
        return _COMPRESSED.get(encoding, DEFAULT)
    if media_type is None and name.rpartition("/")[2].lower() in _TEXT_NAMES:
        return "text/plain"
    return media_type or DEFAULT


def served_as(media_type: str) -> str:
    """The type under which a user's file is sent: HTML, SVG, XML, scripts and styles become plain text, unknown types
    bytes. What is not on a list cannot be rendered by a browser on our origin."""
    if media_type in _HARMLESS or media_type in _DOCUMENTS:
        return media_type
    if media_type.startswith("text/") or media_type in _AS_PLAIN_TEXT or media_type.endswith(("+xml", "+json")):
        return "text/plain; charset=utf-8"
    return DEFAULT


def may_be_shown(media_type: str) -> bool:
    """Whether a file of this type may be shown in the browser instead of being saved."""
    return served_as(media_type) != DEFAULT


def needs_viewer(media_type: str) -> bool:
    """Whether browsers show the type with a viewer of their own, which a sandboxed document may not start."""
    return media_type in _DOCUMENTS
