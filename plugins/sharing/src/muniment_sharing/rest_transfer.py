"""`/api/records/ID/access/transfer` and `/api/sharing/offers/ID`: records that change hands, for programs."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response

from muniment.api import NotFound, access, answer_json, document, json_body, read_object, session, the_actor
from muniment_sharing import offers as offering
from muniment_sharing.offers import KEEPS, Offered
from muniment_sharing.service import SharingService

TAG: Final = "Sharing"
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_KEEP: Final[dict[str, Any]] = {"type": "string", "enum": list(KEEPS)}
OFFER: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "keep", "message", "expires_at"],
    "properties": {"id": _TEXT, "email": _TEXT, "keep": _KEEP, "message": _TEXT, "expires_at": _TEXT, "record": _TEXT},
}
_INPUT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["email"],
    "properties": {"email": _TEXT, "keep": _KEEP, "message": _TEXT},
}
_PATH: Final = {"id": "The id of a record or draft."}
_OFFER_PATH: Final = {"offer_id": "The id of the offer, as the letter about it names it."}


def blueprint(service: SharingService) -> Blueprint:
    api = Blueprint("sharing_transfer_api", __name__)
    _owners(api, service)
    _receivers(api, service)
    return api


def _owners(api: Blueprint, service: SharingService) -> None:
    @api.get("/records/<id>/access/transfer")
    @access("authenticated")
    @session("optional")
    @document("Read the offer of a record", tag=TAG, path=_PATH, answers={200: OFFER})
    def read_transfer(id: str) -> Response:
        found = service.offers.of_record(the_actor(), id)
        if found is None:
            raise NotFound(offering.NOT_FOUND)
        return answer_json(_document(found, email=found.email))

    @api.post("/records/<id>/access/transfer")
    @access("authenticated")
    @session("optional")
    @document(
        "Offer a record to somebody else",
        tag=TAG,
        description="For its owner. Nothing changes until the person with that address has agreed; `keep` is what the "
        "giver may do afterwards. An offer takes the place of the one before.",
        path=_PATH,
        body=json_body(_INPUT),
        answers={201: OFFER},
    )
    def offer(id: str) -> Response:
        made = service.offers.offer(the_actor(), id, read_object())
        return answer_json(_document(made, email=made.email), 201)

    @api.delete("/records/<id>/access/transfer")
    @access("authenticated")
    @session("optional")
    @document("Take the offer of a record back", tag=TAG, path=_PATH, answers={204: None})
    def withdraw(id: str) -> Response:
        service.offers.withdraw(the_actor(), id)
        return _nothing()


def _receivers(api: Blueprint, service: SharingService) -> None:
    @api.get("/sharing/offers/<offer_id>")
    @access("authenticated")
    @session("optional")
    @document("Read an offer made to you", tag=TAG, path=_OFFER_PATH, answers={200: OFFER})
    def read_offer(offer_id: str) -> Response:
        found, parent = service.offers.read(the_actor(), offer_id)
        return answer_json(_document(found, record=parent.number))

    @api.post("/sharing/offers/<offer_id>/accept")
    @access("authenticated")
    @session("optional")
    @document("Become the owner of a record", tag=TAG, path=_OFFER_PATH, answers={200: OFFER}, errors=(409,))
    def accept(offer_id: str) -> Response:
        found, parent = service.offers.read(the_actor(), offer_id)
        service.offers.accept(the_actor(), offer_id)
        return answer_json(_document(found, record=parent.number))

    @api.post("/sharing/offers/<offer_id>/decline")
    @access("authenticated")
    @session("optional")
    @document("Decline the offer of a record", tag=TAG, path=_OFFER_PATH, answers={204: None})
    def decline(offer_id: str) -> Response:
        service.offers.decline(the_actor(), offer_id)
        return _nothing()


def _document(offer: Offered, **more: str) -> dict[str, Any]:
    return {
        "id": offer.id,
        "keep": offer.keep,
        "message": offer.message,
        "expires_at": offer.expires.isoformat(),
        **more,
    }


def _nothing() -> Response:
    answer = Response(b"", status=204)
    answer.headers.pop("Content-Type", None)
    return answer
