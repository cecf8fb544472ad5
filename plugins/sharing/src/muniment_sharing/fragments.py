"""What sharing puts into pages of others: the way to its page, and what a reader by a link should know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g, render_template
from flask_babel import format_date
from markupsafe import Markup

from muniment.api import Fragment, the_actor, the_repository
from muniment_sharing.wording import permissions

#: The slots that are the same for every visitor: empty.
BANNER, ACTIONS, DEPOSIT, UPLOADS = "record.banner", "record.actions", "deposit.sidebar", "uploads.actions"
#: First among what can be done with a record; below other boxes beside a form.
_FIRST, _LAST = 20, 200


def fragments(slot: str, context: Mapping[str, Any]) -> list[Fragment]:
    if slot == BANNER:
        return _banner(context["record"])
    if slot == ACTIONS:
        return _button(context["record"].id, in_front=True)
    if slot == DEPOSIT:
        number = context["form"].saved.get("id")
        return _button(str(number)) if number else []
    if slot == UPLOADS:
        return [Fragment(Markup(render_template("sharing/menu_entry.html", number=context["upload"].id)))]
    return []


def _button(number: str, *, in_front: bool = False) -> list[Fragment]:
    """For who may manage the record; `in_front` with a dialog, which holds a form of its own."""
    actor = the_actor()
    if actor.subject is None or not the_repository().records.may(actor, number, "manage"):
        return []
    page = render_template("sharing/button.html", number=number, in_front=in_front, permissions=permissions())
    return [Fragment(Markup(page), _FIRST if in_front else _LAST)]


def _banner(record: Any) -> list[Fragment]:
    """By which link somebody sees what is not open to all."""
    parent = the_repository().records.number_of(record.parent_id)
    links = [link for link in g.get("sharing_links", ()) if link.parent_id == parent]
    if not links or (record.access.status == "open" and not record.is_draft):
        return []
    link = links[0]
    day = format_date(link.expires, "long") if link.expires else ""
    return [Fragment(Markup(render_template("sharing/banner.html", link=link, day=day, signed_in=the_actor().subject)))]
