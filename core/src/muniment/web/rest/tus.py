"""`/api/records/{id}/draft/uploads`: resumable uploads by tus 1.0 (https://tus.io/protocols/resumable-upload).

Core protocol with creation, creation-with-upload, termination, checksum and expiration. The name of the file comes in
`Upload-Metadata` as `key`, or as `relativePath`, `filename` or `name`, which browsers' libraries send.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.http import http_date

from muniment.errors import (
    InvalidRequest,
    MunimentError,
    Problem,
    RevisionMismatch,
    UnsupportedMediaType,
    ValidationFailed,
)
from muniment.files.declarations import MAX_SIZE
from muniment.files.digests import DeclaredChecksum
from muniment.files.names import InvalidName, check_name
from muniment.files.resumable import UploadState, expected_digest
from muniment.files.segments import ExpectedDigest
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.rest.document import Answer, document, header
from muniment.web.rest.receiving import incoming, receives_body
from muniment.web.transfers import carries_bytes

blueprint = Blueprint("tus", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,termination,checksum,expiration"
OFFSET_TYPE: Final = "application/offset+octet-stream"
MAX_METADATA: Final = 16 * 1024

View = TypeVar("View", bound=Callable[..., Response])

_PATH: Final[dict[str, Any]] = {"id": "The id of a draft.", "upload": "The id of an upload."}
_RESUMABLE: Final = header(
    "Tus-Resumable", "The protocol version.", {"type": "string", "enum": [VERSION]}, required=True
)
_OFFSET: Final = header("Upload-Offset", "The byte to go on from.", {"type": "integer", "minimum": 0}, required=True)
_LENGTH: Final = header("Upload-Length", "The size of the file.", {"type": "integer", "minimum": 0}, required=True)
_METADATA: Final = header("Upload-Metadata", "`key`, perhaps `checksum`; values in base64.", required=True)
_CHECKSUM: Final = header("Upload-Checksum", "Algorithm and base64 digest of this request's bytes.")
# Bodies are described in words: generators and testing tools know no form for bytes of tus' own type.
_STATE: Final = Answer(
    None, media_types=(), headers={"Upload-Offset": "Bytes that are safely stored.", "Upload-Expires": "When it ends."}
)


def tus(view: View) -> View:
    """Check the protocol version, and send it with every answer, errors too."""

    @wraps(view)
    def checked(**arguments: Any) -> Response:
        try:
            if request.headers.get("Tus-Resumable") != VERSION:
                message = f"Send the header Tus-Resumable: {VERSION}; other versions are not supported."
                raise RevisionMismatch(message, headers={"Tus-Version": VERSION})
            response = view(**arguments)
        except MunimentError as error:
            error.headers["Tus-Resumable"] = VERSION
            error.headers["Cache-Control"] = "no-store"
            raise
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    return cast("View", checked)


@blueprint.route("/records/<id>/draft/uploads", methods=["OPTIONS"])
@blueprint.route("/records/<id>/draft/uploads/<uuid:upload>", methods=["OPTIONS"], endpoint="upload_options")
@access("public")
@session("none")
@document("Ask what is supported", tag="Resumable uploads", path=_PATH, answers={204: None})
def options(id: str, upload: UUID | None = None) -> Response:  # noqa: ARG001 - alike for every upload
    limits = the_repository().config.files
    return Response(
        status=204,
        headers={
            "Tus-Resumable": VERSION,
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(min(limits.max_file_bytes, limits.max_bytes)),
            "Tus-Checksum-Algorithm": ",".join(ExpectedDigest.ALGORITHMS),
        },
    )


@blueprint.post("/records/<id>/draft/uploads")
@access("public")
@session("optional")
@carries_bytes
@document(
    "Begin a resumable upload",
    tag="Resumable uploads",
    description="Announces the file, or takes up a pending one of that name. A body of the type "
    f"`{OFFSET_TYPE}` is taken as the first bytes.",
    path=_PATH,
    headers=(_RESUMABLE, _LENGTH, _METADATA, _CHECKSUM),
    answers={201: Answer(None, media_types=(), headers={"Location": "The address of the upload."})},
    errors=(409, 412, 413, 415, 507),
)
@receives_body
@tus
def create(id: str) -> Response:
    content = incoming()
    if request.headers.get("Upload-Defer-Length") is not None:
        raise InvalidRequest("Upload-Defer-Length is not supported; send the file's size as Upload-Length.")
    raw = request.headers.get("Upload-Metadata", "")
    described = read_metadata(raw)
    length = _number("Upload-Length")
    body = _first_bytes()
    uploads = the_repository().files.resumable
    state = uploads.create(
        the_actor(), id, _name(described), length, checksum=_declared(described), client_metadata=raw
    )
    headers = {"Location": f"{the_repository().config.site.url}/api/records/{id}/draft/uploads/{state.id}"}
    if body and length:
        state = uploads.append(the_actor(), id, state.id, 0, content, _checksum())
    return Response(status=201, headers={**headers, **_headers(state)})


def _first_bytes() -> bool:
    """Whether the request that creates an upload brings bytes already."""
    if request.mimetype == OFFSET_TYPE:
        return True
    if request.content_length:
        raise UnsupportedMediaType(f"Send bytes as {OFFSET_TYPE}, or none at all.")
    return False


@blueprint.route("/records/<id>/draft/uploads/<uuid:upload>", methods=["HEAD"], provide_automatic_options=False)
@access("public")
@session("optional")
@document(
    "Ask how far an upload has come",
    tag="Resumable uploads",
    path=_PATH,
    headers=(_RESUMABLE,),
    answers={200: _STATE},
    errors=(410, 412, 423),
)
@tus
def progress(id: str, upload: UUID) -> Response:
    state = the_repository().files.resumable.state(the_actor(), id, upload)
    headers = {**_headers(state), "Upload-Length": str(state.length)}
    if state.client_metadata:
        headers["Upload-Metadata"] = state.client_metadata
    return Response(status=200, headers=headers)


@blueprint.patch("/records/<id>/draft/uploads/<uuid:upload>")
@access("public")
@session("optional")
@carries_bytes
@document(
    "Go on with an upload",
    tag="Resumable uploads",
    description=f"The body has the type `{OFFSET_TYPE}`. The file is complete when its last byte has come.",
    path=_PATH,
    headers=(_RESUMABLE, _OFFSET, _CHECKSUM),
    answers={204: _STATE},
    errors=(409, 410, 412, 413, 415, 423, 507),
)
@receives_body
@tus
def append(id: str, upload: UUID) -> Response:
    content = incoming()
    if request.mimetype != OFFSET_TYPE:
        raise UnsupportedMediaType(f"Invalid 'Content-Type' header. Expected one of: {OFFSET_TYPE}")
    offset = _number("Upload-Offset")
    state = the_repository().files.resumable.append(the_actor(), id, upload, offset, content, _checksum())
    return Response(status=204, headers=_headers(state))


@blueprint.delete("/records/<id>/draft/uploads/<uuid:upload>")
@access("public")
@session("optional")
@document(
    "End an upload",
    tag="Resumable uploads",
    description="Its unfinished file is taken out of the draft; a finished one stays.",
    path=_PATH,
    headers=(_RESUMABLE,),
    answers={204: None},
    errors=(410, 412),
)
@tus
def terminate(id: str, upload: UUID) -> Response:
    the_repository().files.resumable.terminate(the_actor(), id, upload)
    return Response(status=204)


@blueprint.post("/records/<id>/draft/uploads/<uuid:upload>")
@access("public")
@session("optional")
@carries_bytes
@document(
    "PATCH or DELETE an upload where only POST passes",
    tag="Resumable uploads",
    description="The header X-HTTP-Method-Override names the method that is meant.",
    path=_PATH,
    headers=(_RESUMABLE, header("X-HTTP-Method-Override", "`PATCH` or `DELETE`.", required=True)),
    answers={204: _STATE},
    errors=(409, 410, 412, 413, 415, 423, 507),
)
def overridden(id: str, upload: UUID) -> Response:
    method = request.headers.get("X-HTTP-Method-Override", "").upper()
    if method == "PATCH":
        return append(id=id, upload=upload)
    if method == "DELETE":
        return terminate(id=id, upload=upload)
    raise InvalidRequest("Name the method in X-HTTP-Method-Override: PATCH or DELETE.")


def _headers(state: UploadState) -> dict[str, str]:
    return {"Upload-Offset": str(state.offset), "Upload-Expires": http_date(state.expires)}


def _number(name: str) -> int:
    value = request.headers.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 20 and int(value) <= MAX_SIZE):
        raise InvalidRequest(f"The header {name} must be a whole number of bytes.")
    return int(value)


def _checksum() -> ExpectedDigest | None:
    value = request.headers.get("Upload-Checksum")
    if value is None:
        return None
    algorithm, _, encoded = value.strip().partition(" ")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequest("Upload-Checksum: send an algorithm, a space and the digest in base64.") from None
    return expected_digest(algorithm.lower(), digest)


def read_metadata(header_value: str) -> dict[str, str]:
    """The pairs of `Upload-Metadata`; raises `InvalidRequest`. Values that are not UTF-8 text are left out."""
    if len(header_value) > MAX_METADATA:
        raise InvalidRequest(f"Upload-Metadata may have {MAX_METADATA} bytes.")
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header_value.split(","))):
        key, _, encoded = pair.partition(" ")
        try:
            found[key] = base64.b64decode(encoded.strip(), validate=True).decode()
        except UnicodeDecodeError:
            continue
        except (binascii.Error, ValueError):
            raise InvalidRequest(f"Upload-Metadata: the value of '{key[:50]}' is not base64.") from None
    return found


def _name(described: dict[str, str]) -> str:
    for key in ("key", "relativePath", "filename", "name"):
        value = described.get(key, "")
        if value and value not in ("null", "undefined"):
            try:
                return check_name(value)
            except InvalidName as error:
                raise ValidationFailed(errors=[Problem("key", str(error))]) from error
    raise ValidationFailed(errors=[Problem("key", "Upload-Metadata must have the file's name as 'key'.")])


def _declared(described: dict[str, str]) -> str | None:
    value = described.get("checksum")
    if not value or value in ("null", "undefined"):
        return None
    try:
        return str(DeclaredChecksum.parse(value))
    except ValueError as error:
        raise ValidationFailed(errors=[Problem("checksum", str(error))]) from error
