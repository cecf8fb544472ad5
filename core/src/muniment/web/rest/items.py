"""Answers that hold one record or draft, or a page of them, in the representation that the client asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from flask import Response, request

from muniment.web.caching import add_vary
from muniment.web.current import state, the_actor
from muniment.web.negotiation import JSON, Chosen
from muniment.web.rest.answers import TRUTHY, answer_json
from muniment.web.rest.conditional import is_unchanged, tagged, variant_tag
from muniment.web.rest.envelope import join_list, page_links
from muniment.web.rest.expansion import expanded
from muniment.web.rest.representations import PLAIN
from muniment.web.typed_links import add_links

if TYPE_CHECKING:
    from muniment.records.items import RecordItem
    from muniment.records.requests import SearchPage


def answer_item(item: RecordItem, status: int = 200, *, chosen: Chosen | None = None) -> Response:
    """One record or draft, with its entity tag."""
    chosen = chosen or state().representations.choose(drafts=item.is_draft)
    plain = chosen.representation.name == PLAIN and not _varied()
    tag = item.etag
    if plain and status == 200 and is_unchanged(tag):
        unchanged = tagged(Response(b"", content_type=chosen.media_type), tag)
        return _vary(unchanged if item.is_draft else add_links(unchanged, item.id, item, "api"), chosen)
    body = chosen.representation.render(item, the_actor())
    if _wants_expansion() and chosen.representation.in_lists:
        body = _with_expansion(item, body)
    response = answer_json(body, status, media_type=chosen.media_type) if _is_json(chosen) else Response(body, status)
    response.headers["Content-Type"] = chosen.media_type
    if not plain:
        tag = variant_tag(tag, response.get_data())
    if not item.is_draft:
        add_links(response, item.id, item, "api")
    return _vary(tagged(response, tag), chosen)


def answer_list(page: SearchPage, *, chosen: Chosen | None = None, path: str | None = None) -> Response:
    """A page of records or drafts in the list envelope, joined from their bytes."""
    chosen = chosen or state().representations.choose(lists=True)
    representation = chosen.representation
    reader = the_actor()
    if representation.render_list is not None:
        response = Response(representation.render_list(page.hits, reader), content_type=chosen.media_type)
        return _vary(response, chosen)
    bodies = [representation.render(item, reader) for item in page.hits]
    if _wants_expansion():
        bodies = [_with_expansion(item, body) for item, body in zip(page.hits, bodies, strict=True)]
    site_url = state().repository.config.site.url
    body = join_list(
        bodies,
        total=page.total,
        links=page_links(site_url, page=page.page, size=page.size, total=page.total, path=path),
        sort_by=page.sort_by,
        aggregations=page.aggregations,
    )
    return _vary(answer_json(body, media_type=chosen.media_type), chosen)


def _is_json(chosen: Chosen) -> bool:
    return chosen.media_type == JSON or chosen.media_type.endswith("+json")


def _varied() -> bool:
    return bool(request.query_string) and (_wants_expansion() or _argument("prettyprint") in TRUTHY)


def _argument(name: str) -> str:
    """A query argument; most requests have none, and asking Werkzeug for what is not there is slow."""
    return request.args.get(name, "") if request.query_string else ""


def _wants_expansion() -> bool:
    return _argument("expand") in TRUTHY


def _with_expansion(item: Any, body: bytes) -> bytes:
    block = orjson.dumps({"expanded": expanded(state().repository, item.data, the_actor())})
    return body.rstrip()[:-1] + b"," + block[1:]


def _vary(response: Response, chosen: Chosen) -> Response:
    add_vary(response, *(("Accept",) if chosen.representation.name == PLAIN else ("Accept", "Accept-Language")))
    return response
