"""Landing page addresses of identifiers: percent-encoded, so that they are safe in pages and headers."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlsplit

#: Kept as they are in a path; all else (quotes, angle brackets, spaces, `?`, `#`, ...) is percent-encoded.
_SAFE = "/:;,()@!$*+=~._-"
_WEB = ("http", "https", "ftp")


def address(template: str) -> Callable[[str], str]:
    """A function that puts the identifier into a template such as ``https://doi.org/{}``."""

    def build(value: str) -> str:
        return template.format(quote(value, safe=_SAFE))

    return build


def own_address(value: str) -> str:
    """The identifier itself when it is a web address (percent-encoded where needed), else nothing."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    if parts.scheme.lower() not in _WEB or not parts.netloc:
        return ""
    return quote(value, safe=_SAFE + "%?#&'[]")


def own_or(template: str) -> Callable[[str], str]:
    """The identifier itself when it is a web address, else the template filled in."""
    build = address(template)

    def either(value: str) -> str:
        return own_address(value) or build(value)

    return either


def urn_address(value: str) -> str:
    """The resolver of national bibliography numbers; other URN namespaces have none."""
    return address("https://nbn-resolving.org/{}")(value) if value.lower().startswith("urn:nbn:") else ""


def funder_address(value: str) -> str:
    """Funder ids of Crossref are DOIs below 10.13039, often written without that prefix."""
    return address("https://doi.org/{}")(value if value.startswith("10.") else f"10.13039/{value}")


def geonames_address(value: str) -> str:
    return own_address(value) or (address("https://www.geonames.org/{}")(value) if value.isdecimal() else "")
