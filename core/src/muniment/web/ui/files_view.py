"""The files of a record as a tree of folders, with what can be shown of them in the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from muniment.files.containers import is_container
from muniment.web.ui.wording import file_size

#: Deeper folders are shown as one name with slashes, so that a page stays readable.
DEEPEST = 8

_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
_TABLES = frozenset({"csv", "tsv", "tab"})
_TEXTS = frozenset({
    "txt", "md", "rst", "log", "json", "geojson", "jsonl", "xml", "yaml", "yml", "toml", "ini", "cfg", "py", "r", "jl",
    "m", "c", "h", "cpp", "hpp", "rs", "go", "java", "js", "ts", "sql", "sh", "bib", "ris", "tex", "cff", "ttl", "nt",
    "n3", "svg", "html", "htm", "css", "ipynb", "dat", "asc", "fasta", "fa", "vcf", "gff", "nwk",
})  # fmt: skip
_PLAIN_NAMES = frozenset({"readme", "license", "licence", "changelog", "authors", "citation", "makefile", "dockerfile"})

_ICONS = {
    "image": "file-image", "table": "file-spreadsheet", "text": "file-text", "pdf": "file-text",
    "archive": "file-archive", "audio": "file-audio", "video": "file-video-camera", "": "file",
}  # fmt: skip


@dataclass(frozen=True)
class FileView:
    """One file. `preview` is ``image``, ``table``, ``text``, ``pdf``, ``archive`` or "" (nothing to show in a page)."""

    key: str
    name: str
    size: int
    size_text: str
    checksum: str
    mimetype: str
    href: str
    download_href: str
    preview_href: str
    preview: str
    icon: str

    @property
    def algorithm(self) -> str:
        return self.checksum.partition(":")[0] if ":" in self.checksum else ""

    @property
    def digest(self) -> str:
        return self.checksum.partition(":")[2] or self.checksum


@dataclass
class FolderView:
    """A folder of the tree; the root has no name."""

    name: str = ""
    folders: dict[str, FolderView] = field(default_factory=dict)
    files: list[FileView] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.files) + sum(folder.count for folder in self.folders.values())

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files) + sum(folder.size for folder in self.folders.values())

    def walk(self) -> Iterator[FileView]:
        yield from self.files
        for folder in self.folders.values():
            yield from folder.walk()


@dataclass(frozen=True)
class FilesView:
    """`state` is ``listed``, ``restricted`` (there are files, this reader may not see them), ``disabled``
    (metadata only) or ``none``."""

    state: str
    root: FolderView = field(default_factory=FolderView)
    count: int = 0
    size_text: str = ""
    archive_href: str = ""
    default: FileView | None = None

    def all(self) -> Iterator[FileView]:
        """Every file of the tree."""
        return self.root.walk()

    @property
    def opened(self) -> bool:
        """Whether folders are shown open: small trees are read at a glance."""
        return self.count <= 30


def files_view(data: Mapping[str, Any], page: str, locale: str, preview: bool = False) -> FilesView:
    """`data` is a public record or draft, `page` its path such as ``/records/12``; `preview` asks for draft files."""
    section = data.get("files")
    files: Mapping[str, Any] = section if isinstance(section, Mapping) else {}
    if not files.get("enabled", True):
        return FilesView("disabled")
    access = data.get("access")
    entries = files.get("entries")
    if not isinstance(entries, Mapping):
        closed = isinstance(access, Mapping) and access.get("files") == "restricted"
        return FilesView("restricted" if closed else "none")
    views = [_file(str(key), entry, page, locale, preview) for key, entry in _ordered(files, entries)]
    if not views:
        return FilesView("none")
    return FilesView(
        state="listed",
        root=_tree(views),
        count=len(views),
        size_text=file_size(sum(view.size for view in views), locale),
        archive_href=f"{page}/files-archive" + ("?preview=1" if preview else ""),
        default=_default(files.get("default_preview"), views),
    )


def _ordered(files: Mapping[str, Any], entries: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Visible entries: those of `order` first, then by name."""
    order = {key: place for place, key in enumerate(files.get("order") or [])}
    visible = [
        (key, entry)
        for key, entry in entries.items()
        if isinstance(entry, Mapping) and not (entry.get("access") or {}).get("hidden")
    ]
    return sorted(visible, key=lambda item: (order.get(item[0], len(order)), item[0].casefold()))


def _file(key: str, entry: Mapping[str, Any], page: str, locale: str, preview: bool) -> FileView:
    size = int(entry.get("size") or 0)
    mimetype = str(entry.get("mimetype") or "")
    kind = preview_kind(key, mimetype)
    path = quote(key, safe="/")
    draft = "preview=1" if preview else ""
    return FileView(
        key=key,
        name=key.rpartition("/")[2] or key,
        size=size,
        size_text=file_size(size, locale),
        checksum=str(entry.get("checksum") or ""),
        mimetype=mimetype,
        href=f"{page}/files/{path}" + (f"?{draft}" if draft else ""),
        download_href=f"{page}/files/{path}?download=1" + (f"&{draft}" if draft else ""),
        preview_href=f"{page}/preview/{path}" + (f"?{draft}" if draft else "") if kind else "",
        preview=kind,
        icon=_icon(key, mimetype, kind),
    )


def preview_kind(key: str, mimetype: str) -> str:
    """How a file can be shown. By its name where that says it, since the media type comes from the depositor."""
    name = key.rpartition("/")[2].lower()
    extension = name.rpartition(".")[2] if "." in name else ""
    if mimetype in _IMAGES and extension in {"png", "jpg", "jpeg", "gif", "webp", "avif"}:
        return "image"
    if extension == "pdf":
        return "pdf"
    if is_container(name):
        return "archive"
    if extension in _TABLES:
        return "table"
    return "text" if extension in _TEXTS or name in _PLAIN_NAMES else ""


def _icon(key: str, mimetype: str, kind: str) -> str:
    if kind:
        return _ICONS[kind]
    if key.lower().endswith((".zip", ".gz", ".tar", ".7z", ".bz2", ".xz", ".zst", ".rar", ".tgz")):
        return _ICONS["archive"]
    return _ICONS.get(mimetype.partition("/")[0], _ICONS[""])


def _tree(files: list[FileView]) -> FolderView:
    root = FolderView()
    for file in files:
        folder = root
        parts = [part for part in file.key.split("/")[:-1] if part]
        for name in [
            *parts[: DEEPEST - 1],
            *(["/".join(parts[DEEPEST - 1 :])] if len(parts) >= DEEPEST else []),
        ]:
            folder = folder.folders.setdefault(name, FolderView(name))
        folder.files.append(file)
    return root


def _default(key: object, files: list[FileView]) -> FileView | None:
    """The file that is shown in the page: the depositor's choice, else a read-me, picture, table or plain text."""
    chosen = next((file for file in files if file.key == key and file.preview), None)
    ranked = sorted((rank, file.key.count("/"), file.key, file) for file in files if (rank := _rank(file)) is not None)
    return chosen or (ranked[0][-1] if ranked else None)


def _rank(file: FileView) -> int | None:
    """How well a file introduces a record without being asked for; None for not at all (code, notebooks, licences)."""
    name = file.name.lower()
    if not file.size or not file.preview:
        return None
    if name.partition(".")[0] == "readme":
        return 0
    if file.preview in ("image", "table"):
        return 1
    return 2 if name.endswith((".txt", ".md", ".rst")) and not name.startswith("licen") else None
