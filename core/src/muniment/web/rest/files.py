"""`/api/records/{id}/files`, `/api/records/{id}/draft/files` and the same for media files: list, announce, send bytes,
commit, describe, delete, download, download all, import from the previous version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from flask import Blueprint, Response, request

from muniment.errors import NotAcceptable
from muniment.files.errors import FileNotFound
from muniment.files.rows import FILES, MEDIA_FILES
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.downloads import send_archive, send_file
from muniment.web.negotiation import best_match
from muniment.web.rest.answers import TRUTHY, answer_json, no_content
from muniment.web.rest.bodies import JSON_TYPES, read_json, read_object
from muniment.web.rest.document import IF_NONE_MATCH, PRETTYPRINT, Answer, bytes_body, document, json_body, query
from muniment.web.rest.file_schemas import FILE, FILE_LIST, FILE_UPDATE, FILES_INPUT
from muniment.web.rest.receiving import incoming, receives_body
from muniment.web.transfers import carries_bytes
from muniment.web.typed_links import add_links

blueprint = Blueprint("files", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

View = TypeVar("View", bound=Callable[..., Response])

_RECORD: Final = {"id": "The id of a record.", "key": "The file's name; slashes are part of it."}
_DRAFT: Final = {"id": "The id of a draft.", "key": "The file's name; slashes are part of it."}
_BUCKETS: Final = ((FILES, "files", ""), (MEDIA_FILES, "media-files", "media_"))


def routes_on(target: Blueprint, method: str, tail: str, *, draft: bool) -> Callable[[View], View]:
    """Register a view for files and media files, of drafts or of records, each under a name of its own."""

    def register(view: View) -> View:
        for bucket, segment, prefix in _BUCKETS:
            target.add_url_rule(
                f"/records/<id>{'/draft' if draft else ''}/{segment}{tail}",
                endpoint=f"{prefix}{view.__name__}",
                view_func=view,
                methods=[method],
                defaults={"bucket": bucket},
            )
        return view

    return register


def routes(method: str, tail: str, *, draft: bool) -> Callable[[View], View]:
    return routes_on(blueprint, method, tail, draft=draft)


# Reading ------------------------------------------------------------------------------------------------------


@routes("GET", "", draft=False)
@access("public")
@session("optional")
@document(
    "List the files of a record",
    tag="Files",
    path=_RECORD,
    query=(PRETTYPRINT,),
    answers={200: FILE_LIST},
    errors=(410,),
)
def list_files(id: str, bucket: str) -> Response:
    return _list(id, bucket, draft=False)


@routes("GET", "", draft=True)
@access("public")
@session("optional")
@document(
    "List the files of a draft",
    tag="Draft files",
    path=_DRAFT,
    query=(PRETTYPRINT,),
    answers={200: FILE_LIST},
)
def list_draft_files(id: str, bucket: str) -> Response:
    return _list(id, bucket, draft=True)


def _list(id: str, bucket: str, *, draft: bool) -> Response:
    _accept_json()
    listing = the_repository().files.listing(the_actor(), id, draft=draft, bucket=bucket)
    return answer_json(listing.to_dict())


@routes("GET", "/<path:key>", draft=False)
@access("public")
@session("optional")
@document(
    "Read about a file of a record",
    tag="Files",
    path=_RECORD,
    query=(PRETTYPRINT,),
    answers={200: FILE},
    errors=(410,),
)
def read_file(id: str, key: str, bucket: str) -> Response:
    return answer_file(id, key, bucket, draft=False)


@routes("GET", "/<path:key>", draft=True)
@access("public")
@session("optional")
@document(
    "Read about a file of a draft",
    tag="Draft files",
    path=_DRAFT,
    query=(PRETTYPRINT,),
    answers={200: FILE},
)
def read_draft_file(id: str, key: str, bucket: str) -> Response:
    return answer_file(id, key, bucket, draft=True)


def answer_file(id: str, key: str, bucket: str, *, draft: bool, status: int = 200) -> Response:
    """The JSON of one file."""
    _accept_json()
    listing, entry = the_repository().files.file(the_actor(), id, key, draft=draft, bucket=bucket)
    return answer_json(listing.file(entry), status)


_BYTES: Final = Answer(
    None,
    media_types=("*/*",),
    description="The bytes, as a type that cannot run in a browser. Ranges and conditional requests are honoured.",
    headers={"ETag": "The MD5 checksum.", "Content-Disposition": "The name to save the file under."},
)
_DOWNLOAD: Final = query("download", "0 shows harmless types in the browser instead of saving them.")


@routes("GET", "/<path:key>/content", draft=False)
@access("public")
@session("optional")
@carries_bytes
@document(
    "Download a file of a record",
    tag="Files",
    path=_RECORD,
    query=(_DOWNLOAD,),
    headers=(IF_NONE_MATCH,),
    answers={200: _BYTES, 206: _BYTES, 304: None},
    errors=(410, 416),
)
def read_content(id: str, key: str, bucket: str) -> Response:
    return answer_content(id, key, bucket, draft=False)


@routes("GET", "/<path:key>/content", draft=True)
@access("public")
@session("optional")
@carries_bytes
@document(
    "Download a file of a draft",
    tag="Draft files",
    path=_DRAFT,
    query=(_DOWNLOAD,),
    headers=(IF_NONE_MATCH,),
    answers={200: _BYTES, 206: _BYTES, 304: None},
    errors=(416,),
)
def read_draft_content(id: str, key: str, bucket: str) -> Response:
    return answer_content(id, key, bucket, draft=True)


def answer_content(id: str, key: str, bucket: str, *, draft: bool) -> Response:
    """The bytes of one file."""
    try:
        download = the_repository().files.download(the_actor(), id, key, draft=draft, bucket=bucket)
    except FileNotFound:
        # A file may be named `content` and stand in a folder: `data/content` is no download of `data`.
        if file_exists(id, f"{key}/content", bucket, draft=draft):
            return answer_file(id, f"{key}/content", bucket, draft=draft)
        raise
    response = send_file(download, attachment=request.args.get("download", "1") in TRUTHY)
    return response if draft else add_links(response, id, None, "file")


_ZIP: Final = Answer(None, media_types=("application/zip",), description="All files, stored without compression.")


@routes("GET", "-archive", draft=False)
@access("public")
@session("optional")
@carries_bytes
@document(
    "Download all files of a record",
    tag="Files",
    path=_RECORD,
    headers=(IF_NONE_MATCH,),
    answers={200: _ZIP, 304: None},
    errors=(410,),
)
def read_archive(id: str, bucket: str) -> Response:
    return _archive(id, bucket, draft=False)


@routes("GET", "-archive", draft=True)
@access("public")
@session("optional")
@carries_bytes
@document(
    "Download all complete files of a draft",
    tag="Draft files",
    path=_DRAFT,
    headers=(IF_NONE_MATCH,),
    answers={200: _ZIP, 304: None},
)
def read_draft_archive(id: str, bucket: str) -> Response:
    return _archive(id, bucket, draft=True)


def _archive(id: str, bucket: str, *, draft: bool) -> Response:
    return send_archive(the_repository().files.archive(the_actor(), id, draft=draft, bucket=bucket))


# Changing drafts ----------------------------------------------------------------------------------------------


@routes("POST", "", draft=True)
@access("public")
@session("optional")
@document(
    "Announce files",
    tag="Draft files",
    description="Step 1 of 3: makes one pending file for each key, all or none. With transfer type `M` the answer has "
    "an address for each part.",
    path=_DRAFT,
    query=(PRETTYPRINT,),
    body=json_body(FILES_INPUT),
    answers={201: FILE_LIST},
    errors=(413, 507),
)
def start_uploads(id: str, bucket: str) -> Response:
    data = read_json(empty=[])
    return answer_json(the_repository().files.declare(the_actor(), id, data, bucket=bucket).to_dict(), 201)


@routes("PUT", "/<path:key>/content", draft=True)
@access("public")
@session("optional")
@carries_bytes
@document(
    "Send the bytes of a file",
    tag="Draft files",
    description="Step 2 of 3. Any media type, or none, is taken; the body is stored as it is. Without a "
    "`Content-Length` the file must have been announced with its size or checksum.",
    path=_DRAFT,
    body=bytes_body("application/octet-stream"),
    answers={200: FILE},
    errors=(409, 411, 413, 507),
)
@receives_body
def set_content(id: str, key: str, bucket: str) -> Response:
    body = incoming()
    try:
        the_repository().files.set_content(the_actor(), id, key, body, bucket=bucket)
    except FileNotFound:
        if file_exists(id, f"{key}/content", bucket, draft=True):
            return update_file(id=id, key=f"{key}/content", bucket=bucket)
        raise
    return answer_file(id, key, bucket, draft=True)


@routes("PUT", "/<path:key>/content/<int:part>", draft=True)
@access("public")
@session("optional")
@carries_bytes
@document(
    "Send one part of a file",
    tag="Draft files",
    description="For files announced with transfer type `M`. Parts are counted from 1 and may be sent again.",
    path={**_DRAFT, "part": "The number of the part."},
    body=bytes_body("application/octet-stream"),
    answers={200: FILE},
    errors=(413, 423, 507),
)
@receives_body
def set_part(id: str, key: str, part: int, bucket: str) -> Response:
    body = incoming()
    try:
        the_repository().files.set_part(the_actor(), id, key, part, body, bucket=bucket)
    except FileNotFound:
        if file_exists(id, f"{key}/content/{part}", bucket, draft=True):
            return update_file(id=id, key=f"{key}/content/{part}", bucket=bucket)
        raise
    return answer_file(id, key, bucket, draft=True)


@routes("POST", "/<path:key>/commit", draft=True)
@access("public")
@session("optional")
@document(
    "Complete a file",
    tag="Draft files",
    description="Step 3 of 3. Puts the parts of a multipart file together. Completing a complete file changes nothing.",
    path=_DRAFT,
    query=(PRETTYPRINT,),
    answers={200: FILE},
    errors=(409, 423, 507),
)
def commit_file(id: str, key: str, bucket: str) -> Response:
    the_repository().files.commit(the_actor(), id, key, bucket=bucket)
    return answer_file(id, key, bucket, draft=True)


@routes("PUT", "/<path:key>", draft=True)
@access("public")
@session("optional")
@document(
    "Describe a file",
    tag="Draft files",
    description="Replaces `metadata` and `access`.",
    path=_DRAFT,
    query=(PRETTYPRINT,),
    body=json_body(FILE_UPDATE),
    answers={200: FILE},
)
def update_file(id: str, key: str, bucket: str) -> Response:
    the_repository().files.describe(the_actor(), id, key, read_object(), bucket=bucket)
    return answer_file(id, key, bucket, draft=True)


@routes("DELETE", "/<path:key>", draft=True)
@access("public")
@session("optional")
@document(
    "Remove a file from a draft",
    tag="Draft files",
    description="Whatever its state; an upload that is under way ends.",
    path=_DRAFT,
    answers={204: None},
)
def delete_file(id: str, key: str, bucket: str) -> Response:
    the_repository().files.delete(the_actor(), id, key, bucket=bucket)
    return no_content()


@routes("DELETE", "", draft=True)
@access("public")
@session("optional")
@document("Remove all files from a draft", tag="Draft files", path=_DRAFT, answers={204: None})
def delete_files(id: str, bucket: str) -> Response:
    the_repository().files.delete_all(the_actor(), id, bucket=bucket)
    return no_content()


@blueprint.post("/records/<id>/draft/actions/files-import")
@access("public")
@session("optional")
@document(
    "Import the files of the previous version",
    tag="Draft files",
    description="Into a draft that has no files. The bytes are shared, not copied.",
    path=_DRAFT,
    query=(PRETTYPRINT,),
    answers={201: FILE_LIST},
)
def import_files(id: str) -> Response:
    the_repository().records.import_files(the_actor(), id)
    return answer_json(the_repository().files.listing(the_actor(), id, draft=True).to_dict(), 201)


# Shared -------------------------------------------------------------------------------------------------------


def file_exists(id: str, key: str, bucket: str, *, draft: bool) -> bool:
    """Whether there is such a file, complete or not."""
    try:
        the_repository().files.file(the_actor(), id, key, draft=draft, bucket=bucket)
    except FileNotFound:
        return False
    return True


def _accept_json() -> None:
    if best_match(request.headers.get("Accept"), JSON_TYPES) is None:
        raise NotAcceptable(f"Invalid 'Accept' header. Expected one of: {', '.join(JSON_TYPES)}")
