"""The types of requests about membership, and what a decision does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from flask import render_template
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from muniment.api import Actor, Conflict, Problem, Repository, ValidationFailed
from muniment_communities.invitations import INVITATION, OPEN_FOR
from muniment_communities.joining import MEMBERSHIP
from muniment_communities.party import managers_of, party_kind
from muniment_communities.roles import READER, ROLES
from muniment_communities.subcommunities import SUBCOMMUNITY
from muniment_communities.wording import role_hint, role_label
from muniment_requests.api import CarryOut, Decided, Request, RequestType, Terms

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

_ASKED_FOR: Final = timedelta(days=90)


def request_types(service: Callable[[], CommunityService]) -> list[RequestType]:
    managers = managers_of(party_kind(service))
    return [
        RequestType(
            INVITATION,
            _("Invitation to a community"),
            OPEN_FOR,
            {action: _ending(service, action) for action in ("accept", "decline", "cancel", "expire")},
            repeats=True,
        ),
        RequestType(
            MEMBERSHIP,
            _("Membership of a community"),
            _ASKED_FOR,
            {"accept": _joining(service, accept=True), "decline": _joining(service, accept=False)},
            terms=Terms(_role_controls, _read_role),
            deciders=managers,
        ),
        RequestType(
            SUBCOMMUNITY,
            _("Subcommunity"),
            _ASKED_FOR,
            {"accept": _becoming_part(service, accept=True), "decline": _becoming_part(service, accept=False)},
            deciders=managers,
        ),
    ]


def _role_controls(request: Request, sent: Mapping[str, Any], problems: Sequence[tuple[str, str]]) -> Markup:
    """Which role whoever accepts gives."""
    page = render_template(
        "communities/role_terms.html",
        roles=[(one, role_label(one), role_hint(one)) for one in ROLES],
        role=sent.get("role") or request.payload.get("role") or READER,
        errors=[text for control, text in problems if control == "role"],
    )
    return Markup(page)


def _read_role(request: Request, sent: Mapping[str, Any]) -> Mapping[str, Any]:
    role = sent.get("role") or request.payload.get("role") or READER
    if role not in ROLES:
        raise ValidationFailed(errors=[Problem("role", f"One of {', '.join(ROLES)}.")])
    return {"role": role}


def _ending(service: Callable[[], CommunityService], action: str) -> CarryOut:
    def carry_out(repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
        with repository.database.write() as unit:
            decided(unit)
            service().invitations.end(unit, actor, str(request.payload["invitation"]), action)

    return carry_out


def _joining(service: Callable[[], CommunityService], *, accept: bool) -> CarryOut:
    def carry_out(repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
        community = service().named([request.receiver.id]).get(request.receiver.id)
        if community is None:
            raise Conflict("The community was deleted meanwhile.")
        service().roles.require(actor, community, "manage")
        with repository.database.write() as unit:
            decided(unit)
            if accept:
                role = str(request.payload.get("role", READER))
                service().joining.accept(unit, actor, community, int(request.creator.id), role)

    return carry_out


def _becoming_part(service: Callable[[], CommunityService], *, accept: bool) -> CarryOut:
    def carry_out(repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
        parent = service().named([request.receiver.id]).get(request.receiver.id)
        if parent is None or request.topic is None:
            raise Conflict("The community was deleted meanwhile.")
        service().roles.require(actor, parent, "manage")
        with repository.database.write() as unit:
            decided(unit)
            if accept:
                service().subcommunities.accept(unit, actor, parent, request.topic.id)

    return carry_out
