"""The two types of requests, and what a decision does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from flask import render_template
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from muniment.api import (
    Actor,
    Conflict,
    Gone,
    NotFound,
    ParentHandle,
    PermissionDenied,
    Problem,
    Repository,
    ValidationFailed,
)
from muniment_access_requests.asking import GUEST_TYPE, MANAGERS, USER_TYPE, AccessRequests
from muniment_access_requests.guests import Guests
from muniment_access_requests.options import NO_DAYS, whole
from muniment_requests.api import Decided, Party, Request, RequestType, Terms
from muniment_sharing.api import sharing_of

DELETED: Final = "The record was deleted meanwhile."
OPENED: Final = "Everybody can see this record by now: decline the request, or leave it to its asker to withdraw it."
LEFT: Final = "Whoever asked has no account any more."
NOT_YOURS: Final = "The record is not yours to share any more."
_CHOICES: Final = (0, 7, 30, 90, 180, 365)


class Deciding:
    """What decisions do in one repository."""

    def __init__(self, asking: AccessRequests, guests: Guests) -> None:
        self.asking = asking
        self.guests = guests
        self.repository = asking.repository

    def types(self) -> list[RequestType]:
        open_for = timedelta(days=self.asking.context.settings.open_days)
        terms = Terms(self._controls, self._terms)
        return [
            RequestType(
                USER_TYPE, _("Access to a record"), open_for, {"accept": self._grant}, details=_details, terms=terms
            ),
            RequestType(
                GUEST_TYPE,
                _("Access for a guest"),
                open_for,
                {
                    "accept": self._send_link,
                    "decline": self._closing("declined"),
                    "cancel": self._closing(""),
                    "expire": self._closing(""),
                },
                details=_details,
                terms=terms,
            ),
        ]

    def _grant(self, repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
        """Give who asked a grant; raises `Conflict` when the record or the account is not what it was."""
        parent, expires = self._decidable(actor, request)
        subject = int(request.creator.id) if request.creator.id.isdigit() else 0
        try:
            may_act = repository.users.get(subject).may_act
        except NotFound:
            may_act = False
        if not may_act:
            raise Conflict(LEFT)
        with repository.database.write() as unit:
            decided(unit)
            sharing_of(repository).grants.allow_in(
                unit, actor, parent.id, subject, "view", expires=expires, origin=origin_of(request)
            )

    def _send_link(self, repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
        """Make a secret link for the guest, and have it sent."""
        parent, expires = self._decidable(actor, request)
        with repository.database.write() as unit:
            decided(unit)
            sharing_of(repository).links.create_in(
                unit,
                actor,
                parent.id,
                "view",
                expires=expires,
                description=f"{request.payload.get('full_name', '')} <{request.payload.get('email', '')}>",
                origin=origin_of(request),
            )
            self.guests.close(unit, request, "accepted")

    def _closing(self, letter: str) -> Any:
        def close(repository: Repository, _actor: Actor, request: Request, decided: Decided) -> None:
            with repository.database.write() as unit:
                decided(unit)
                self.guests.close(unit, request, letter)

        return close

    def _decidable(self, actor: Actor, request: Request) -> tuple[ParentHandle, date | None]:
        """The parent of the record and the last day of what is given. The record is asked anew: it may have been
        opened, deleted or given to somebody else since it was asked for."""
        assert request.topic is not None
        records, number = self.repository.records, request.topic.id
        try:
            records.read(actor, number)
            parent = records.parent_for(actor, number)
        except (Gone, NotFound) as error:
            raise Conflict(DELETED) from error
        except PermissionDenied as error:
            raise PermissionDenied(NOT_YOURS) from error
        if not self.asking.is_closed(number):
            raise Conflict(OPENED)
        days = int(request.payload.get("secret_link_expiration") or 0)
        return parent, sharing_of(self.repository).links.today + timedelta(days=days) if days else None

    def _terms(self, request: Request, sent: Mapping[str, Any]) -> dict[str, Any]:
        """For how many days access is given, 0 for good."""
        value = sent.get("secret_link_expiration", request.payload.get("secret_link_expiration"))
        days, longest = whole(value), self._longest(request)
        if days is None:
            raise ValidationFailed(errors=[Problem("secret_link_expiration", NO_DAYS)])
        if longest and not 0 < days <= longest:
            message = f"Links end after {longest} days at the latest here."
            raise ValidationFailed(errors=[Problem("secret_link_expiration", message)])
        return {"secret_link_expiration": days}

    def _longest(self, request: Request) -> int:
        """After how many days a link has to end on this site; grants never have to."""
        if request.type != GUEST_TYPE:
            return 0
        return int(sharing_of(self.repository).context.settings.longest_link_days)

    def _controls(self, request: Request, sent: Mapping[str, Any], problems: Sequence[tuple[str, str]]) -> Markup:
        longest = self._longest(request)
        wanted = str(sent.get("secret_link_expiration", request.payload.get("secret_link_expiration", 0)))
        choices = {*_CHOICES, whole(wanted) or 0}
        page = render_template(
            "access-requests/terms.html",
            choices=sorted((days for days in choices if not longest or 0 < days <= longest), key=lambda d: d or 9999),
            chosen=wanted,
            is_guest=request.type == GUEST_TYPE,
            errors=[message for name, message in problems if name == "secret_link_expiration"],
        )
        return Markup(page)

    def follow_owner(self, number: str) -> None:
        """Let the present owner of a record decide what is open about it."""
        topic, records = Party("record", number), self.repository.records
        ids = [id for type in (USER_TYPE, GUEST_TYPE) for id in self.asking.requests.open_about(topic, type)]
        parent_id = records.parent_number_of(number) if ids else None
        parent = records.parents([parent_id]).get(parent_id) if parent_id is not None else None
        if parent is None or parent.owner is None:
            return
        for id in ids:
            with self.repository.database.write() as unit:
                managers = Party(MANAGERS, str(parent.id))
                self.asking.requests.readdress(unit, id, Party("user", str(parent.owner)), [managers])


def origin_of(request: Request) -> str:
    """What a grant or link says of the request that it came from."""
    return f"access-request:{request.id}"


def _details(_actor: Actor, request: Request) -> Markup:
    return Markup(render_template("access-requests/details.html", request=request, payload=request.payload))
