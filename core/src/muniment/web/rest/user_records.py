"""`/api/user/records`: the drafts and records of whoever asks."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state, the_actor, the_repository
from muniment.web.rates import searches
from muniment.web.rest.document import (
    BOOLEAN,
    EXPAND,
    PAGE,
    PRETTYPRINT,
    SEARCH,
    SIZE,
    document,
    query,
    record_answer,
)
from muniment.web.rest.items import answer_list
from muniment.web.rest.record_schemas import USER_RECORD_PAGE
from muniment.web.rest.records import ALL_VERSIONS, FACETS, INCLUDE_DELETED, SORT
from muniment.web.rest.searching import search_request

blueprint = Blueprint("user_records", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

IS_PUBLISHED: Final = query("is_published", "Only drafts (`false`) or only published ones (`true`).", BOOLEAN)
SHARED_WITH_ME: Final = query("shared_with_me", "Those of others that you may edit.", BOOLEAN)


@blueprint.get("/user/records")
@access("authenticated")
@session("optional")
@searches
@document(
    "List your drafts and records",
    tag="Records",
    query=(
        SEARCH, SORT, PAGE, SIZE, IS_PUBLISHED, SHARED_WITH_ME, *FACETS, ALL_VERSIONS, INCLUDE_DELETED, EXPAND,
        PRETTYPRINT,
    ),
    answers={200: record_answer(USER_RECORD_PAGE, "list")},
)  # fmt: skip
def list_own() -> Response:
    chosen = state().representations.choose(lists=True, drafts=True)
    page = the_repository().records.search_user(the_actor(), search_request(own=True))
    return answer_list(page, chosen=chosen)
