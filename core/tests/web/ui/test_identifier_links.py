"""Links of identifiers."""

from __future__ import annotations

import pytest

from muniment.web.ui.identifier_links import identifier_view, web_address


@pytest.mark.parametrize(
    ("identifier", "scheme", "name", "href"),
    [
        ("10.5281/zenodo.1", "doi", "DOI", "https://doi.org/10.5281/zenodo.1"),
        ("0000-0002-1825-0097", "orcid", "ORCID", "https://orcid.org/0000-0002-1825-0097"),
        ("4030656", "geonames", "GeoNames", "https://www.geonames.org/4030656"),
        ("https://example.org/x", "url", "URL", "https://example.org/x"),
        ("2026.001", "other", "", ""),
        ("https://example.org/x", "guid", "GUID", "https://example.org/x"),
        ("javascript:alert(1)", "url", "URL", ""),
        ("javascript:alert(1)", "other", "", ""),
        ("", "doi", "DOI", ""),
        ("not a doi", "doi", "DOI", ""),
    ],
)
def test_identifiers_lead_to_web_addresses_or_nowhere(identifier: str, scheme: str, name: str, href: str) -> None:
    view = identifier_view(identifier, scheme)
    assert (view.scheme_name, view.href) == (name, href)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        " javascript:x",
        "data:text/html,x",
        "//evil.example",
        "/path",
        "https://a b",
        'https://a"onx=',
        "ftp://x",
        "",
    ],
)
def test_only_http_addresses_become_links(text: str) -> None:
    assert web_address(text) == ""
