"""The front page: search, and what was published last."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from muniment.errors import Busy
from muniment.records.requests import SearchRequest
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state
from muniment.web.ui.language import display_locale, reader
from muniment.web.ui.record_view import kind_icon
from muniment.web.ui.search_view import result_view
from muniment.web.ui.wording import localized

blueprint = Blueprint("front", __name__)

NEWEST = 8


@dataclass(frozen=True)
class KindCount:
    """How many records of one type there are."""

    label: str
    icon: str
    count: int
    href: str


@blueprint.get("/")
@access("public")
@session("optional")
def page() -> str:
    locale = display_locale()
    try:
        found = state().repository.records.search(reader(), SearchRequest(sort="newest", size=NEWEST))
    except Busy:  # the rest of the site goes on without search
        return render_template("front.html", newest=[], kinds=[], total=0, searchable=False)
    buckets = ((found.aggregations or {}).get("resource_type") or {}).get("buckets") or []
    kinds = [
        KindCount(
            localized(bucket.get("label"), locale) or str(bucket["key"]),
            kind_icon(str(bucket["key"])),
            int(bucket["doc_count"]),
            url_for("search.results", resource_type=bucket["key"]),
        )
        for bucket in buckets[:10]
    ]
    return render_template(
        "front.html",
        newest=[result_view(item.data, locale) for item in found.hits],
        kinds=kinds,
        total=found.total,
        searchable=True,
    )


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
