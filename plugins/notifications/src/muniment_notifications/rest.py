"""Notifications by the API: the list, what was read, and how one wants to hear of each type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, request

from muniment.api import (
    BlueprintSpec,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    Problem,
    ValidationFailed,
    access,
    answer_json,
    document,
    json_body,
    query,
    read_object,
    session,
    the_actor,
    the_repository,
)
from muniment_notifications.choices import MAIL

if TYPE_CHECKING:
    from muniment_notifications.plugin import Plugin

_TAG: Final = "Notifications"
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_FLAG: Final[dict[str, Any]] = {"type": "boolean"}
_ONE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "type", "text", "read", "created", "links"],
    "properties": {
        "id": _TEXT,
        "type": _TEXT,
        "text": _TEXT,
        "read": _FLAG,
        "created": {"type": "string", "format": "date-time"},
        "links": {"type": "object"},
    },
}
_LIST: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["hits", "unread"],
    "properties": {"hits": {"type": "object"}, "unread": {"type": "integer"}},
}
_WISH: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"mail": {"type": "string", "enum": list(MAIL)}, "site": _FLAG, "webhook": _FLAG},
}
_WISHES: Final[dict[str, Any]] = {"type": "object", "additionalProperties": _WISH}
_READ: Final[dict[str, Any]] = {"type": "object", "required": ["read"], "properties": {"read": _FLAG}}
_WHOLE: Final[dict[str, Any]] = {"type": "integer", "minimum": 1}


def blueprint(plugin: Plugin) -> BlueprintSpec:
    api = Blueprint("notifications_api", __name__, url_prefix="/user")

    @api.get("/notifications")
    @access("authenticated")
    @session("optional")
    @document(
        "List your notifications",
        tag=_TAG,
        query=(
            query("unread", "Only those that you have not read.", _FLAG),
            query("page", "From 1.", _WHOLE),
            query("size", "How many on a page, 100 at most.", _WHOLE),
        ),
        answers={200: _LIST},
    )
    def list_all() -> Response:
        subject, page, size = _subject(), _number("page", 1, 10_000), _number("size", 25, 100)
        found, total = plugin.reading.list(
            subject, unread=request.args.get("unread") in ("1", "true"), page=page, size=size
        )
        hits = [one.document(_site()) for one in found]
        return answer_json({"hits": {"hits": hits, "total": total}, "unread": plugin.reading.unread(subject)})

    @api.put("/notifications")
    @access("authenticated")
    @session("optional")
    @document("Mark all your notifications", tag=_TAG, body=json_body(_READ), answers={204: None})
    def mark_all() -> Response:
        plugin.reading.mark(_subject(), read=_read())
        return Response(status=204)

    @api.get("/notifications/<id>")
    @access("authenticated")
    @session("optional")
    @document("Read a notification", tag=_TAG, answers={200: _ONE})
    def one(id: str) -> Response:
        return _one(plugin, id)

    @api.put("/notifications/<id>")
    @access("authenticated")
    @session("optional")
    @document("Mark a notification as read or not", tag=_TAG, body=json_body(_READ), answers={200: _ONE})
    def mark(id: str) -> Response:
        _one(plugin, id)
        plugin.reading.mark(_subject(), [int(id)], read=_read())
        return _one(plugin, id)

    @api.get("/notification-preferences")
    @access("authenticated")
    @session("optional")
    @document("Read how you hear of each type", tag=_TAG, answers={200: _WISHES})
    def preferences() -> Response:
        return _preferences(plugin)

    @api.put("/notification-preferences")
    @access("authenticated")
    @session("optional")
    @document("Choose how you hear of each type", tag=_TAG, body=json_body(_WISHES), answers={200: _WISHES})
    def choose() -> Response:
        plugin.choices.change(the_actor(), _subject(), _wishes(read_object()))
        return _preferences(plugin)

    return BlueprintSpec(api, "api")


def _one(plugin: Plugin, id: str) -> Response:
    found = plugin.reading.get(_subject(), int(id)) if id.isdecimal() and len(id) < 18 else None
    if found is None:
        raise NotFound("There is no such notification.")
    return answer_json(found.document(_site()))


def _preferences(plugin: Plugin) -> Response:
    subject = _subject()
    return answer_json({id: wish.document for id, wish in plugin.choices.of([subject])[subject].items()})


def _wishes(sent: dict[str, Any]) -> dict[str, dict[str, str]]:
    wishes: dict[str, dict[str, str]] = {}
    for id, given in sent.items():
        if not isinstance(given, dict):
            raise ValidationFailed(errors=[Problem(id, "Not a valid mapping.")])
        wishes[id] = {
            channel: ("on" if value else "off") if isinstance(value, bool) else str(value)
            for channel, value in given.items()
        }
    return wishes


def _read() -> bool:
    read = read_object().get("read")
    if not isinstance(read, bool):
        raise ValidationFailed(errors=[Problem("read", "Not a valid boolean.")])
    return read


def _number(name: str, otherwise: int, most: int) -> int:
    given = request.args.get(name, str(otherwise))
    if not (given.isascii() and given.isdecimal()) or not 0 < int(given[:9]) <= most:
        raise InvalidRequest(f"'{name}' is a number from 1 to {most}.")
    return int(given)


def _subject() -> int:
    subject = the_actor().subject
    if subject is None:
        raise PermissionDenied()
    return subject


def _site() -> str:
    return the_repository().config.site.url.rstrip("/")
