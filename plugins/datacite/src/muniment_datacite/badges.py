"""Badges of DOIs for READMEs and web pages, at the addresses that Zenodo gives them.

A badge is drawn from its address alone: it says nothing of whether there is such a record, and costs no query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _
from markupsafe import Markup, escape

from muniment.api import BlueprintSpec, Fragment, NotFound, access, session
from muniment_datacite.settings import TEST_PREFIX

#: A DOI that fits on a badge. Control characters have no place in XML, directional marks none in a DOI.
_DOI: Final = re.compile(r"10\.\d{4,9}/[!-~\u00a1-\u1fff\u3041-\ufdcf]{1,120}")
#: One day: a badge never changes, but its look may with a new release.
_KEPT: Final = "public, max-age=86400"
_POLICY: Final = "default-src 'none'; sandbox"
_HEIGHT: Final = 20
_PADDING: Final = 7
_NARROW: Final = frozenset("./:;,'|!()[]ijlft1-")
_WIDE: Final = frozenset("mwMW@%")


@dataclass(frozen=True)
class Snippet:
    """The badge in one notation, to be copied."""

    id: str
    notation: str
    text: str


def badge_pages() -> BlueprintSpec:
    """`/badge/doi/DOI.svg`, and in the capitals that older READMEs have."""
    badges = Blueprint("datacite_badges", __name__)

    @badges.get("/badge/<any(doi, DOI):_kind>/<path:doi>.svg")
    @access("public")
    @session("none")
    def badge(_kind: str, doi: str) -> Response:
        if not _DOI.fullmatch(doi):
            raise NotFound("There are badges of DOIs only, such as /badge/doi/10.1234/abc.svg.")
        answer = Response(drawn(doi), content_type="image/svg+xml; charset=utf-8")
        answer.headers["Cache-Control"] = _KEPT
        answer.headers["Content-Security-Policy"] = _POLICY
        return answer

    return BlueprintSpec(badges, "root")


def drawn(doi: str) -> str:
    """The badge as SVG. Test DOIs are called so, since a badge stands where no page explains it."""
    label = "test DOI" if doi.startswith(f"{TEST_PREFIX}/") else "DOI"
    left, right = _width(label), _width(doi)
    width = left + right + 4 * _PADDING
    middle = left + 2 * _PADDING
    name = escape(f"{label}: {doi}")
    fitted = 'y="14" lengthAdjust="spacingAndGlyphs"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" role="img" aria-label="{name}">'
        f"<title>{name}</title>"
        f'<clipPath id="c"><rect width="{width}" height="{_HEIGHT}" rx="4"/></clipPath>'
        f'<g clip-path="url(#c)"><path fill="#57534c" d="M0 0h{middle}v{_HEIGHT}H0z"/>'
        f'<path fill="#0b5c6b" d="M{middle} 0h{width - middle}v{_HEIGHT}H{middle}z"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">'
        f'<text x="{_PADDING}" {fitted} textLength="{left}">{label}</text>'
        f'<text x="{middle + _PADDING}" {fitted} textLength="{right}">{escape(doi)}</text>'
        "</g></svg>\n"
    )


def _width(text: str) -> int:
    """Pixels that a text takes in 11-point Verdana, as near as a badge needs it."""
    widths = (
        4.4 if letter in _NARROW else 10.2 if letter in _WIDE else 11 if letter > "\u2e80" else 7 for letter in text
    )
    return round(sum(widths))


def fragments(record: Any, site: str) -> list[Fragment]:
    """What stands below the citation of a published record: its badges, and how to show them elsewhere."""
    dois = [(_("This version"), record.doi, "version"), (_("All versions"), record.concept_doi, "all")]
    found = [(title, doi, snippets(doi, site, name)) for title, doi, name in dois if _DOI.fullmatch(doi)]
    if not found or record.is_draft:
        return []
    return [Fragment(Markup(render_template("datacite/badges.html", badges=found, path=path)), order=200)]


def path(doi: str) -> str:
    """The address of a badge on this site."""
    return f"/badge/doi/{quote(doi, safe='/:;()')}.svg"


def snippets(doi: str, site: str, name: str) -> list[Snippet]:
    """The badge of a DOI in the notations of READMEs and web pages; `name` sets their ids apart."""
    image, target = f"{site}{path(doi)}", f"https://doi.org/{quote(doi, safe='/:;')}"
    # Parentheses would end an address in Markdown.
    marked = [address.replace("(", "%28").replace(")", "%29") for address in (image, target)]
    return [
        Snippet(f"badge-{name}-markdown", "Markdown", f"[![DOI]({marked[0]})]({marked[1]})"),
        Snippet(f"badge-{name}-rst", "reStructuredText", f".. image:: {image}\n   :target: {target}\n   :alt: DOI"),
        Snippet(
            f"badge-{name}-html", "HTML", str(Markup('<a href="{}"><img src="{}" alt="DOI"></a>').format(target, image))
        ),
        Snippet(f"badge-{name}-image", _("Address of the image"), image),
    ]
