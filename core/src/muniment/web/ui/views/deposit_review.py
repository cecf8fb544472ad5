"""Two people, or two windows, at one draft: what differs, field by field, and the choice between both."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from muniment.errors import NotFound, RevisionMismatch
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.deposit.branches import json_value
from muniment.web.ui.deposit.differences import Difference, differences, in_words, merged
from muniment.web.ui.deposit.locating import locate
from muniment.web.ui.deposit.options import Options, shown_terms
from muniment.web.ui.deposit.page import normalised, read_request, the_shape, written
from muniment.web.ui.deposit.reading import Reading
from muniment.web.ui.deposit.shape import Node, ObjectNode
from muniment.web.ui.deposit.writing import fitted
from muniment.web.ui.language import request_language

blueprint = Blueprint("deposit_review", __name__)


@blueprint.post("/uploads/<number>/review")
@access("authenticated")
@session("required")
@keeps_form
def review(number: str) -> Response:
    """The form as it was sent, beside the draft as it is saved."""
    item = the_repository().records.read_draft(the_actor(), number)
    return review_page(read_request(the_shape(), item), number)


@blueprint.post("/uploads/<number>/resolve")
@access("authenticated")
@session("required")
@keeps_form
def resolve(number: str) -> Response:
    """Save the draft with the chosen fields; when it moved again meanwhile, ask again."""
    records = the_repository().records
    try:
        item = records.read_draft(the_actor(), number)
    except NotFound:
        return _redirect(url_for("deposit.edit", number=number))
    mine = json_value(request.form.get("mine"))
    mine = mine if isinstance(mine, dict) else {}
    chosen = {name.partition(":")[2]: value for name, value in request.form.items() if name.startswith("choose:")}
    try:
        document = merged(mine, normalised(written(item)), chosen)
        records.update_draft(the_actor(), number, document, revision=_revision())
    except RevisionMismatch:
        return _page(mine, {}, number)
    return _redirect(url_for("deposit.edit", number=number, saved=1))


def review_page(reading: Reading, number: str) -> Response:
    """The question which values are to stay; back to the form when there is nothing to choose."""
    base = json_value(request.form.get("base"))
    return _page(normalised(reading.document), base if isinstance(base, dict) else {}, number)


def _page(mine: dict[str, Any], base: dict[str, Any], number: str) -> Response:
    item = the_repository().records.read_draft(the_actor(), number)
    theirs = normalised(written(item))
    shape = the_shape()
    found = _differences(shape, mine, theirs, base)
    if not found:
        return _redirect(f"/uploads/{quote(number)}")
    page = render_template(
        "deposit/review.html",
        differences=found,
        mine=orjson.dumps(mine).decode(),
        revision=item.revision,
        number=item.id,
    )
    return make_response(page, 409)


def _differences(
    shape: ObjectNode, mine: dict[str, Any], theirs: dict[str, Any], base: dict[str, Any]
) -> list[Difference]:
    options = Options(the_repository().vocabularies, request_language())
    shown = [*shown_terms(shape, fitted(shape, mine)), *shown_terms(shape, fitted(shape, theirs))]
    titles = options.titles(set(shown))

    def describe(path: str, value: Any) -> tuple[str, tuple[str, ...]]:
        place = locate(shape, path)
        node: Node | None = place.node
        return place.label or path, in_words(node, fitted(node, value) if node is not None else value, titles)

    return differences(mine, theirs, base, describe)


def _revision() -> int | None:
    sent = request.form.get("revision", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 12 else None


def _redirect(target: str) -> Response:
    return redirect(target, 303)  # type: ignore[return-value]


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
