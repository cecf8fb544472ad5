"""`/api/records/ID/access/…` with InvenioRDM's fields, answers and errors."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response

from muniment.api import NotFound, access, answer_json, document, json_body, read_object, session, the_actor
from muniment_sharing import grants as granting
from muniment_sharing.grants import Given
from muniment_sharing.invitations import Invited
from muniment_sharing.links import SecretLink
from muniment_sharing.service import SharingService

TAG: Final = "Sharing"
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_OR_NULL: Final[dict[str, Any]] = {"type": ["string", "null"]}
_PERMISSION: Final[dict[str, Any]] = {"type": "string", "enum": ["view", "preview", "edit"]}
_LEVEL: Final[dict[str, Any]] = {"type": "string", "enum": ["view", "preview", "edit", "manage"]}
LINK: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "created_at", "expires_at", "permission", "description", "origin", "token"],
    "properties": {
        "id": _TEXT,
        "created_at": _TEXT,
        "expires_at": _OR_NULL,
        "permission": _PERMISSION,
        "description": _TEXT,
        "origin": _OR_NULL,
        "hide_authors": {"type": "boolean"},
        "token": _TEXT,
    },
}
_LINK_INPUT: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "permission": _PERMISSION,
        "expires_at": _OR_NULL,
        "description": _OR_NULL,
        "hide_authors": {"type": "boolean"},
    },
}
_SUBJECT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "id"],
    "properties": {"type": {"type": "string", "enum": ["user", "role", "email"]}, "id": _TEXT},
}
GRANT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["permission", "subject", "origin"],
    "properties": {"permission": _LEVEL, "subject": _SUBJECT, "origin": _OR_NULL, "expires_at": _TEXT},
}
_GRANT_INPUT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["grants"],
    "properties": {
        "grants": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["permission", "subject"],
                "properties": {
                    "permission": _LEVEL,
                    "subject": _SUBJECT,
                    "message": _OR_NULL,
                    "notify": {"type": "boolean"},
                },
            },
        }
    },
}
_PERMISSION_INPUT: Final[dict[str, Any]] = {"type": "object", "properties": {"permission": _LEVEL}}
_PATH: Final = {"id": "The id of a record or draft."}
_LINK_PATH: Final = {**_PATH, "link_id": "The id of the link."}
_GRANT_PATH: Final = {**_PATH, "grant_id": "The place of the grant in the list, from 0."}
_USER_PATH: Final = {**_PATH, "user_id": "The number of the account."}
_GROUP_PATH: Final = {**_PATH, "name": "The name of the group."}


def _list_of(item: dict[str, Any]) -> dict[str, Any]:
    hits = {"type": "object", "properties": {"hits": {"type": "array", "items": item}, "total": {"type": "integer"}}}
    return {"type": "object", "required": ["hits"], "properties": {"hits": hits}}


def blueprint(service: SharingService) -> Blueprint:
    api = Blueprint("sharing_api", __name__, url_prefix="/records/<id>/access")
    _links(api, service)
    _grants(api, service)
    _subjects(api, service, "user", "users", "user_id", _USER_PATH)
    _subjects(api, service, "role", "groups", "name", _GROUP_PATH)
    return api


def _links(api: Blueprint, service: SharingService) -> None:
    links = service.links

    @api.get("/links")
    @access("authenticated")
    @session("optional")
    @document("List the secret links", tag=TAG, path=_PATH, answers={200: _list_of(LINK)})
    def list_links(id: str) -> Response:
        return _answer(links.list(the_actor(), id))

    @api.post("/links")
    @access("authenticated")
    @session("optional")
    @document(
        "Make a secret link",
        tag=TAG,
        description="Whoever knows its `token` may read (view), see drafts too (preview) or, signed in, edit the "
        "record, as `?token=…` of its addresses. With `hide_authors` readers do not learn who made it.",
        path=_PATH,
        body=json_body(_LINK_INPUT),
        answers={201: LINK},
        errors=(409,),
    )
    def create_link(id: str) -> Response:
        return answer_json(links.create(the_actor(), id, read_object()).document(), 201)

    @api.get("/links/<link_id>")
    @access("authenticated")
    @session("optional")
    @document("Read a secret link", tag=TAG, path=_LINK_PATH, answers={200: LINK})
    def read_link(id: str, link_id: str) -> Response:
        return answer_json(links.get(the_actor(), id, link_id).document())

    @api.patch("/links/<link_id>")
    @access("authenticated")
    @session("optional")
    @document("Change a secret link", tag=TAG, path=_LINK_PATH, body=json_body(_LINK_INPUT), answers={200: LINK})
    def change_link(id: str, link_id: str) -> Response:
        return answer_json(links.update(the_actor(), id, link_id, read_object()).document())

    @api.delete("/links/<link_id>")
    @access("authenticated")
    @session("optional")
    @document("Revoke a secret link", tag=TAG, path=_LINK_PATH, answers={204: None})
    def revoke_link(id: str, link_id: str) -> Response:
        links.revoke(the_actor(), id, link_id)
        return _nothing()


def _grants(api: Blueprint, service: SharingService) -> None:
    grants = service.grants

    def at(id: str, grant_id: str) -> Given:
        found = grants.list(the_actor(), id)
        if not (grant_id.isascii() and grant_id.isdigit() and len(grant_id) < 6) or int(grant_id) >= len(found):
            raise NotFound(granting.NOT_FOUND)
        return found[int(grant_id)]

    @api.get("/grants")
    @access("authenticated")
    @session("optional")
    @document("List the grants", tag=TAG, path=_PATH, answers={200: _list_of(GRANT)})
    def list_grants(id: str) -> Response:
        return _answer(grants.list(the_actor(), id))

    @api.post("/grants")
    @access("authenticated")
    @session("optional")
    @document(
        "Give access",
        tag=TAG,
        description="To people, groups, and (type `email`) to whoever signs in with that confirmed address.",
        path=_PATH,
        body=json_body(_GRANT_INPUT),
        answers={201: _list_of(GRANT)},
    )
    def create_grants(id: str) -> Response:
        return _answer(grants.create(the_actor(), id, read_object()), 201)

    @api.get("/grants/<grant_id>")
    @access("authenticated")
    @session("optional")
    @document("Read a grant", tag=TAG, path=_GRANT_PATH, answers={200: GRANT})
    def read_grant(id: str, grant_id: str) -> Response:
        return answer_json(at(id, grant_id).document())

    def change(id: str, grant_id: str) -> Response:
        present = at(id, grant_id)
        return answer_json(grants.change(the_actor(), id, present.kind, present.id, read_object()).document())

    @api.put("/grants/<grant_id>")
    @access("authenticated")
    @session("optional")
    @document("Replace a grant", tag=TAG, path=_GRANT_PATH, body=json_body(_PERMISSION_INPUT), answers={200: GRANT})
    def replace_grant(id: str, grant_id: str) -> Response:
        return change(id, grant_id)

    @api.patch("/grants/<grant_id>")
    @access("authenticated")
    @session("optional")
    @document("Change a grant", tag=TAG, path=_GRANT_PATH, body=json_body(_PERMISSION_INPUT), answers={200: GRANT})
    def change_grant(id: str, grant_id: str) -> Response:
        return change(id, grant_id)

    @api.delete("/grants/<grant_id>")
    @access("authenticated")
    @session("optional")
    @document("Revoke a grant", tag=TAG, path=_GRANT_PATH, answers={204: None})
    def revoke_grant(id: str, grant_id: str) -> Response:
        present = at(id, grant_id)
        grants.revoke(the_actor(), id, present.kind, present.id)
        return _nothing()


def _subjects(
    api: Blueprint, service: SharingService, kind: str, plural: str, argument: str, path: dict[str, str]
) -> None:
    """The grants of people, or of groups, by their own ids."""
    grants = service.grants
    one = f"/{plural}/<{argument}>"
    what = "person" if kind == "user" else "group"

    @api.get(f"/{plural}", endpoint=f"list_{plural}")
    @access("authenticated")
    @session("optional")
    @document(f"List the grants of {plural}", tag=TAG, path=_PATH, answers={200: _list_of(GRANT)})
    def list_subjects(id: str) -> Response:
        return _answer(grants.list(the_actor(), id, kind))

    @api.get(one, endpoint=f"read_{kind}")
    @access("authenticated")
    @session("optional")
    @document(f"Read the grant of a {what}", tag=TAG, path=path, answers={200: GRANT})
    def read_subject(id: str, **arguments: str) -> Response:
        for given in grants.list(the_actor(), id, kind):
            if given.id == arguments[argument]:
                return answer_json(given.document())
        raise NotFound(f"No grant found by given {'user' if kind == 'user' else 'group'} id.")

    @api.patch(one, endpoint=f"change_{kind}")
    @access("authenticated")
    @session("optional")
    @document(
        f"Change the grant of a {what}",
        tag=TAG,
        path=path,
        body=json_body(_PERMISSION_INPUT),
        answers={200: GRANT},
    )
    def change_subject(id: str, **arguments: str) -> Response:
        return answer_json(grants.change(the_actor(), id, kind, arguments[argument], read_object()).document())

    @api.delete(one, endpoint=f"revoke_{kind}")
    @access("authenticated")
    @session("optional")
    @document(f"Revoke the grant of a {what}", tag=TAG, path=path, answers={204: None})
    def revoke_subject(id: str, **arguments: str) -> Response:
        grants.revoke(the_actor(), id, kind, arguments[argument])
        return _nothing()


def _answer(items: list[Any], status: int = 200) -> Response:
    shown: list[SecretLink | Given | Invited] = items
    return answer_json({"hits": {"hits": [item.document() for item in shown], "total": len(shown)}}, status)


def _nothing() -> Response:
    answer = Response(b"", status=204)
    answer.headers.pop("Content-Type", None)
    return answer
