"""The JSON of requests and of their conversations, as InvenioRDM writes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from muniment.api import Actor
from muniment_requests.access import actions_of, may_comment
from muniment_requests.parties import Party
from muniment_requests.request import COMMENT, Line, Request


def request_json(
    site: str, actor: Actor, request: Request, last: Line | None, ids: Mapping[int, str]
) -> dict[str, Any]:
    """A request for `actor`; `site` is the address of the site, `last` the newest comment, `ids` as for `line_json`."""
    own = f"{site}/api/requests/{request.id}"
    return {
        "id": request.id,
        "number": str(request.number),
        "type": request.type,
        "title": request.title,
        "description": request.description,
        "status": request.status,
        "is_open": request.is_open,
        "is_closed": request.closed is not None,
        "is_expired": request.status == "expired",
        "is_locked": request.locked,
        "expires_at": moment(request.expires),
        "created_by": request.creator.json,
        "receiver": request.receiver.json,
        "topic": request.topic.json if request.topic else None,
        "reviewers": [one.json for one in request.reviewers],
        "payload": dict(request.payload),
        "created": moment(request.created),
        "updated": moment(request.updated),
        "last_activity_at": moment(request.active),
        "last_reply": line_json(site, actor, request, last, ids) if last is not None else None,
        "revision_id": request.revision,
        "links": {
            "self": own,
            "self_html": f"{site}/me/requests/{request.id}",
            "comments": f"{own}/comments",
            "timeline": f"{own}/timeline",
            "timeline_focused": f"{own}/timeline_focused",
            "lock": f"{own}/lock",
            "unlock": f"{own}/unlock",
            "actions": {name: f"{own}/actions/{name}" for name in actions_of(actor, request)},
        },
    }


def line_json(site: str, actor: Actor, request: Request, line: Line, ids: Mapping[int, str]) -> dict[str, Any]:
    """A line of a conversation; `ids` are those of the comments that others answer, by number."""
    own = f"{site}/api/requests/{request.id}/comments/{line.id}"
    is_own = line.kind == COMMENT and not line.removed and line.author == Party("user", str(actor.subject))
    document: dict[str, Any] = {
        "id": line.id,
        "type": line.kind,
        "created": moment(line.created),
        "updated": moment(line.updated),
        "revision_id": line.revision,
        "created_by": line.author.json,
        "payload": _payload(site, request, line),
        "permissions": {
            "can_update_comment": is_own and may_comment(actor, request),
            "can_delete_comment": is_own or (line.kind == COMMENT and not line.removed and actor.is_administrator),
        },
        "links": {
            "self": own,
            "self_html": f"{site}/me/requests/{request.id}#commentevent-{line.id}",
            "reply": f"{own}/reply",
            "replies": f"{own}/replies",
        },
    }
    if line.parent is not None:
        document["parent_id"] = ids.get(line.parent)
    return document


def _payload(site: str, request: Request, line: Line) -> dict[str, Any]:
    if line.kind != COMMENT:
        return dict(line.payload)
    if line.removed:
        return {"event": "comment_deleted", "content": "deleted a comment", "format": "html"}
    document: dict[str, Any] = {"content": line.content, "format": "html"}
    if files := line.payload.get("files"):
        document["files"] = [file_json(site, request.id, one) for one in files]
    return document


def file_json(site: str, request: str, file: Mapping[str, Any]) -> dict[str, Any]:
    """A file of a request, as comments remember it, with its address."""
    return {**file, "links": {"content": f"{site}{file_path(request, str(file['key']))}"}}


def file_path(request: str, key: str) -> str:
    """The path at which a file of a request is read."""
    return f"/api/requests/{request}/files/{quote(key)}/content"


def moment(value: datetime | None) -> str | None:
    return value.isoformat(timespec="microseconds") if value else None
