"""Looking into zip files: what they hold, and single members or folders of them, without unpacking anything to disk.

A zip comes from somebody else, so that nothing in it is believed: the size of its directory is bounded before it is
read, names that lead elsewhere are left out, and members that unpack to much more than they are do not open.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

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
MAX_DIRECTORY_BYTES = 64 * 1024 * 1024
#: A member of more than this many bytes may be this many times as large as it is packed.
BOMB_BYTES = 100 * 1024 * 1024
BOMB_RATIO = 200

#: What Python's zip reader raises for bytes that are no zip, or no longer one.
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ValueError, NotImplementedError, EOFError)
_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")


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
            with self._open() as member:
                while piece := member.read(PIECE):
                    yield piece
        except _DAMAGED as error:
            raise OSError(f"a damaged zip file: {error}") from error

    def check(self) -> None:
        """Raise `InvalidRequest` when the member cannot be opened, before an answer has begun."""
        try:
            with self._open() as member:
                member.read(1)
        except (*_DAMAGED, OSError) as error:  # a place before the beginning of the file is an OSError
            raise _invalid(self.download, error) from error

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        with closing(_buffered(self.download.open())) as handle, zipfile.ZipFile(handle) as archive:
            # By its place: a zip may hold two members of one name.
            info = next(info for info in archive.infolist() if info.header_offset == self.offset)
            with archive.open(info) as member:
                yield member


@dataclass(frozen=True)
class Folder:
    """All files below one folder of a zip, as a zip of their own."""

    name: str
    members: tuple[Member, ...]

    def stream(self) -> ZipStream:
        """Stored, with names relative to the folder; `len()` tells its exact size."""
        stream = ZipStream(compress_type=ZIP_STORED, sized=True)
        for member in self.members:
            stream.add(member.chunks(), member.name.removeprefix(f"{self.name}/"), size=member.size)
        return stream


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
    return Folder(wanted, tuple(_openable(download, info) for info in below))


def _link(address: str, name: str) -> str:
    return f"{address}/container/{key_in_url(name)}"


def _openable(download: Download, info: zipfile.ZipInfo) -> Member:
    if info.flag_bits & 1:
        raise InvalidRequest(f"{shown(info.filename)} is encrypted; download the whole zip file.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        raise InvalidRequest(f"{shown(info.filename)} is packed in an unusual way; download the whole zip file.")
    if info.file_size > BOMB_BYTES and info.file_size > BOMB_RATIO * max(1, info.compress_size):
        raise InvalidRequest(f"{shown(info.filename)} unpacks to far more than it is; download the whole zip file.")
    return Member(download, info.filename, info.file_size, info.CRC, info.header_offset)


def _members(download: Download) -> list[zipfile.ZipInfo]:
    """The members with harmless names, in the order of the zip."""
    if not is_container(download.key):
        raise InvalidRequest(f"No extractor found for the file '{download.key}'.")
    with closing(_buffered(download.open())) as handle:
        try:
            _check_directory(handle, download)
            with zipfile.ZipFile(handle) as archive:
                return [info for info in archive.infolist() if _is_harmless(info)]
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


def _buffered(handle: BinaryIO) -> BinaryIO:
    """Zip directories are read in small bites."""
    return io.BufferedReader(handle) if isinstance(handle, io.RawIOBase) else handle


def _check_directory(handle: BinaryIO, download: Download) -> None:
    """Refuse a directory that would not fit into memory before anybody reads it (APPNOTE.TXT, 4.3.14 to 4.3.16)."""
    tail = min(download.size, _END.size + 65_535)
    handle.seek(download.size - tail)
    end = handle.read(tail)
    position = end.rfind(b"PK\5\6")
    if position < 0:
        raise zipfile.BadZipFile("File is not a zip file")
    fields = _END.unpack_from(end, position)
    members, size = fields[4], fields[5]
    locator = position - _END64_LOCATOR.size
    if locator >= 0 and end[locator : locator + 4] == b"PK\6\7":
        handle.seek(_END64_LOCATOR.unpack_from(end, locator)[2])
        record = _END64.unpack(handle.read(_END64.size))
        members, size = record[7], record[8]
    if members > MAX_MEMBERS or size > MAX_DIRECTORY_BYTES:
        raise InvalidRequest(f"{shown(download.key)} holds too many files to be listed here; download it whole.")
    handle.seek(0)
