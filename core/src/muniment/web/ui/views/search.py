"""The search page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from muniment.errors import InvalidRequest
from muniment.records.requests import SearchRequest
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state
from muniment.web.rates import searches
from muniment.web.ui.language import display_locale, reader, request_language
from muniment.web.ui.search_page import PATH, SearchPageView, failed_search_view, read_request, search_page_view

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
@access("public")
@session("optional")
@searches
def results() -> Response:
    """Results with facets; a query that cannot be understood is explained in the page (status 400)."""
    view, status = answered_search()
    return make_response(render_template("search/results.html", page=view, search_text=view.query), status)


def answered_search(
    path: str = PATH, *, within: str = "", programs: str = "/api/records"
) -> tuple[SearchPageView, int]:
    """What the address at hand asks of records, answered, and the status of the page that shows it.

    For pages that extend ``search/results.html`` and list what the query `within` narrows to: `path` is their address
    and `programs` that of the same list in the API.
    """
    asked, address = read_request(request.args, path, within)
    try:
        found = state().repository.records.search(reader(), asked)
    except InvalidRequest as error:
        return failed_search_view(asked, address, error), 400
    return search_page_view(asked, address, found, display_locale(), _titles(asked), programs), 200


def _titles(asked: SearchRequest) -> dict[tuple[str, str], str]:
    """What the chosen values of facets are called, whether any record has them or not."""
    vocabularies = {name: state().repository.search.vocabulary_of(name) for name in asked.facets}
    pairs = {
        (vocabularies[name], value): (name, value)
        for name, values in asked.facets.items()
        if vocabularies[name]
        for value in values
    }
    terms = state().repository.vocabularies.resolve(pairs) if pairs else {}
    return {pairs[pair]: term.title_for(request_language()) for pair, term in terms.items()}


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
