"""Requests for more storage, decided by administrators; only while the plugin `requests` is on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from flask import render_template
from flask_babel import lazy_gettext as _
from markupsafe import Markup, escape

from muniment.api import (
    Actor,
    Conflict,
    Gone,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    Problem,
    Repository,
    ValidationFailed,
)
from muniment_quota.quotas import NO_SIZE, PERMISSION, Quotas
from muniment_quota.sizes import read_size, shown_size

if TYPE_CHECKING:
    from muniment_requests.api import Decided, Request, RequestService, RequestType

RECORD_TYPE: Final = "quota-increase"
PERSON_TYPE: Final = "storage-increase"
#: What a request for a record is called; it is looked up in the catalogues for whoever reads it.
TITLE: Final = "More storage for %(record)s"
OPEN_FOR: Final = timedelta(days=180)
OFF: Final = "More storage cannot be asked for on this site."
NO_REASON: Final = "Say what the storage is needed for."
GONE: Final = "The draft or record is gone."


class Asking:
    """What is asked in one repository."""

    def __init__(self, quotas: Quotas) -> None:
        self.quotas = quotas
        self.repository = quotas.repository

    @property
    def is_possible(self) -> bool:
        return "requests" in self.repository.generation.names

    @property
    def requests(self) -> RequestService:
        if not self.is_possible:
            raise InvalidRequest(OFF)
        from muniment_requests.api import RequestService

        return RequestService(self.repository)

    def types(self) -> list[RequestType]:
        from muniment_requests.api import RequestType, Terms

        terms = Terms(_controls, self._terms)
        return [
            RequestType(
                RECORD_TYPE,
                _("More storage for a record"),
                OPEN_FOR,
                {"accept": self._enlarge_record},
                _details,
                terms=terms,
            ),
            RequestType(
                PERSON_TYPE,
                _("More storage for a person"),
                OPEN_FOR,
                {"accept": self._enlarge_person},
                _details,
                terms=terms,
            ),
        ]

    def ask_for_record(self, actor: Actor, number: str, data: Mapping[str, Any]) -> Request:
        """Ask for more room for each version of a work: `quota_size` in bytes or like ``50 GB``, and `comment`,
        which is left out by programs only.

        For who may manage it. Raises `ValidationFailed`, `Conflict` when it is asked already.
        """
        requests = self.requests
        from muniment_requests.api import Party

        parent = self.repository.records.parent_for(actor, number)
        size, comment = self._checked(data)
        return requests.create(
            actor,
            RECORD_TYPE,
            receiver=Party("group", "administrator"),
            topic=Party("record", number),
            title=TITLE if parent.title else "",
            title_values={"record": parent.title} if parent.title else None,
            description=comment,
            payload={"quota_size": size},
        )

    def ask_for_oneself(self, actor: Actor, data: Mapping[str, Any]) -> Request:
        """Ask for more room for all that one keeps; as `ask_for_record`."""
        actor.require_scope("deposit:write")
        requests = self.requests
        from muniment_requests.api import Party

        if actor.subject is None:
            raise PermissionDenied()
        size, comment = self._checked(data)
        return requests.create(
            actor,
            PERSON_TYPE,
            receiver=Party("group", "administrator"),
            topic=Party("user", str(actor.subject)),
            description=comment,
            payload={"quota_size": size},
        )

    def _checked(self, data: Mapping[str, Any]) -> tuple[int, str]:
        problems = []
        size, most = read_size(data.get("quota_size")), int(self.quotas.context.settings.largest_request_gigabytes)
        if not size:
            problems.append(Problem("quota_size", NO_SIZE))
        elif size > most * 10**9:
            problems.append(Problem("quota_size", f"At most {most} GB can be asked for."))
        comment = data.get("comment")
        if comment is None:  # programs written for InvenioRDM know of no comment; forms always send theirs
            comment = ""
        elif not isinstance(comment, str) or not comment.strip() or len(comment) > 4000:
            problems.append(Problem("comment", NO_REASON))
        if problems:
            raise ValidationFailed(errors=problems)
        lines = [str(escape(line)) for line in str(comment).strip().splitlines()]
        return size or 0, f"<p>{'<br>'.join(lines)}</p>" if lines else ""

    def _terms(self, request: Request, sent: Mapping[str, Any]) -> dict[str, Any]:
        size = read_size(sent.get("quota_size", request.payload["quota_size"]))
        if not size:
            raise ValidationFailed(errors=[Problem("quota_size", NO_SIZE)])
        return {"quota_size": size}

    def _enlarge_record(self, repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
        assert request.topic is not None
        try:
            parent = repository.records.parent_for(actor, request.topic.id)
        except (Gone, NotFound, PermissionDenied) as error:
            raise Conflict(GONE) from error
        _require(actor)
        size = int(request.payload["quota_size"])
        with repository.database.write() as unit:
            decided(unit)
            self.quotas.set_record_in(unit, actor, parent.id, size, None, f"request {request.id}")

    def _enlarge_person(self, repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
        assert request.topic is not None
        _require(actor)
        try:
            subject = int(repository.users.get(int(request.topic.id)).subject_id)
        except NotFound as error:
            raise Conflict("The account is gone.") from error
        size = int(request.payload["quota_size"])
        with repository.database.write() as unit:
            decided(unit)
            self.quotas.set_person_in(unit, actor, subject, size, f"request {request.id}")


def _require(actor: Actor) -> None:
    if not actor.can(PERMISSION):
        raise PermissionDenied()


def _controls(request: Request, sent: Mapping[str, Any], problems: Sequence[tuple[str, str]]) -> Markup:
    page = render_template(
        "quota/terms.html",
        value=sent.get("quota_size", shown_size(int(request.payload["quota_size"]))),
        errors=[message for name, message in problems if name == "quota_size"],
    )
    return Markup(page)


def _details(_actor: Actor, request: Request) -> Markup:
    return Markup(render_template("quota/details.html", size=int(request.payload["quota_size"])))
