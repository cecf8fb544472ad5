"""The address that harvesters ask, and the page on which people see what those get."""

from __future__ import annotations

import gzip
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from xml.etree import ElementTree

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import BlueprintSpec, access, session
from muniment_oaipmh.moments import shown

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
    def answer() -> BaseResponse:
        """Every request is answered with 200, errors of the protocol too: harvesters look for those in the XML.

        Whoever opens the address in a browser is led to the page. Browsers alone say that they navigate; what
        harvesters accept tells nothing, since some of them ask for HTML first.
        """
        pairs = [*request.args.items(multi=True), *request.form.items(multi=True)]
        if request.headers.get("Sec-Fetch-Mode") == "navigate":
            response: BaseResponse = redirect(f"{url_for('oaipmh.browse')}?{urlencode(pairs)}")
        else:
            response = _packed(Response(plugin.provider.answer(pairs).encode("utf-8"), content_type=_XML))
        response.vary.update(("Accept-Encoding", "Sec-Fetch-Mode"))
        return response

    @pages.get("/oai2d/browse")
    @access("public")
    @session("optional")
    def browse() -> str:
        provider = plugin.provider
        found = provider.ask(list(request.args.items(multi=True)) or [("verb", "Identify")])
        token = provider.writer.token(found) if found.resumption else ""
        return render_template(
            "oaipmh/answer.html", answer=found, base=provider.identity.base, token=token, fields=fields_of
        )

    pages.add_app_template_filter(shown, "oai_moment")
    return BlueprintSpec(pages, "root")


def fields_of(metadata: str) -> list[tuple[str, list[str]]]:
    """What a record says in a format, whichever: the names of elements that hold a text, with those that follow each
    other under one name."""
    elements = (one for one in ElementTree.fromstring(metadata).iter() if one.text and one.text.strip())
    named = [(one.tag.rpartition("}")[2], (one.text or "").strip()) for one in elements]
    return [(name, [value for _, value in values]) for name, values in groupby(named, key=itemgetter(0))]


def _packed(response: Response) -> Response:
    if request.accept_encodings["gzip"] > 0 and (response.content_length or 0) >= _WORTH_PACKING:
        response.set_data(gzip.compress(response.get_data(), _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
