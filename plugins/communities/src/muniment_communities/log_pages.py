"""The log of a community, for its managers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _

from muniment.api import access, local_minute, session, the_actor
from muniment_communities.log import LogLine
from muniment_communities.page import frame
from muniment_communities.wording import role_label
from muniment_requests.api import names_of

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin

_PAGE = 50


def add(pages: Blueprint, plugin: Plugin) -> None:
    @pages.get("/<slug>/log")
    @access("authenticated")
    @session("required")
    def log(slug: str) -> Response:
        text = request.args.get("before", "")
        before = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
        service = plugin.communities
        community = service.get(the_actor(), slug)
        lines = service.lifecycle.log(the_actor(), community, before=before)
        people = {line.subject for line in lines} | {line.details.get("member") for line in lines}
        names = names_of(service.repository, (one for one in people if isinstance(one, int)))
        roles = {role.name: role.title or role.name for role in service.repository.users.roles()}
        titles = service.records.titles([int(line.details["parent"]) for line in lines if "parent" in line.details])
        page = render_template(
            "communities/log.html",
            frame=frame(plugin, community, "log"),
            lines=[_line(line, names, roles, titles) for line in lines],
            more=lines[-1].number if len(lines) == _PAGE else None,
        )
        return make_response(page)


def _line(
    line: LogLine, names: Mapping[int, str], roles: Mapping[str, str], titles: Mapping[int, tuple[str, str]]
) -> dict[str, Any]:
    number, title = titles.get(int(line.details.get("parent", 0)), ("", ""))
    who = names.get(line.subject, _("Somebody who has left")) if line.subject is not None else _("The system")
    return {
        "who": who,
        "sentence": sentence(line.action),
        "about": _about(line, names, roles),
        "title": title,
        "href": f"/records/{number}" if number else "",
        "moment": line.at.isoformat(),
        "when": local_minute(line.at),
    }


def _about(line: LogLine, names: Mapping[int, str], roles: Mapping[str, str]) -> str:
    """To whom it was done, with the role; the role alone for what people do to themselves, and for addresses."""
    member, group, role = (line.details.get(name) for name in ("member", "group", "role"))
    if isinstance(member, int):
        name = "" if member == line.subject else names.get(member) or str(_("Somebody who has left"))
    else:
        name = str(group or "") if line.action.startswith("collections_") else roles.get(str(group), str(group or ""))
    label = str(role_label(role)) if role else ""
    return f"{name} ({label})" if name and label else name or label


def sentence(action: str) -> str:
    """What somebody did, after their name; in words of others for what other plugins write."""
    words: dict[str, str] = {
        "created": _("made the community"),
        "changed": _("changed the community"),
        "renamed": _("gave the community another address"),
        "logo_changed": _("changed the logo"),
        "logo_removed": _("removed the logo"),
        "deleted": _("deleted the community"),
        "restored": _("brought the community back"),
        "verified": _("verified the community"),
        "not_verified": _("took the verification back"),
        "featured": _("featured the community"),
        "not_featured": _("ended featuring the community"),
        "member_added": _("added a member:"),
        "member_removed": _("removed a member:"),
        "left": _("left the community:"),
        "role_changed": _("changed a role:"),
        "owner_followed": _("made a new owner, since the last one has left:"),
        "invited": _("invited somebody:"),
        "invitation_changed": _("changed the role of an invitation:"),
        "invitation_accepted": _("accepted an invitation:"),
        "invitation_declined": _("declined an invitation:"),
        "invitation_withdrawn": _("took an invitation back:"),
        "invitation_expired": _("let an invitation expire:"),
        "membership_requested": _("asked to become a member"),
        "record_added": _("put a record into the community:"),
        "record_removed": _("took a record out of the community:"),
        "parent_requested": _("asked that the community becomes part of another one"),
        "subcommunity_added": _("made a community part of another one"),
        "subcommunity_removed": _("ended that a community is part of another one"),
        "collections_changed": _("changed the collections:"),
        "collections_removed": _("removed a collection:"),
        "collections_ordered": _("put the collections into another order"),
        "default_changed": _("chose the first community of a record:"),
        "checks_changed": _("changed what is checked"),
    }
    return words.get(action, action.replace("_", " "))
