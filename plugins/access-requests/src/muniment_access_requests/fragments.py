"""What access requests put into pages of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import render_template
from markupsafe import Markup

from muniment.api import Fragment, MunimentError, ParentHandle, the_actor, the_repository
from muniment_access_requests.asking import AccessRequests
from muniment_access_requests.options import Options

RECORD, REFUSED, DEPOSIT = "record.sidebar.top", "record.refused", "deposit.access"
_FIRST: Final = 10


def fragments(asking: AccessRequests, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
    if slot == RECORD:
        return _box(asking, context["record"])
    if slot == REFUSED:
        return _way_in(asking, str(context["number"]))
    if slot == DEPOSIT:
        number = context["form"].saved.get("id")
        if not number or not the_repository().records.may(the_actor(), str(number), "manage"):
            return []
        return [Fragment(Markup(render_template("access-requests/note.html", number=number)), 200)]
    return []


def _box(asking: AccessRequests, record: Any) -> list[Fragment]:
    """For whoever cannot see all of a record that is not open to everybody, where somebody may ask."""
    if record.is_draft or "restricted" not in (record.access.record, record.access.files):
        return []
    parent = the_repository().records.number_of(record.parent_id)
    options, actor = asking.options.of(parent), the_actor()
    offered = options.users if actor.is_authenticated else options.anybody
    try:
        if not offered or not asking.needs_it(actor, record.id):
            return []
    except MunimentError:
        return []
    page = render_template(
        "access-requests/box.html",
        number=record.id,
        request=asking.asked(actor, record.id),
        guests=options.guests,
        signed_in=actor.is_authenticated,
    )
    return [Fragment(Markup(page), _FIRST)]


def _way_in(asking: AccessRequests, number: str) -> list[Fragment]:
    """For whoever may not see a record at all, where somebody may ask for it."""
    actor = the_actor()
    try:
        target = asking.target(actor, number)
    except MunimentError:
        return []
    if actor.is_authenticated and not target.options.users:
        return []
    page = render_template(
        "access-requests/refused_record.html",
        number=target.number,
        request=asking.asked(actor, target.number),
        signed_in=actor.is_authenticated,
    )
    return [Fragment(Markup(page), _FIRST)]


def section(
    asking: AccessRequests, number: str, options: Options, problems: list[tuple[str, str]] | None = None
) -> Markup:
    """The section of the page of sharing."""
    found = problems or []
    page = render_template(
        "access-requests/section.html",
        number=number,
        options=options,
        guests=asking.context.settings.guests,
        errors=lambda name: [message for control, message in found if control == name],
    )
    return Markup(page)


def sections(asking: AccessRequests, parent: ParentHandle, number: str) -> list[Fragment]:
    return [Fragment(section(asking, number, asking.options.of(parent.id)))]
