"""The pages of members: who they are, invitations, asking to become one, leaving."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import format_date
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import Address, MunimentError, access, keeps_form, pagination, session, the_actor
from muniment_communities.community import Community
from muniment_communities.forms import problems_of_form
from muniment_communities.members import Member
from muniment_communities.page import frame
from muniment_communities.roles import MANAGER, OWNER, ROLES, at_least, may_give
from muniment_communities.wording import role_hint, role_label
from muniment_requests.api import names_of

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin

SIZE: Final = 50


def add(pages: Blueprint, plugin: Plugin) -> None:
    _list(pages, plugin)
    _changes(pages, plugin)
    _answers(pages, plugin)


def _list(pages: Blueprint, plugin: Plugin) -> None:
    @pages.get("/<slug>/members")
    @access("public")
    @session("optional")
    def members(slug: str) -> Response:
        """Members: all of them for members, for others those who show themselves."""
        return _page(plugin, plugin.communities.get(the_actor(), slug))


def _changes(pages: Blueprint, plugin: Plugin) -> None:
    service = plugin.communities

    def act(path: str, name: str, done: str, deed: Callable[[Community], object]) -> None:
        @pages.post(f"/<slug>/members/{path}", endpoint=name)
        @access("authenticated")
        @session("required")
        @keeps_form
        def send(slug: str) -> BaseResponse:
            community = service.get(the_actor(), slug)
            try:
                deed(community)
            except MunimentError as error:
                if error.status not in (400, 409):
                    raise
                return _page(plugin, community, error)
            return _after(plugin, community, done)

    act(
        "change",
        "change_member",
        "changed",
        lambda community: service.members.change(the_actor(), community, {**_one(), **_changed()}),
    )
    act("remove", "remove_member", "removed", lambda community: service.members.remove(the_actor(), community, _one()))
    act("invite", "invite", "invited", lambda community: service.invitations.invite(the_actor(), community, _invited()))
    act(
        "withdraw",
        "withdraw_invitation",
        "withdrawn",
        lambda community: service.invitations.withdraw(the_actor(), community, request.form.get("invitation", "")),
    )
    act(
        "ask",
        "ask_membership",
        "asked",
        lambda community: service.joining.ask(the_actor(), community, request.form.get("message", "")),
    )


def _answers(pages: Blueprint, plugin: Plugin) -> None:
    service = plugin.communities

    @pages.get("/invitations/<invitation_id>")
    @access("authenticated")
    @session("required")
    def invitation(invitation_id: str) -> Response:
        """Where the letter leads: whoever is signed in with the address can answer."""
        found = service.invitations.of_address(the_actor(), invitation_id)
        community = service.named([found.community])[found.community]
        page = render_template(
            "communities/invitation.html",
            invitation=found,
            community=community,
            role=role_label(found.role),
            hint=role_hint(found.role),
            day=format_date(found.expires, "long"),
        )
        return make_response(page)

    @pages.post("/invitations/<invitation_id>")
    @access("authenticated")
    @session("required")
    def answer(invitation_id: str) -> BaseResponse:
        accept = request.form.get("answer") == "accept"
        found = service.invitations.answer(the_actor(), invitation_id, accept=accept)
        community = service.named([found.community])[found.community]
        return redirect(community.href if accept or community.is_public else url_for("communities.browse"), 303)


def _after(plugin: Plugin, community: Community, done: str) -> BaseResponse:
    """Back to the list; away from it for who has left a community that is not public."""
    if plugin.communities.can(the_actor(), community, "read"):
        return redirect(url_for("communities.members", slug=community.slug, done=done), 303)
    return redirect(url_for("communities.browse"), 303)


def _one() -> dict[str, Any]:
    kind, _, name = request.form.get("member", "").partition(":")
    return {"members": [{"type": kind, "id": name}]}


def _changed() -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "role" in request.form:
        found["role"] = request.form["role"]
    if "visible" in request.form:
        found["visible"] = request.form["visible"] == "1"
    return found


def _invited() -> dict[str, Any]:
    """Addresses or numbers of people, one on each line or with commas between."""
    lines = request.form.get("who", "").replace(",", "\n").split("\n")
    names = [line.strip() for line in lines if line.strip()]
    return {
        "members": [{"type": "user" if name.isascii() and name.isdigit() else "email", "id": name} for name in names],
        "role": request.form.get("role", ""),
        "message": request.form.get("message", ""),
    }


def _page(plugin: Plugin, community: Community, error: MunimentError | None = None) -> Response:
    actor, service = the_actor(), plugin.communities
    role = OWNER if actor.is_administrator else service.roles.role(actor, community.id)
    text = request.args.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) <= 200 else 1
    hidden = not role and community.access["members_visibility"] != "public"
    found: list[Member] = []
    total = 0
    if not hidden:
        found, total = service.members.list(actor, community, page=number, size=SIZE, public=not role)
    manages = at_least(role, MANAGER)
    invitations = service.invitations.list(actor, community, size=100)[0] if manages else []
    problems = [("who" if name.startswith("members") else name, text) for name, text in problems_of_form(error)]
    page = render_template(
        "communities/members.html",
        frame=frame(plugin, community, "members"),
        members=[_row(one, actor.subject, role) for one in found],
        names=service.members.names(found, managing=manages),
        hidden=hidden,
        total=total,
        pages=pagination(total, number, SIZE, Address(f"{community.href}/members", []), 10_000),
        manages=manages,
        invitations=invitations,
        people=names_of(service.repository, (one.subject for one in invitations)),
        roles=[(one, role_label(one), role_hint(one)) for one in ROLES if may_give(role, one)],
        role_label=role_label,
        day=lambda moment: format_date(moment, "medium"),
        asked=service.joining.open_request(actor, community) if actor.is_authenticated and not role else None,
        may_ask=service.joining.may_ask(actor, community),
        problems=problems,
        errors=lambda name: [text for control, text in problems if control == name],
        form=request.form if error else {},
    )
    return make_response(page, 422 if error else 200)


def _row(member: Member, subject: int | None, role: str) -> dict[str, Any]:
    itself = member.kind == "user" and member.name == str(subject)
    manages = may_give(role, member.role) and not itself
    choices = [(one, role_label(one)) for one in ROLES if may_give(role, one)]
    return {
        "member": member,
        "itself": itself,
        "choices": choices if manages else [],
        "removable": manages or itself,
        "hides": itself or (manages and member.visible),
        "role": role_label(member.role),
    }
