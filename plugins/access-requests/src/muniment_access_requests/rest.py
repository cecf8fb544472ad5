"""`/api/records/ID/access` and `…/access/request` with InvenioRDM's fields and answers."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response
from flask_babel import get_locale

from muniment.api import (
    Conflict,
    InvalidRequest,
    access,
    answer_json,
    document,
    json_body,
    network_address,
    read_object,
    session,
    the_actor,
)
from muniment_access_requests.asking import AccessRequests
from muniment_access_requests.guests import Guests

TAG: Final = "Access requests"
SENT: Final = "Verification link sent out, please check your e-mail inbox"
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_FLAG: Final[dict[str, Any]] = {"type": "boolean"}
OPTIONS: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "allow_user_requests": _FLAG,
        "allow_guest_requests": _FLAG,
        "accept_conditions_text": {"type": ["string", "null"]},
        "secret_link_expiration": {"type": "integer", "minimum": 0, "maximum": 365},
    },
}
_ASKED: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["message"],
    "properties": {
        "permission": {"type": "string", "enum": ["view"]},
        "email": _TEXT,
        "full_name": _TEXT,
        "message": _TEXT,
        "consent_to_share_personal_data": {"type": ["string", "boolean"]},
        "accept_conditions": {"type": ["string", "boolean"]},
    },
}
_ANSWER: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"id": _TEXT, "status": _TEXT, "links": {"type": "object"}, "message": _TEXT},
}
_PATH: Final = {"id": "The id of a record."}


def blueprint(asking: AccessRequests, guests: Guests) -> Blueprint:
    api = Blueprint("access_requests_api", __name__, url_prefix="/records/<id>/access")

    @api.get("")
    @access("authenticated")
    @session("optional")
    @document("Read who may ask for access", tag=TAG, path=_PATH, answers={200: OPTIONS})
    def read(id: str) -> Response:
        return answer_json(asking.options.read(the_actor(), id).document())

    @api.put("")
    @access("authenticated")
    @session("optional")
    @document(
        "Set who may ask for access",
        tag=TAG,
        description="For those who manage the record; holds for all of its versions. What is left out stays. "
        "`secret_link_expiration` is after how many days what is granted ends, 0 for never. Answers the record or "
        "draft, with what holds now at `parent.access.settings`.",
        path=_PATH,
        body=json_body(OPTIONS),
        answers={200: {"type": "object"}},
    )
    def change(id: str) -> Response:
        actor = the_actor()
        asking.options.change(actor, id, read_object())
        return answer_json(asking.work(actor, id).data)

    @api.post("/request")
    @access("public")
    @session("optional")
    @document(
        "Ask for access",
        tag=TAG,
        description="Signed in: the request, which those who manage the record find among theirs. As a guest, with "
        "`email`, `full_name` and `consent_to_share_personal_data`: a letter is sent to that address, and the request "
        "is made once its link was opened and confirmed; the answer is the same whatever the address is. "
        "`accept_conditions` where the record has conditions.",
        path=_PATH,
        body=json_body(_ASKED),
        answers={200: _ANSWER},
    )
    def ask(id: str) -> Response:
        actor, sent = the_actor(), read_object()
        try:
            if actor.is_authenticated:
                return answer_json(asking.requests.json(actor, asking.ask(actor, id, sent)))
            guests.ask(id, sent, network_address(), str(get_locale() or ""))
        except Conflict as error:  # InvenioRDM's clients know 400 for what is asked already
            raise InvalidRequest(error.message) from error
        return answer_json({"message": SENT})

    return api
