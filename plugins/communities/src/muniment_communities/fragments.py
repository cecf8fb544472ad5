"""What communities put into pages of others: where a record belongs to, and the way to change that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from flask import render_template, request
from markupsafe import Markup

from muniment.api import Fragment, the_actor

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

SIDEBAR, ACTIONS, RESULT = "record.sidebar", "record.actions", "search.result"
_MOST_IN_LISTS: Final = 3
_AFTER_SHARING: Final = 50


def fragments(service: CommunityService, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
    if slot == RESULT:
        return _badges(context["record"].data)
    if slot == SIDEBAR:
        return _box(context["record"])
    if slot == ACTIONS:
        return _button(service, context["record"])
    return []


def entries_of(record: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The communities that the JSON of a record shows."""
    found: Sequence[Mapping[str, Any]] = ((record.get("parent") or {}).get("communities") or {}).get("entries") or ()
    return found


def _badges(record: Mapping[str, Any]) -> list[Fragment]:
    here = f"{request.path}/"
    entries = [entry for entry in entries_of(record) if not here.startswith(f"/communities/{entry['slug']}/")]
    if not entries:
        return []
    page = render_template("communities/badges.html", entries=entries[:_MOST_IN_LISTS], more=entries[_MOST_IN_LISTS:])
    return [Fragment(Markup(page))]


def _box(record: Any) -> list[Fragment]:
    entries = entries_of(record.data)
    if not entries:
        return []
    return [Fragment(Markup(render_template("communities/box.html", entries=entries)))]


def _button(service: CommunityService, record: Any) -> list[Fragment]:
    """For who may change where the record belongs to: who manages it, and curators of its communities."""
    actor = the_actor()
    if actor.subject is None or record.is_draft or not entries_of(record.data):
        return []
    if not may_change(service, record):
        return []
    return [Fragment(Markup(render_template("communities/button.html", number=record.id)), _AFTER_SHARING)]


def may_change(service: CommunityService, record: Any) -> bool:
    actor = the_actor()
    if service.repository.records.may(actor, record.id, "manage"):
        return True
    ids = [str(entry["id"]) for entry in entries_of(record.data)]
    return any(role != "reader" for role in service.roles.of(actor, ids).values())
