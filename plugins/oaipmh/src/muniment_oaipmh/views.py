"""The address that harvesters ask, and the stylesheet with which a browser shows the answers."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request

from muniment.api import BlueprintSpec, access, session

if TYPE_CHECKING:
    from muniment_oaipmh.plugin import Plugin

_XML: Final = "text/xml; charset=utf-8"
_WORTH_PACKING: Final = 1000
#: Three quarters of an answer go at a fifth of what the best compression costs.
_LEVEL: Final = 1


def interface(plugin: Plugin) -> BlueprintSpec:
    pages = Blueprint("oaipmh", __name__, template_folder="templates")

    @pages.route("/oai2d", methods=["GET", "POST"])
    @access("public")
    @session("none")
    def answer() -> Response:
        """Every request is answered with 200, errors of the protocol too: harvesters look for those in the XML."""
        pairs = [*request.args.items(multi=True), *request.form.items(multi=True)]
        return _packed(Response(plugin.provider.answer(pairs).encode("utf-8"), content_type=_XML))

    @pages.get("/oai2d/style.xsl")
    @access("public")
    @session("optional")
    def style() -> Response:
        return Response(render_template("oaipmh/style.xsl"), content_type="text/xsl; charset=utf-8")

    return BlueprintSpec(pages, "root")


def _packed(response: Response) -> Response:
    response.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings["gzip"] > 0 and (response.content_length or 0) >= _WORTH_PACKING:
        response.set_data(gzip.compress(response.get_data(), _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
