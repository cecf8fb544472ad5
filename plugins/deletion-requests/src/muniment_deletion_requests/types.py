"""The type of requests, and what accepting one does."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask_babel import lazy_gettext as _

from muniment.api import Actor, Conflict, Gone, Repository
from muniment_requests.api import Decided, Request, RequestType

ID: Final = "record-deletion"
#: Moderators who have not decided by then have declined by silence; the owner can ask again.
OPEN_FOR: Final = timedelta(days=180)


def record_deletion() -> RequestType:
    return RequestType(ID, _("Deletion of a record"), OPEN_FOR, {"accept": _delete})


def _delete(repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
    """Delete the record as the moderator who accepts; raises `PermissionDenied` for one who may not."""
    assert request.topic is not None
    asked_by = int(request.creator.id) if request.creator.kind == "user" and request.creator.id.isdigit() else None
    tombstone = {"removal_reason": {"id": request.payload["reason"]}, "is_visible": True}
    try:
        repository.records.delete(actor, request.topic.id, tombstone, within=decided, asked_by=asked_by)
    except Gone as error:
        raise Conflict("The record was deleted meanwhile.") from error
