"""Members, invitations and requests for membership by the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from muniment.api import BlueprintSpec, answer_json, json_body, query, read_object, the_actor
from muniment_communities.arguments import number, page_links
from muniment_communities.community import Community
from muniment_communities.invitations import Invitation
from muniment_communities.joining import MEMBERSHIP
from muniment_communities.listing import LARGEST
from muniment_communities.members import Member
from muniment_communities.rendering import list_json
from muniment_communities.rest import PATH, rule, site
from muniment_communities.roles import OWNER, may_give
from muniment_communities.shapes import MEMBER, MEMBERS_INPUT, OBJECT, TEXT, list_of

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin

_PAGES = (
    query("page", "From 1.", {"type": "integer", "minimum": 1}),
    query("size", "How many on a page, 100 at most.", {"type": "integer", "minimum": 1}),
)
_MESSAGE = {"type": "object", "properties": {"message": TEXT}}


def resources(plugin: Plugin) -> BlueprintSpec:
    api = Blueprint("communities_members_api", __name__, url_prefix="/communities/<id>")
    _members(api, plugin)
    _invitations(api, plugin)
    return BlueprintSpec(api, "api")


def _members(api: Blueprint, plugin: Plugin) -> None:
    service = plugin.communities

    def listed(id: str, path: str, *, public: bool) -> Response:
        community = service.get(the_actor(), id)
        page, size = number(request.args, "page", 1, 10_000), number(request.args, "size", 25, LARGEST)
        found, total = service.members.list(the_actor(), community, page=page, size=size, public=public)
        links = page_links(f"{site()}/api/communities/{community.id}/{path}", request.args, total, page, size)
        return answer_json(list_json(_members_json(plugin, community, found), total, links))

    @rule(api.get, "/members", "List members", "authenticated", path=PATH, query=_PAGES, answers={200: list_of(MEMBER)})
    def members(id: str) -> Response:
        return listed(id, "members", public=False)

    @rule(
        api.get,
        "/members/public",
        "List members who show themselves",
        path=PATH,
        query=_PAGES,
        answers={200: list_of(MEMBER)},
    )
    def public_members(id: str) -> Response:
        return listed(id, "members/public", public=True)

    @rule(
        api.post,
        "/members",
        "Add groups as members",
        "authenticated",
        description="People are invited instead.",
        path=PATH,
        body=json_body(MEMBERS_INPUT),
        answers={204: None},
    )
    def add(id: str) -> Response:
        service.members.add_groups(the_actor(), service.get(the_actor(), id), read_object())
        return Response(status=204)

    @rule(
        api.put,
        "/members",
        "Change members",
        "authenticated",
        description="Their `role`, and whether they are `visible`.",
        path=PATH,
        body=json_body(MEMBERS_INPUT),
        answers={204: None},
    )
    def change(id: str) -> Response:
        service.members.change(the_actor(), service.get(the_actor(), id), read_object())
        return Response(status=204)

    @rule(
        api.delete,
        "/members",
        "Remove members, or leave",
        "authenticated",
        path=PATH,
        body=json_body(MEMBERS_INPUT),
        answers={204: None},
    )
    def remove(id: str) -> Response:
        service.members.remove(the_actor(), service.get(the_actor(), id), read_object())
        return Response(status=204)


def _invitations(api: Blueprint, plugin: Plugin) -> None:
    service = plugin.communities

    @rule(
        api.get,
        "/invitations",
        "List open invitations",
        "authenticated",
        path=PATH,
        query=_PAGES,
        answers={200: list_of(MEMBER)},
    )
    def invitations(id: str) -> Response:
        community = service.get(the_actor(), id)
        page, size = number(request.args, "page", 1, 10_000), number(request.args, "size", 25, LARGEST)
        found, total = service.invitations.list(the_actor(), community, page=page, size=size)
        links = page_links(f"{site()}/api/communities/{community.id}/invitations", request.args, total, page, size)
        return answer_json(list_json(_invitations_json(plugin, found), total, links))

    @rule(
        api.post,
        "/invitations",
        "Invite people",
        "authenticated",
        description="By number (`user`) or address (`email`), 100 at most; the invitation is open for 30 days.",
        path=PATH,
        body=json_body(MEMBERS_INPUT),
        answers={204: None},
    )
    def invite(id: str) -> Response:
        service.invitations.invite(the_actor(), service.get(the_actor(), id), read_object())
        return Response(status=204)

    @rule(
        api.put,
        "/invitations",
        "Offer another role",
        "authenticated",
        path=PATH,
        body=json_body(MEMBERS_INPUT),
        answers={204: None},
    )
    def change_invitation(id: str) -> Response:
        service.invitations.change(the_actor(), service.get(the_actor(), id), read_object())
        return Response(status=204)

    @rule(
        api.get,
        "/membership-requests",
        "List requests for membership",
        "authenticated",
        description="For managers. Accepting one can say a `role` in its payload; else it is reader.",
        path=PATH,
        query=_PAGES,
        answers={200: list_of(OBJECT)},
    )
    def membership_requests(id: str) -> Response:
        community = service.get(the_actor(), id)
        service.roles.require(the_actor(), community, "manage")
        page, size = number(request.args, "page", 1, 10_000), number(request.args, "size", 25, LARGEST)
        found, total = service.lifecycle.asked_of(the_actor(), community, page, size, types=[MEMBERSHIP])
        address = f"{site()}/api/communities/{community.id}/membership-requests"
        return answer_json(list_json(found, total, page_links(address, request.args, total, page, size)))

    @rule(
        api.put,
        "/membership-requests",
        "Say which role people get who have asked",
        "authenticated",
        description="Each of `members` by their number; whoever accepts and says no role gives them this one.",
        path=PATH,
        body=json_body(MEMBERS_INPUT),
        answers={204: None},
        errors=(409,),
    )
    def offer(id: str) -> Response:
        service.joining.offer(the_actor(), service.get(the_actor(), id), read_object())
        return Response(status=204)

    @rule(
        api.post,
        "/membership-requests",
        "Ask to become a member",
        "authenticated",
        path=PATH,
        body=json_body(_MESSAGE, required=False),
        answers={201: OBJECT},
        errors=(409,),
    )
    def ask(id: str) -> Response:
        asked = service.joining.ask(the_actor(), service.get(the_actor(), id), read_object().get("message"))
        return answer_json(service.requests.json(the_actor(), asked), 201)


def _members_json(plugin: Plugin, community: Community, members: Sequence[Member]) -> list[dict[str, Any]]:
    actor = the_actor()
    names = plugin.communities.members.names(members)
    own = OWNER if actor.is_administrator else plugin.communities.roles.role(actor, community.id)
    return [_member(community, one, names, own) for one in members]


def _member(community: Community, one: Member, names: Mapping[tuple[str, str], str], own: str) -> dict[str, Any]:
    actor = the_actor()
    itself = one.kind == "user" and one.name == str(actor.subject)
    manages = may_give(own, one.role) and not itself
    return {
        "id": one.id,
        "member": _who(one.kind, one.name, names.get((one.kind, one.name), ""), itself=itself),
        "role": one.role,
        "visible": one.visible,
        "is_current_user": itself,
        "permissions": {
            "can_leave": itself,
            "can_delete": manages,
            "can_update_role": manages,
            "can_update_visible": itself or (manages and (one.visible or one.kind == "group")),
        },
        "created": one.created.isoformat(),
        "updated": one.updated.isoformat(),
        "revision_id": one.revision,
        "links": {"self": f"{site()}/api/communities/{community.id}/members"},
    }


def _invitations_json(plugin: Plugin, invitations: Sequence[Invitation]) -> list[dict[str, Any]]:
    names = plugin.communities.repository.users.names((one.subject for one in invitations), addresses=False)
    return [
        {
            "id": one.id,
            "member": _who("user", str(one.subject), names.get(one.subject, ""))
            if one.subject is not None
            else _who("email", one.email, one.email),
            "role": one.role,
            "visible": one.visible,
            "created": one.created.isoformat(),
            "updated": one.updated.isoformat(),
            "request": {"id": one.request, "status": "submitted", "expires_at": one.expires.isoformat()},
            "permissions": {"can_cancel": True, "can_update_role": True},
        }
        for one in invitations
    ]


def _who(kind: str, id: str, name: str, *, itself: bool = False) -> dict[str, Any]:
    return {"type": kind, "id": id, "name": name, "description": "", "is_current_user": itself}
