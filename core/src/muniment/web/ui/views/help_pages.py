"""Help: what there is, how to deposit, and the reference of the API made from its OpenAPI document."""

from __future__ import annotations

from typing import Final, cast

import orjson
from flask import Blueprint, current_app, render_template, url_for
from werkzeug.exceptions import NotFound as PageNotFound

from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state
from muniment.web.rest.openapi import document_bytes
from muniment.web.ui.api_reference.view import Reference, reference

blueprint = Blueprint("help", __name__, url_prefix="/help")

_EXTENSION: Final = "muniment_api_reference"

#: From nothing to a published record, to be pasted into a shell. A test carries it out.
DEPOSIT: Final = """\
api=SITE/api/records
json() { curl -s -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' "$@"; }

draft=$(json "$api" -d '{"files": {"enabled": true}, "metadata": {
  "title": "Sea ice drift", "resource_type": {"id": "dataset"}, "publication_date": "2026-05-14",
  "creators": [{"person_or_org": {"type": "personal", "family_name": "Lovelace", "given_name": "Ada"}}]}}')
id=$(printf '%s' "$draft" | python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')

json "$api/$id/draft/files" -d '[{"key": "data.csv"}]'
curl -s -X PUT -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/octet-stream' \\
  "$api/$id/draft/files/data.csv/content" --data-binary @data.csv
json -X POST "$api/$id/draft/files/data.csv/commit"
json -X POST "$api/$id/draft/actions/publish\""""


@blueprint.get("")
@access("public")
@session("optional")
def index() -> str:
    return render_template("help/index.html")


@blueprint.get("/deposit")
@access("public")
@session("optional")
def deposit() -> str:
    """How to deposit, with the limits of this site."""
    config = state().repository.config
    return render_template("help/deposit.html", files=config.files, records=config.records)


@blueprint.get("/api")
@access("public")
@session("optional")
def api() -> str:
    """How to begin with the API, and what there is."""
    url = state().repository.config.site.url
    has_tokens = "account_tokens.tokens" in current_app.view_functions
    return render_template(
        "help/api.html",
        reference=_reference(),
        url=url,
        deposit=DEPOSIT.replace("SITE", url),
        tokens_href=url_for("account_tokens.tokens" if has_tokens else "account_settings.profile"),
    )


@blueprint.get("/api/shapes")
@access("public")
@session("optional")
def api_shapes() -> str:
    """The objects that requests and answers are made of."""
    return render_template("help/api_shapes.html", reference=_reference())


@blueprint.get("/api/<slug>")
@access("public")
@session("optional")
def api_group(slug: str) -> str:
    """The operations on one subject."""
    found = _reference().group(slug)
    if found is None:
        raise PageNotFound("The API has no operations under this name.")
    return render_template("help/api_group.html", reference=_reference(), group=found)


def _reference() -> Reference:
    """Made once for each application: its routes do not change."""
    known = current_app.extensions.get(_EXTENSION)
    if known is None:
        document = orjson.loads(document_bytes(current_app))
        known = current_app.extensions[_EXTENSION] = reference(document, state().repository.config.site.url)
    return cast(Reference, known)


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
