"""Pages about the site: how to search, and whose software it is made of."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, render_template

from muniment.version import __version__
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state
from muniment.web.rest.answers import answer_json
from muniment.web.ui.assets import CORE_STATIC
from muniment.web.ui.privacy_view import category_views

blueprint = Blueprint("about", __name__)


@blueprint.get("/help/search")
@blueprint.get("/search/help")
@access("public")
@session("optional")
def search_help() -> str:
    """The query language by example."""
    return render_template("about/search_help.html")


@blueprint.get("/about/privacy")
@access("public")
@session("optional")
def privacy() -> str:
    """What is stored about people, why and for how long: told from the declarations of all parts."""
    registry = state().repository.privacy
    return render_template(
        "about/privacy.html",
        categories=category_views(registry.categories.values()),
        edition=registry.edition,
        erase_days=state().repository.config.privacy.erase_days,
    )


@blueprint.get("/about/privacy.json")
@access("public")
@session("none")
def privacy_json() -> Response:
    """The same for machines, in the codes of the declarations."""
    registry = state().repository.privacy
    return answer_json({"edition": registry.edition, "categories": registry.notice()})


@blueprint.get("/licences")
@blueprint.get("/about/licences")
@access("public")
@session("optional")
def licences() -> str:
    """Software and fonts of others that the pages serve, with their licences."""
    return render_template("about/licences.html", vendored=vendored(), version=__version__)


@lru_cache(maxsize=1)
def vendored() -> list[dict[str, Any]]:
    """The entries of `vendor.toml` with the text of each licence."""
    folder = CORE_STATIC / "vendor"
    document = tomllib.loads((folder / "vendor.toml").read_text(encoding="utf-8"))
    return [
        {**entry, "text": (folder / entry["folder"] / "LICENSE").read_text(encoding="utf-8")}
        for entry in document["vendored"]
    ]


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
