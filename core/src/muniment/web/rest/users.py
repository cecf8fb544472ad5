"""`/api/users`: finding people, and what moderators do to accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, Response

from muniment.access.actor import Actor
from muniment.errors import NotFound, Problem, ValidationFailed
from muniment.users.account_models import User
from muniment.users.avatar import avatar_svg
from muniment.users.profiles import MOST_SUGGESTED, ORDERS, STATES, UserPage
from muniment.users.public_view import user_document
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.rest.answers import answer_json
from muniment.web.rest.arguments import choice, paging, text
from muniment.web.rest.bodies import read_object
from muniment.web.rest.document import (
    PAGE,
    PRETTYPRINT,
    SIZE,
    Answer,
    document,
    json_body,
    query,
)
from muniment.web.rest.envelope import page_links
from muniment.web.rest.user_schemas import GROUP_REFERENCES, USER, USER_GROUPS, USER_INPUT, USER_PAGE

blueprint = Blueprint("users", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

TAG: Final = "Users"
WORDS: Final = query("q", "Words of a name; an address where it is public.")
SUGGEST: Final = query("suggest", "What was typed so far of a name; the same as `q`.")
SORT: Final = query("sort", "An order.", {"type": "string", "enum": list(ORDERS)})
STATUS: Final = query("status", "Only accounts in this state.", {"type": "string", "enum": list(STATES)})
ROLE: Final = query("roles", "Only members of this group.")
PATH: Final = {"id": "The number of the account."}

_LARGEST: Final = 2**63 - 1


def subject_number(value: str) -> int:
    """The number in an address; raises `NotFound` for what cannot be one."""
    if not (value.isascii() and value.isdigit()) or len(value) > 19 or int(value) > _LARGEST:
        raise NotFound("There is no such user.")
    return int(value)


@blueprint.get("/users")
@access("authenticated")
@session("optional")
@document(
    "Find people",
    tag=TAG,
    description="People with a public profile, ten at most.",
    query=(WORDS, SUGGEST, SORT, PAGE, SIZE, PRETTYPRINT),
    answers={200: USER_PAGE},
)
def search() -> Response:
    page, size = paging(size=MOST_SUGGESTED)
    users = the_repository().users
    return _list(users.search(the_actor(), text("suggest") or text("q"), page=page, size=size, sort=text("sort")))


@blueprint.post("/users")
@access("moderation")
@session("optional")
@document(
    "Make an account",
    tag=TAG,
    description="The owner is mailed a link to choose a password.",
    query=(PRETTYPRINT,),
    body=json_body(USER_INPUT),
    answers={201: USER},
    errors=(409,),
)
def create() -> Response:
    data = read_object()
    user = the_repository().users.invite(data.get("email", ""), actor=the_actor(), **profile_of(data))
    return answer_json(_document(user), 201)


@blueprint.get("/users/all")
@access("moderation")
@session("optional")
@document(
    "List all accounts",
    tag=TAG,
    query=(WORDS, STATUS, ROLE, SORT, PAGE, SIZE, PRETTYPRINT),
    answers={200: USER_PAGE},
)
def list_all() -> Response:
    page, size = paging()
    found = the_repository().users.search(
        the_actor(),
        text("q"),
        page=page,
        size=size,
        sort=text("sort"),
        everybody=True,
        state=choice("status", STATES) or "",
        role=text("roles"),
    )
    return _list(found)


@blueprint.get("/users/<id>")
@access("public")
@session("optional")
@document(
    "Read a profile",
    tag=TAG,
    description="A profile that you may not see answers 404, as if there were none.",
    path=PATH,
    query=(PRETTYPRINT,),
    answers={200: USER},
)
def read(id: str) -> Response:
    return answer_json(the_repository().users.public_profile(the_actor(), subject_number(id)))


@blueprint.put("/users/<id>")
@access("authenticated")
@session("optional")
@document(
    "Change a profile",
    tag=TAG,
    description="One's own, or as a moderator another's: user name, profile and preferences.",
    path=PATH,
    query=(PRETTYPRINT,),
    body=json_body(USER_INPUT),
    answers={200: USER},
)
def update(id: str) -> Response:
    users = the_repository().users
    number = subject_number(id)
    users.public_profile(the_actor(), number)  # an account that may not be seen answers 404, not 403
    return answer_json(_document(users.update_profile(the_actor(), number, profile_of(read_object()))))


@blueprint.get("/users/<id>/avatar.svg")
@access("public")
@session("optional")
@document(
    "Read an avatar",
    tag=TAG,
    path=PATH,
    answers={200: Answer(None, media_types=("image/svg+xml",), description="An initial on a colour.")},
)
def avatar(id: str) -> Response:
    profile = the_repository().users.public_profile(the_actor(), subject_number(id))
    name = profile["profile"]["full_name"] or profile["username"] or ""
    return Response(avatar_svg(int(profile["id"]), name), content_type="image/svg+xml")


def _action(name: str, summary: str, act: Callable[[int, Actor], User]) -> None:
    """Declare one of the moderators' actions; each answers 200 without a body, as InvenioRDM does."""

    @access("moderation")
    @session("optional")
    @document(summary, tag=TAG, path=PATH, answers={200: None}, errors=(409,))
    def view(id: str) -> Response:
        act(subject_number(id), the_actor())
        return Response(b"", status=200, content_type="text/plain")

    blueprint.add_url_rule(f"/users/<id>/{name}", endpoint=name, view_func=view, methods=["POST"])


