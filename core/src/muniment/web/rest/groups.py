"""`/api/groups`: the roles of the site, under the name that InvenioRDM gives them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flask import Blueprint, Response

from muniment.users.account_models import Role
from muniment.users.avatar import avatar_svg
from muniment.users.roles import BUILT_IN
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.rest.answers import answer_json, no_content
from muniment.web.rest.arguments import text
from muniment.web.rest.bodies import read_object
from muniment.web.rest.document import PRETTYPRINT, Answer, document, json_body, query
from muniment.web.rest.user_schemas import GROUP, GROUP_CHANGE, GROUP_INPUT, GROUP_PAGE

blueprint = Blueprint("groups", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

TAG: Final = "Groups"
WORDS: Final = query("q", "Words of a name or title.")
PATH: Final = {"name": "The name of a role, such as `moderator`."}


@blueprint.get("/groups")
@access("authenticated")
@session("optional")
@document("List the groups", tag=TAG, query=(WORDS, PRETTYPRINT), answers={200: GROUP_PAGE})
def list_groups() -> Response:
    words = text("q").casefold().split()
    found = [
        role
        for role in the_repository().users.roles()
        if all(word in f"{role.name} {role.title}".casefold() for word in words)
    ]
    return answer_json(group_list(found, "/api/groups"))


@blueprint.post("/groups")
@access("administration")
@session("optional")
@document("Make a group", tag=TAG, query=(PRETTYPRINT,), body=json_body(GROUP_INPUT), answers={201: GROUP})
def create() -> Response:
    data = read_object()
    role = the_repository().users.create_role(
        data.get("name"), data.get("title", ""), data.get("permissions", []), the_actor()
    )
    return answer_json(group_document(role), 201)


@blueprint.get("/groups/<name>")
@access("authenticated")
@session("optional")
@document("Read a group", tag=TAG, path=PATH, query=(PRETTYPRINT,), answers={200: GROUP})
def read(name: str) -> Response:
    return answer_json(group_document(the_repository().users.role(name)))


@blueprint.put("/groups/<name>")
@access("administration")
@session("optional")
@document(
    "Change a group",
    tag=TAG,
    description="Only those of the site's own. What is left out stays. Who is in it has to sign in again when it comes "
    "to allow more.",
    path=PATH,
    query=(PRETTYPRINT,),
    body=json_body(GROUP_CHANGE),
    answers={200: GROUP},
)
def update(name: str) -> Response:
    data, role = read_object(), the_repository().users.role(name)
    changed = the_repository().users.update_role(
        name, data.get("title", role.title), data.get("permissions", sorted(role.permissions)), the_actor()
    )
    return answer_json(group_document(changed))


@blueprint.delete("/groups/<name>")
@access("administration")
@session("optional")
@document("Remove a group", tag=TAG, path=PATH, answers={204: None})
def delete(name: str) -> Response:
    the_repository().users.delete_role(name, the_actor())
    return no_content()


@blueprint.get("/groups/<name>/avatar.svg")
@access("authenticated")
@session("optional")
@document(
    "Read the avatar of a group",
    tag=TAG,
    path=PATH,
    answers={200: Answer(None, media_types=("image/svg+xml",), description="An initial on a colour.")},
)
def avatar(name: str) -> Response:
    role = the_repository().users.role(name)
    return Response(avatar_svg(sum(role.name.encode()), role.title or role.name), content_type="image/svg+xml")


def group_document(role: Role) -> dict[str, Any]:
    """The JSON of a role."""
    url = f"{the_repository().config.site.url}/api/groups/{role.name}"
    return {
        "id": role.name,
        "name": role.name,
        "title": role.title,
        "description": role.description,
        "permissions": sorted(role.permissions),
        "is_managed": role.name not in BUILT_IN,
        "links": {"self": url, "avatar": f"{url}/avatar.svg"},
    }


def group_list(roles: Iterable[Role], path: str) -> dict[str, Any]:
    hits = [group_document(role) for role in roles]
    return {
        "hits": {"hits": hits, "total": len(hits)},
        "links": {"self": f"{the_repository().config.site.url}{path}"},
    }
