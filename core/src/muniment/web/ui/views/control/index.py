"""The search index: how far it has come, and what could not be indexed."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_repository
from muniment.web.ui.views.control.frame import show

blueprint = Blueprint("control_index", __name__, url_prefix="/control/index")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)


@blueprint.get("")
@access("administration")
@session("required")
def index() -> Response:
    search, records = the_repository().search, the_repository().records
    entries = [
        (entry, entry.key.partition(":")[0], records.public_id(int(entry.key.partition(":")[2])))
        for entry in search.set_aside()
    ]
    return show("control/index.html", status=search.status(), entries=entries)
