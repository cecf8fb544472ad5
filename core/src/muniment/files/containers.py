"""Looking into zip files: what they hold, and single members or folders of them, without unpacking anything to disk.

A zip comes from somebody else, so that nothing in it is believed: its directory is bounded while it is read, names
that lead elsewhere are left out, and what unpacks to much more than it is does not open.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Any, cast

from zipstream import ZIP_STORED, ZipStream

from muniment.errors import InvalidRequest, NotFound
from muniment.files.downloads import PIECE, Download
from muniment.files.media_types import guess
from muniment.files.names import InvalidName, check_name, extension, shown
from muniment.files.snapshots import key_in_url

#: Entries that one listing shows.
MAX_LISTED = 1000
#: Members that a zip may have, and bytes of the directory that names them.
MAX_MEMBERS = 100_000
MAX_DIRECTORY_BYTES = 16 * 1024 * 1024
#: A member or folder of more than this many bytes may be this many times as large as it is packed.
BOMB_BYTES = 100 * 1024 * 1024
BOMB_RATIO = 200

#: What Python's zip reader raises for bytes that are no zip, or no longer one.
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ValueError, NotImplementedError, EOFError)
#: Before each member in the directory (APPNOTE.TXT, 4.3.12).
_DIRECTORY_ENTRY = b"PK\1\2"


def is_container(key: str) -> bool:
    """Whether a file of this name can be looked into."""
    return extension(key) == "zip"


@dataclass(frozen=True)
class Member:
    """One file in a zip: its bytes unpacked, `size` of them."""

    download: Download
    name: str
    size: int
    crc: int
    offset: int

    def chunks(self) -> Iterator[bytes]:
        """The unpacked bytes; raises `OSError` when the zip is damaged, which breaks the answer off."""
        try:
            with closing(_OpenZip(self.download)) as archive:
                yield from archive.chunks(self.offset)
        except _DAMAGED as error:
            raise OSError(f"a damaged zip file: {error}") from error

    def check(self) -> None:
        """Raise `InvalidRequest` when the member cannot be opened, before an answer has begun."""
        try:
            with closing(_OpenZip(self.download)) as archive, archive.open(self.offset) as member:
                member.read(1)
        except (*_DAMAGED, OSError) as error:  # a place before the beginning of the file is an OSError
            raise _invalid(self.download, error) from error


@dataclass(frozen=True)
class Folder:
    """All files below one folder of a zip, as a zip of their own."""

    download: Download
    name: str
    members: tuple[Member, ...]

    def stream(self) -> ZipStream:
        """Stored, with names relative to the folder; `len()` tells its exact size."""
        stream = ZipStream(compress_type=ZIP_STORED, sized=True)
        opened = _OpenedOnce(self.download)
        for member in self.members:
            name = member.name.removeprefix(f"{self.name}/")
            stream.add(opened.chunks(member.offset), name, size=member.size)
        return stream


class _Bounded:
    """The bytes of a zip for Python's reader, which takes the whole directory in one piece, however large it says it is
    and wherever the zip says it stands."""

    def __init__(self, download: Download) -> None:
        self._download = download
        self._handle = download.open()
        self.seek, self.tell, self.close = self._handle.seek, self._handle.tell, self._handle.close

    def read(self, size: int = -1) -> bytes:
        piece = self._handle.read(MAX_DIRECTORY_BYTES + 1 if size < 0 else min(size, MAX_DIRECTORY_BYTES + 1))
        if len(piece) > MAX_DIRECTORY_BYTES or piece.count(_DIRECTORY_ENTRY) > MAX_MEMBERS:
            raise InvalidRequest(
                f"{shown(self._download.key)} holds too many files to be listed here; download it whole."
            )
        return piece

    def seekable(self) -> bool:
        return True


class _OpenZip:
    """A zip that is open. Members are found by their place: there may be two of one name."""

    def __init__(self, download: Download) -> None:
        self._handle = _Bounded(download)
        opened = False
        try:
            self._archive = zipfile.ZipFile(cast(IO[bytes], self._handle))
            opened = True
        finally:
            if not opened:
                self._handle.close()
        self.members = self._archive.infolist()
        self._by_place = {info.header_offset: info for info in self.members}

    def open(self, offset: int) -> IO[bytes]:
        return self._archive.open(self._by_place[offset])

    def chunks(self, offset: int) -> Iterator[bytes]:
        with self.open(offset) as member:
            while piece := member.read(PIECE):
                yield piece

    def close(self) -> None:
        self._archive.close()
        self._handle.close()

    def __del__(self) -> None:
        # An answer whose client has gone is forgotten in the middle.
        self._handle.close()


class _OpenedOnce:
    """Opens a zip when the first of several members is wanted, and for all of them."""

    def __init__(self, download: Download) -> None:
        self._download = download
        self._archive: _OpenZip | None = None

    def chunks(self, offset: int) -> Iterator[bytes]:
        try:
            if self._archive is None:
                self._archive = _OpenZip(self._download)
            yield from self._archive.chunks(offset)
        except _DAMAGED as error:
            raise OSError(f"a damaged zip file: {error}") from error


def listing(download: Download, address: str) -> dict[str, Any]:
    """What a zip holds, as InvenioRDM's API writes it; `address` is the file's own.

    Raises `InvalidRequest` for a file that is no zip, or a damaged one.
    """
    entries: list[dict[str, Any]] = []
    folders: set[str] = set()
    truncated = False
    for info in _members(download):
        if len(entries) + len(folders) >= MAX_LISTED:
            truncated = True
            break
        name = info.filename.rstrip("/")
        parts = name.split("/")
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts) + info.is_dir()))
        if not info.is_dir():
            entries.append(
                {
                    "key": name,
                    "size": info.file_size,
                    "compressed_size": info.compress_size,
                    "mimetype": guess(name),
                    "crc": info.CRC,
                    "links": {"content": _link(address, name)},
                }
            )
    return {
        "entries": entries,
        "directories": [
            {
                "key": folder,
                "links": {"content": _link(address, folder)},
                "entries": [entry["key"] for entry in entries if entry["key"].rpartition("/")[0] == folder],
            }
            for folder in sorted(folders)
        ],
        "total": len(entries),
        "truncated": truncated,
    }


def find(download: Download, path: str) -> Member | Folder:
    """A member, or a folder with all below it; raises `NotFound`, `InvalidRequest`."""
    wanted = path.strip("/")
    below: list[zipfile.ZipInfo] = []
    for info in _members(download):
        if info.is_dir():
            continue
        if info.filename == wanted:
            member = _openable(download, info)
            member.check()
            return member
        if info.filename.startswith(f"{wanted}/"):
            below.append(info)
    if not below:
        raise NotFound(f"There is no {shown(wanted)} in {shown(download.key)}.")
    if _explodes(sum(info.file_size for info in below), download.size):
        raise InvalidRequest(f"{shown(wanted)} unpacks to far more than it is; download the whole zip file.")
    return Folder(download, wanted, tuple(_openable(download, info) for info in below))


def _link(address: str, name: str) -> str:
    return f"{address}/container/{key_in_url(name)}"


def _openable(download: Download, info: zipfile.ZipInfo) -> Member:
    if info.flag_bits & 1:
        raise InvalidRequest(f"{shown(info.filename)} is encrypted; download the whole zip file.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        raise InvalidRequest(f"{shown(info.filename)} is packed in an unusual way; download the whole zip file.")
    if _explodes(info.file_size, info.compress_size):
        raise InvalidRequest(f"{shown(info.filename)} unpacks to far more than it is; download the whole zip file.")
    return Member(download, info.filename, info.file_size, info.CRC, info.header_offset)


def _explodes(size: int, packed: int) -> bool:
    return size > BOMB_BYTES and size > BOMB_RATIO * max(1, packed)


def _members(download: Download) -> list[zipfile.ZipInfo]:
    """The members with harmless names, in the order of the zip."""
    if not is_container(download.key):
        raise InvalidRequest(f"No extractor found for the file '{download.key}'.")
    try:
        with closing(_OpenZip(download)) as archive:
            return [info for info in archive.members if _is_harmless(info)]
    except _DAMAGED as error:
        raise _invalid(download, error) from error


def _invalid(download: Download, error: Exception) -> InvalidRequest:
    return InvalidRequest(f"Invalid file content for file '{download.key}': {error}.")


def _is_harmless(info: zipfile.ZipInfo) -> bool:
    try:
        check_name(info.filename.rstrip("/"))
    except InvalidName:
        return False
    return True