_action("block", "Keep somebody out", lambda number, actor: the_repository().users.block(number, actor))
_action("restore", "Lift a block", lambda number, actor: the_repository().users.restore(number, actor))
_action("approve", "Vouch for somebody", lambda number, actor: the_repository().users.approve(number, actor))
_action("activate", "Open an account again", lambda number, actor: the_repository().users.activate(number, actor))
_action("deactivate", "Close an account", lambda number, actor: the_repository().users.deactivate(number, actor))


@blueprint.get("/users/<id>/groups")
@access("moderation")
@session("optional")
@document("List somebody's groups", tag=TAG, path=PATH, query=(PRETTYPRINT,), answers={200: USER_GROUPS})
def groups(id: str) -> Response:
    return _groups_of(the_repository().users.get(subject_number(id)))


def _change_of_groups(method: str, summary: str, change: Callable[[int, list[str]], User]) -> None:
    """Declare one of the ways to change somebody's groups; each answers with all that they have then."""

    @access("administration")
    @session("optional")
    @document(
        summary,
        tag=TAG,
        description="`groups` names them all at once; `id` is short for a single one. Their sessions end.",
        path=PATH,
        query=(PRETTYPRINT,),
        body=json_body(GROUP_REFERENCES),
        answers={200: USER_GROUPS},
        errors=(409,),
    )
    def view(id: str) -> Response:
        return _groups_of(change(subject_number(id), _group_names(read_object())))

    blueprint.add_url_rule("/users/<id>/groups", endpoint=f"{method.lower()}_groups", view_func=view, methods=[method])


_change_of_groups(
    "POST",
    "Add somebody to groups",
    lambda number, names: the_repository().users.change_roles(number, the_actor(), add=names),
)
_change_of_groups(
    "PUT",
    "Say in which groups somebody is",
    lambda number, names: the_repository().users.change_roles(number, the_actor(), exactly=names),
)
_change_of_groups(
    "DELETE",
    "Take somebody out of groups",
    lambda number, names: the_repository().users.change_roles(number, the_actor(), remove=names),
)


def profile_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a profile from the API's nested form; anything else in `data` is ignored (CVE-2022-43685)."""
    fields: dict[str, Any] = {}
    if "username" in data:
        fields["username"] = data["username"]
    for group, names in (
        ("profile", ("full_name", "affiliations")),
        ("preferences", ("visibility", "email_visibility", "locale", "timezone")),
    ):
        values = data.get(group)
        if values is None:
            continue
        if not isinstance(values, dict):
            raise ValidationFailed(errors=[Problem(group, "Invalid input type.")])
        fields.update({name: values[name] for name in names if name in values})
    return fields


def _group_names(data: Mapping[str, Any]) -> list[str]:
    if isinstance(data.get("id"), str) and data["id"] and "groups" not in data:
        return [data["id"]]
    names = data.get("groups")
    if names is None:
        raise ValidationFailed(errors=[Problem("groups", "Missing data for required field.")])
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise ValidationFailed(errors=[Problem("groups", "Not a valid list.")])
    return names


def _document(user: User) -> dict[str, Any]:
    users = the_repository().users
    return user_document(the_actor(), user, users.api_url)


def _groups_of(user: User) -> Response:
    from muniment.web.rest.groups import group_list

    listed = group_list(user.roles, f"/api/users/{user.subject_id}/groups")
    may_change = the_actor().is_administrator
    offered = the_repository().users.roles() if may_change else []
    return answer_json(
        {
            **listed,
            "groups": [{"id": role.name, "name": role.name} for role in user.roles],
            "available_groups": [{"id": role.name, "name": role.name} for role in offered],
            "total": len(user.roles),
        }
    )


def _list(found: UserPage) -> Response:
    site = the_repository().config.site.url
    return answer_json(
        {
            "hits": {"hits": found.hits, "total": found.total},
            "sortBy": found.sort,
            "links": page_links(site, page=found.page, size=found.size, total=found.total),
        }
    )
