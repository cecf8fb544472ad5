"""Sending users' files: ranges, conditions, and headers that keep a file from doing anything in a browser.

RFC 9110 for ranges and conditions, RFC 6266 and 8187 for file names, RFC 9530 for digests.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO, Final
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, request
from werkzeug.http import http_date

from muniment.files.containers import Folder, Member
from muniment.files.downloads import PIECE, Archive, Download
from muniment.files.media_types import DEFAULT, guess, may_be_shown, needs_viewer, served_as
from muniment.files.storage import DownloadHeaders, HandOver
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.transfers import carries_bytes
from muniment.web.typed_links import add_links

#: How long shared caches may keep a public file, in seconds: short, since a record can be restricted or deleted.
PUBLIC_SECONDS: Final = 600
_RANGE: Final = re.compile(r"bytes\s*=\s*(\d{0,19})\s*-\s*(\d{0,19})\s*", re.IGNORECASE)

blueprint = Blueprint("downloads", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="root"),)


class Unsatisfiable(Exception):
    """The requested range begins beyond the end of the file."""


@blueprint.get("/records/<id>/files/<path:key>")
@access("public")
@session("optional")
@carries_bytes
def page_file(id: str, key: str) -> Response:
    """A file for people: saved with `?download=1`, else shown if browsers show such files harmlessly."""
    draft = request.args.get("preview") == "1"
    download = the_repository().files.download(the_actor(), id, key, draft=draft)
    elsewhere = _on_files_origin(download)
    if elsewhere is not None:
        return Response(status=302, headers={"Location": elsewhere})
    response = send_file(download, attachment=request.args.get("download") == "1")
    return response if draft else add_links(response, id, None, "file")


@blueprint.get("/records/<id>/files-archive")
@access("public")
@session("optional")
@carries_bytes
def page_archive(id: str) -> Response:
    """All files as one zip, for people."""
    draft = request.args.get("preview") == "1"
    return send_archive(the_repository().files.archive(the_actor(), id, draft=draft))


def _on_files_origin(download: Download) -> str | None:
    """Where a public file is served from when the site has an origin of its own for files; there is no cookie, so
    restricted files stay here."""
    origin = the_repository().config.files.origin.rstrip("/")
    if not origin or download.restricted or request.host == urlsplit(origin).netloc:
        return None
    arguments = request.query_string.decode("ascii", "ignore")
    return f"{origin}{quote(request.path)}" + (f"?{arguments}" if arguments else "")


def send_file(download: Download, *, attachment: bool = True) -> Response:
    """The answer with a file, or the part of it that was asked for.

    Shown in the browser only when `attachment` is false and the type is one that cannot run anything.
    """
    content_type = served_as(download.mimetype)
    shown = not attachment and may_be_shown(download.mimetype)
    headers = _headers(content_type, content_disposition(download.key, inline=shown), download.restricted)
    headers["ETag"] = f'"md5:{download.md5}"'
    headers["Content-MD5"] = download.md5
    headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(download.sha256)).decode()}:"
    headers["Last-Modified"] = http_date(download.modified)
    headers["Accept-Ranges"] = "bytes"
    if shown and needs_viewer(download.mimetype):
        # A browser's own viewer does not start in a sandbox; it runs nothing on our origin.
        headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    if not_modified(headers["ETag"], download.modified):
        return _empty(304, headers)
    handed = download.hand_over(DownloadHeaders(content_type, headers["Content-Disposition"]))
    if handed is not None:
        return _handed_over(handed, headers)
    try:
        start, length = _wanted(download, headers["ETag"])
    except Unsatisfiable:
        headers["Content-Range"] = f"bytes */{download.size}"
        return _empty(416, {**headers, "Content-Length": "0"})
    headers["Content-Length"] = str(length)
    status = 200
    if length != download.size:
        status = 206
        del headers["Content-MD5"]  # it would be read as that of the part
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{download.size}"
    if request.method == "HEAD":
        return _empty(status, headers)
    # No `direct_passthrough`: with it Werkzeug forgets what is to be done when the answer was sent.
    return Response(FileBody(download.open(start), length), status=status, headers=headers)


def send_archive(archive: Archive) -> Response:
    """The answer with all files as one zip, made while it is sent, with its exact length."""
    headers = _headers(
        "application/zip", content_disposition(f"{archive.record_number}.zip", inline=False), archive.restricted
    )
    headers["ETag"] = f'W/"{archive.etag}"'
    headers["Accept-Ranges"] = "none"
    if not_modified(headers["ETag"], None):
        return _empty(304, headers)
    stream = archive.stream()
    headers["Content-Length"] = str(len(stream))
    if request.method == "HEAD":
        return _empty(200, headers)
    return Response(iter(stream), headers=headers)


def send_member(found: Member | Folder, download: Download) -> Response:
    """The answer with a member of a zip, unpacked while it is sent, or with a folder of it as a zip of its own."""
    if isinstance(found, Folder):
        members = tuple(f"{member.name}\0{member.crc:x}" for member in found.members)
        etag = hashlib.sha256("\n".join(members).encode()).hexdigest()[:32]
        content_type, name = "application/zip", f"{found.name}.zip"
    else:
        etag = f"{download.md5}-{found.crc:08x}"
        content_type, name = served_as(guess(found.name)), found.name
    headers = _headers(content_type, content_disposition(name, inline=False), download.restricted)
    headers["ETag"] = f'W/"{etag}"'
    headers["Accept-Ranges"] = "none"
    if not_modified(headers["ETag"], None):
        return _empty(304, headers)
    if isinstance(found, Folder):
        stream = found.stream()
        headers["Content-Length"], body = str(len(stream)), iter(stream)
    else:
        headers["Content-Length"], body = str(found.size), found.chunks()
    if request.method == "HEAD":
        return _empty(200, headers)
    return Response(body, headers=headers)


class FileBody:
    """`length` bytes of an open file in pieces; the server closes it when it is done or the client has gone."""

    def __init__(self, handle: BinaryIO, length: int) -> None:
        self._handle = handle
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._left:
            self.close()
            raise StopIteration
        piece = self._handle.read(min(PIECE, self._left))
        if not piece:
            # Breaking the connection tells the client; a short answer would look like a whole file to some.
            self.close()
            raise OSError("a stored file ended before its length")
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._handle.close()

    def __del__(self) -> None:
        # A server that forgets an answer whose client has gone must not keep the file open.
        self.close()


def content_disposition(key: str, *, inline: bool) -> str:
    """The header that names a download; folders stay out of it."""
    kind = "inline" if inline else "attachment"
    name = key.rpartition("/")[2]
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r'[\x00-\x1f\x7f"\\%;]', "_", plain).strip() or "file"
    if plain == name:
        return f'{kind}; filename="{name}"'
    if plain.startswith("."):
        plain = f"file{plain}"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _headers(content_type: str, disposition: str, restricted: bool) -> dict[str, str]:
    headers = {
        "Content-Type": content_type or DEFAULT,
        "Content-Disposition": disposition,
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "X-Download-Options": "noopen",
        "X-Permitted-Cross-Domain-Policies": "none",
        "X-Frame-Options": "deny",
        "X-XSS-Protection": "1; mode=block",
    }
    if restricted:
        headers["Cache-Control"] = "private, no-store"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
    else:
        headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return headers


def _empty(status: int, headers: dict[str, str]) -> Response:
    """An answer without a body; what its headers say of a body is about the one a GET would have."""
    response = Response(status=status, headers=headers)
    if status == 304:
        for name in ("Content-Type", "Content-Length"):
            response.headers.pop(name, None)
    return response


def _handed_over(handed: HandOver, headers: dict[str, str]) -> Response:
    if handed.kind == "redirect":
        kept = {name: headers[name] for name in ("Cache-Control", "X-Content-Type-Options")}
        return _empty(302, {**kept, "Location": handed.location})
    return _empty(200, {**headers, "X-Accel-Redirect": handed.location, "X-Accel-Buffering": "no"})


def not_modified(etag: str, modified: datetime | None) -> bool:
    """Whether the client has this already: `If-None-Match`, or without it `If-Modified-Since`."""
    wanted = request.headers.get("If-None-Match")
    if wanted is not None:
        tags = [tag.strip().removeprefix("W/") for tag in wanted.split(",")]
        return wanted.strip() == "*" or etag.removeprefix("W/") in tags
    since = _date(request.headers.get("If-Modified-Since"))
    return since is not None and modified is not None and modified.replace(microsecond=0) <= since


def _date(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        found = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _wanted(download: Download, etag: str) -> tuple[int, int]:
    """First byte and number of bytes to send. Several ranges, and what is no range, are answered with the whole."""
    whole = 0, download.size
    value = request.headers.get("Range")
    if value is None or not _range_still_holds(download, etag):
        return whole
    found = _RANGE.fullmatch(value.strip())
    if found is None:
        return whole
    first, last = found.groups()
    if first:
        return _from_first(int(first), last, download.size, whole)
    if not last:
        return whole
    length = min(int(last), download.size)
    if not length:
        raise Unsatisfiable
    return download.size - length, length


def _from_first(first: int, last: str, size: int, whole: tuple[int, int]) -> tuple[int, int]:
    if last and int(last) < first:
        return whole
    if first >= size:
        raise Unsatisfiable
    end = min(int(last), size - 1) if last else size - 1
    return first, end - first + 1


def _range_still_holds(download: Download, etag: str) -> bool:
    """`If-Range`: a part is of use only if the client has the other part of the same bytes."""
    condition = request.headers.get("If-Range")
    if condition is None:
        return True
    if condition.strip().startswith(('"', "W/")):
        return condition.strip() == etag
    return _date(condition) == download.modified.replace(microsecond=0)
