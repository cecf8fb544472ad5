"""The files of requests by the API."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request, send_file
from werkzeug.exceptions import ClientDisconnected

from muniment.api import InvalidRequest, Problem, ValidationFailed, answer_json, bytes_body, the_actor, the_repository
from muniment_requests.attachments import LARGEST, TOO_LARGE
from muniment_requests.kinds_of_files import refused, sent_as
from muniment_requests.rendering import file_json
from muniment_requests.schemas import FILE

if TYPE_CHECKING:
    from muniment_requests.plugin import Plugin


def add_files(plugin: Plugin, rule: Callable[..., Callable[[Any], Any]], api: Blueprint) -> None:
    """Add the routes; `rule` declares one for those who are signed in."""

    @rule(
        api.put,
        "/requests/<id>/files/upload/<name>",
        "Send a file for a comment",
        description="10 MB at most. A comment names it in `payload.files` by the key of the answer, within a day.",
        body=bytes_body(),
        answers={200: FILE},
    )
    def upload(id: str, name: str) -> Response:
        made = plugin.requests.attachments.add(the_actor(), id, name, _body())
        return answer_json(file_json(the_repository().config.site.url.rstrip("/"), id, made.json))

    @rule(api.delete, "/requests/<id>/files/<key>", "Remove a file", answers={204: None})
    def remove(id: str, key: str) -> Response:
        plugin.requests.attachments.remove(the_actor(), id, key)
        return Response(status=204)

    @rule(api.get, "/requests/<id>/files/<key>/content", "Read a file", answers={200: None})
    def content(id: str, key: str) -> Response:
        """Saved and never shown: what others send is nothing for a page of ours."""
        found, content = plugin.requests.attachments.read(the_actor(), id, key)
        answer = send_file(
            BytesIO(content), mimetype=sent_as(found.media_type), as_attachment=True, download_name=found.name
        )
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return answer


def sent_files(sent: dict[str, Any]) -> list[str] | None:
    """The keys of the files that a comment names; None when it says nothing of files."""
    payload = sent.get("payload")
    files = payload.get("files") if isinstance(payload, dict) else None
    if files is None:
        return None
    keys = [one.get("key") if isinstance(one, dict) else None for one in files] if isinstance(files, list) else [None]
    if not all(isinstance(key, str) for key in keys):
        raise ValidationFailed(errors=[Problem("payload.files", 'A list of objects with a key, like {"key": "…"}.')])
    return [str(key) for key in keys]


def _body() -> bytes:
    if request.content_length is not None and request.content_length > LARGEST:
        raise refused(TOO_LARGE)
    request.max_content_length = LARGEST + 1  # a body of unknown length is cut there without a word
    try:
        return request.get_data(cache=False)
    except ClientDisconnected:
        raise InvalidRequest("The file ended before its declared length.") from None
