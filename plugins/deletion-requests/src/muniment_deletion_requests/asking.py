"""Asking for the deletion of a record."""

from __future__ import annotations

from typing import Final

from muniment.api import Actor, PermissionDenied, Problem, Repository, Term, ValidationFailed
from muniment_deletion_requests.types import ID
from muniment_requests.api import Party, Request, RequestService

MODERATORS: Final = Party("group", "moderator")
_MOST_REASONS: Final = 100
SHORTEST: Final = 25
#: What such a request is called; it is looked up in the catalogues for whoever reads it.
TITLE: Final = "Deletion of %(record)s"
TOO_SHORT: Final = "Say in at least 25 characters why the record is to go."
NO_REASON: Final = "Choose one of the reasons."


class DeletionRequests:
    """What owners ask for in one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.requests = RequestService(repository)

    def may_ask(self, actor: Actor, number: str) -> bool:
        """Whether the actor manages this published record and cannot delete it themselves."""
        records = self.repository.records
        return actor.is_authenticated and records.may(actor, number, "manage") and not records.may_delete(actor, number)

    def open_request(self, actor: Actor, number: str) -> Request | None:
        """What the actor has asked already, when it is not decided yet."""
        return self.requests.about(actor, ID, Party("record", number))

    def ask(self, actor: Actor, number: str, reason: object, comment: object) -> Request | None:
        """Ask the moderators; None when the actor could delete the record and it is gone now.

        Raises `ValidationFailed` that names the field, `PermissionDenied`, `Conflict` when it is asked already.
        """
        actor.require_scope("deposit:actions")
        record = self.repository.records.read(actor, number)
        reason, comment = self._checked(reason, comment)
        if self.repository.records.may_delete(actor, record.id):
            self.repository.records.delete(actor, record.id, {"removal_reason": {"id": reason}, "note": ""})
            return None
        if not self.may_ask(actor, record.id):
            raise PermissionDenied()
        return self.requests.create(
            actor,
            ID,
            receiver=MODERATORS,
            topic=Party("record", record.id),
            title=TITLE,
            title_values={"record": str(record.data["metadata"].get("title", ""))},
            description=comment,
            payload={"reason": reason},
        )

    def reasons(self) -> list[Term]:
        """Why a record can be deleted."""
        return list(self.repository.vocabularies.search("removalreasons", sort="bestmatch", size=_MOST_REASONS).terms)

    def _checked(self, reason: object, comment: object) -> tuple[str, str]:
        problems = []
        if not isinstance(reason, str) or reason not in {term.id for term in self.reasons()}:
            problems.append(Problem("reason", NO_REASON))
        if not isinstance(comment, str) or len(comment.strip()) < SHORTEST:
            problems.append(Problem("comment", TOO_SHORT))
        if problems:
            raise ValidationFailed(errors=problems)
        return str(reason), str(comment)
