"""`/api/records/{id}/files/{key}/container`: look into zip files, and fetch a member or a folder of one."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response

from muniment.files.containers import find, listing
from muniment.files.errors import FileNotFound
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.downloads import send_member
from muniment.web.rest.answers import answer_json
from muniment.web.rest.document import BOOLEAN, INTEGER, PRETTYPRINT, STRING, URI, Answer, Schema, array_of, document
from muniment.web.rest.files import answer_content, answer_file, file_exists, routes_on
from muniment.web.transfers import carries_bytes

blueprint = Blueprint("containers", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

_LINKS: Final[dict[str, Any]] = {"type": "object", "properties": {"content": URI}}
CONTAINER: Final = Schema(
    "Container",
    {
        "type": "object",
        "required": ["entries", "directories", "total", "truncated"],
        "properties": {
            "entries": array_of(
                {
                    "type": "object",
                    "properties": {
                        "key": STRING,
                        "size": INTEGER,
                        "compressed_size": INTEGER,
                        "mimetype": STRING,
                        "crc": INTEGER,
                        "links": _LINKS,
                    },
                }
            ),
            "directories": array_of(
                {"type": "object", "properties": {"key": STRING, "links": _LINKS, "entries": array_of(STRING)}}
            ),
            "total": INTEGER,
            "truncated": BOOLEAN,
        },
    },
)
_MEMBER: Final = Answer(
    None,
    media_types=("*/*",),
    description="The unpacked bytes, as a type that cannot run in a browser; of a folder, a zip.",
)
_PATH: Final = {
    "id": "The id of a record or draft.",
    "key": "The name of a zip file.",
    "path": "A file or folder in the zip.",
}


@routes_on(blueprint, "GET", "/<path:key>/container", draft=False)
@access("public")
@session("optional")
@document("List a zip file", tag="Files", path=_PATH, query=(PRETTYPRINT,), answers={200: CONTAINER}, errors=(410,))
def list_container(id: str, key: str, bucket: str) -> Response:
    return _list(id, key, bucket, draft=False)


@routes_on(blueprint, "GET", "/<path:key>/container", draft=True)
@access("public")
@session("optional")
@document("List a zip file of a draft", tag="Draft files", path=_PATH, query=(PRETTYPRINT,), answers={200: CONTAINER})
def list_draft_container(id: str, key: str, bucket: str) -> Response:
    return _list(id, key, bucket, draft=True)


def _list(id: str, key: str, bucket: str, *, draft: bool) -> Response:
    files = the_repository().files
    try:
        download = files.download(the_actor(), id, key, draft=draft, bucket=bucket)
    except FileNotFound:
        if file_exists(id, f"{key}/container", bucket, draft=draft):
            return answer_file(id, f"{key}/container", bucket, draft=draft)
        raise
    return answer_json(listing(download, files.listing(the_actor(), id, draft=draft, bucket=bucket).address_of(key)))


@routes_on(blueprint, "GET", "/<path:key>/container/<path:path>", draft=False)
@access("public")
@session("optional")
@carries_bytes
@document("Download from a zip file", tag="Files", path=_PATH, answers={200: _MEMBER, 304: None}, errors=(410,))
def read_member(id: str, key: str, path: str, bucket: str) -> Response:
    return _read(id, key, path, bucket, draft=False)


@routes_on(blueprint, "GET", "/<path:key>/container/<path:path>", draft=True)
@access("public")
@session("optional")
@carries_bytes
@document("Download from a zip file of a draft", tag="Draft files", path=_PATH, answers={200: _MEMBER, 304: None})
def read_draft_member(id: str, key: str, path: str, bucket: str) -> Response:
    return _read(id, key, path, bucket, draft=True)


def _read(id: str, key: str, path: str, bucket: str, *, draft: bool) -> Response:
    try:
        download = the_repository().files.download(the_actor(), id, key, draft=draft, bucket=bucket)
    except FileNotFound:
        # `container` may be a folder of the record itself.
        name, _, last = f"{key}/container/{path}".rpartition("/")
        if last == "content" and file_exists(id, name, bucket, draft=draft):
            return answer_content(id, name, bucket, draft=draft)
        if file_exists(id, f"{key}/container/{path}", bucket, draft=draft):
            return answer_file(id, f"{key}/container/{path}", bucket, draft=draft)
        raise
    return send_member(find(download, path), download)
