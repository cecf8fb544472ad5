"""`/api/records/ID/quota`, `/api/users/ID/quota` and `…/quota-increase` with InvenioRDM's fields."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response

from muniment.api import NotFound, access, answer_json, document, json_body, read_object, session, the_actor
from muniment_quota.asking import Asking
from muniment_quota.quotas import PERMISSION, Quotas

TAG: Final = "Quotas"
_SIZE: Final[dict[str, Any]] = {"type": ["integer", "null"], "minimum": 0}
_SET: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["quota_size"],
    "properties": {"quota_size": _SIZE, "max_file_size": _SIZE, "notes": {"type": "string"}},
}
_ASKED: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["quota_size"],
    "properties": {"quota_size": {"type": "integer", "minimum": 1}, "comment": {"type": "string"}},
}
_OWN: Final[dict[str, Any]] = {"type": "object", "properties": {"used": {"type": "integer"}, "quota_size": _SIZE}}
_REQUEST: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "status": {"type": "string"}, "links": {"type": "object"}},
}


def blueprint(quotas: Quotas, asking: Asking) -> Blueprint:
    api = Blueprint("quota_api", __name__)
    _setting(api, quotas)
    _asking(api, quotas, asking)
    return api


def _setting(api: Blueprint, quotas: Quotas) -> None:
    @api.post("/records/<id>/quota")
    @access(PERMISSION)
    @session("optional")
    @document(
        "Set what a record may hold",
        tag=TAG,
        description="In bytes, for each version and draft: all files, and one. null goes back to what the site says.",
        path={"id": "The id of a record or draft."},
        body=json_body(_SET),
        answers={200: {"type": "object"}},
    )
    def set_record(id: str) -> Response:
        quotas.set_record(the_actor(), id, read_object())
        return answer_json({})

    @api.post("/users/<id>/quota")
    @access(PERMISSION)
    @session("optional")
    @document(
        "Set what a person may keep",
        tag=TAG,
        description="In bytes, all drafts and records together. null goes back to what the settings say.",
        path={"id": "The number of the account."},
        body=json_body(_SET),
        answers={200: {"type": "object"}},
    )
    def set_person(id: str) -> Response:
        if not (id.isascii() and id.isdigit() and len(id) < 19):
            raise NotFound()
        quotas.set_person(the_actor(), int(id), read_object())
        return answer_json({})


def _asking(api: Blueprint, quotas: Quotas, asking: Asking) -> None:
    @api.get("/user/quota")
    @access("authenticated")
    @session("optional")
    @document("Read how much you keep", tag=TAG, answers={200: _OWN})
    def own() -> Response:
        actor = the_actor()
        assert actor.subject is not None
        return answer_json(quotas.of_person(actor.subject).document())

    @api.post("/records/<id>/quota-increase")
    @access("authenticated")
    @session("optional")
    @document(
        "Ask for more storage for a record",
        tag=TAG,
        path={"id": "The id of a record or draft."},
        body=json_body(_ASKED),
        answers={200: _REQUEST},
        errors=(409,),
    )
    def ask_for_record(id: str) -> Response:
        actor = the_actor()
        return answer_json(asking.requests.json(actor, asking.ask_for_record(actor, id, read_object())))

    @api.post("/user/quota-increase")
    @access("authenticated")
    @session("optional")
    @document(
        "Ask for more storage for all that you keep",
        tag=TAG,
        body=json_body(_ASKED),
        answers={200: _REQUEST},
        errors=(409,),
    )
    def ask_for_oneself() -> Response:
        actor = the_actor()
        return answer_json(asking.requests.json(actor, asking.ask_for_oneself(actor, read_object())))
