"""Where an identifier leads, and how its scheme is called beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from muniment.identifiers import IdentifierSchemes

_SCHEMES = IdentifierSchemes()

#: Schemes that stand in records without being in the metadata schema.
_ELSEWHERE = {
    "geonames": ("GeoNames", "https://www.geonames.org/{}"),
    "swhid": ("SWHID", "https://archive.softwareheritage.org/{}"),
    "oai": ("OAI", ""),
}

_WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f<>\"]+", re.IGNORECASE)


@dataclass(frozen=True)
class IdentifierView:
    """An identifier to show. `href` is an http(s) address or ""; `scheme_name` is "" where there is none to name."""

    identifier: str
    scheme: str
    scheme_name: str
    href: str


def web_address(text: str) -> str:
    """`text` if it is an http(s) address, else "": nothing else becomes a link (`javascript:`, `data:`)."""
    return text if _WEB_ADDRESS.fullmatch(text.strip()) else ""


def identifier_address(identifier: str, scheme: str) -> str:
    """The http(s) address of an identifier, or ""."""
    value = identifier.strip()
    if address := web_address(value):
        return address
    _name, pattern = _ELSEWHERE.get(scheme, ("", ""))
    if value and pattern:
        return pattern.format(quote(value, safe=":;="))
    return web_address(_SCHEMES.url(scheme, value))


def scheme_name(scheme: str) -> str:
    if scheme in ("other", ""):
        return ""
    known = _SCHEMES.get(scheme)
    return known.title if known is not None else _ELSEWHERE.get(scheme, (scheme.upper(), ""))[0]


def identifier_view(identifier: object, scheme: object) -> IdentifierView:
    text, name = str(identifier or ""), str(scheme or "").lower()
    return IdentifierView(text, name, scheme_name(name), identifier_address(text, name))
