"""Identifier schemes: detection, checks, normal forms, addresses, and schemes of plugins."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.identifiers import IdentifierScheme, IdentifierSchemes, Use

SCHEMES = IdentifierSchemes()

RECORD_SCHEMES = {
    "ark", "arxiv", "ads", "crossreffunderid", "cstr", "doi", "ean13", "eissn", "grid", "handle", "igsn", "isbn",
    "isni", "issn", "istc", "lissn", "lsid", "pmid", "purl", "rrid", "upc", "url", "urn", "wikidata", "w3id", "other",
}  # fmt: skip


def test_the_schemes_of_inveniordm_are_allowed_where_it_allows_them() -> None:
    assert set(SCHEMES.for_use("record")) == RECORD_SCHEMES
    assert set(SCHEMES.for_use("related")) == RECORD_SCHEMES
    assert set(SCHEMES.for_use("person", "organization")) == {"orcid", "isni", "gnd", "ror"}
    assert set(SCHEMES.for_use("location")) == {"wikidata", "geonames"}
    assert set(SCHEMES.for_use("award")) == {"url", "doi"}


@pytest.mark.parametrize(
    ("value", "scheme"),
    [
        ("10.5281/zenodo.1234", "doi"),
        ("https://doi.org/10.5281/zenodo.1234", "doi"),
        ("arXiv:2101.00001", "arxiv"),
        ("hep-th/9901001", "arxiv"),
        ("978-3-16-148410-0", "isbn"),
        ("2077-9550", "issn"),
        ("urn:nbn:de:101:1-201102033592", "urn"),
        ("urn:lsid:ubio.org:namebank:11815", "lsid"),
        ("https://example.org/data", "url"),
        ("http://purl.org/dc/terms/", "purl"),
        ("ark:/13030/qt1234567", "ark"),
        ("2014Sci...346..123B", "ads"),
        ("2014ApJ...781..123B", "ads"),
        ("4006381333931", "ean13"),
        ("17251", "pmid"),
        ("Q42", "wikidata"),
        ("RRID:AB_90755", "rrid"),
        ("hdl:20.500.12345/678", "handle"),
    ],
)
def test_record_identifiers_are_recognised(value: str, scheme: str) -> None:
    assert SCHEMES.detect(value, "record") == scheme
    assert SCHEMES.is_valid(scheme, value)


@pytest.mark.parametrize(
    ("value", "scheme"),
    [
        ("0000-0001-8135-3489", "orcid"),
        ("https://www.orcid.org/0000-0001-8135-3489", "orcid"),
        ("0000 0001 2156 142X", "isni"),
        ("118540238", "gnd"),
        ("https://ror.org/01ggx4157", "ror"),
        ("01ggx4158", None),
        ("10.5281/zenodo.1234", None),
        ("some text", None),
        ("", None),
    ],
)
def test_identifiers_of_people_are_recognised(value: str, scheme: str | None) -> None:
    assert SCHEMES.detect(value, "person", "organization") == scheme


@pytest.mark.parametrize(
    ("scheme", "value", "normal", "address"),
    [
        ("doi", "https://doi.org/10.5281/Zenodo.1", "10.5281/Zenodo.1", "https://doi.org/10.5281/Zenodo.1"),
        ("DOI", "doi: 10.1002/a<1::b>3.0;2-#", "10.1002/a<1::b>3.0;2-#", "https://doi.org/10.1002/a%3C1::b%3E3.0;2-%23"),
        ("orcid", "0000000181353489", "0000-0001-8135-3489", "https://orcid.org/0000-0001-8135-3489"),
        ("isni", "0000 0001 2156 142X", "000000012156142X", "https://isni.org/isni/000000012156142X"),
        ("gnd", "118540238", "gnd:118540238", "https://d-nb.info/gnd/118540238"),
        ("gnd", "gnd:118540238", "gnd:118540238", "https://d-nb.info/gnd/118540238"),
        ("ror", "https://ror.org/01GGX4157", "01ggx4157", "https://ror.org/01ggx4157"),
        ("arxiv", "2101.00001v2", "arXiv:2101.00001v2", "https://arxiv.org/abs/arXiv:2101.00001v2"),
        ("isbn", "3-16-148410-X", "978-3-16-148410-0", ""),
        ("eissn", "20779550", "2077-9550", "https://portal.issn.org/resource/ISSN/2077-9550"),
        ("bibcode", "ads:2014ApJ...781..123B", "2014ApJ...781..123B", "https://ui.adsabs.harvard.edu/abs/2014ApJ...781..123B"),
        ("hdl", "hdl:20.500.12345/678", "20.500.12345/678", "https://hdl.handle.net/20.500.12345/678"),
        ("urn", "URN:nbn:de:101:1-201102033592", "urn:nbn:de:101:1-201102033592", "https://nbn-resolving.org/urn:nbn:de:101:1-201102033592"),
        ("urn", "urn:isbn:123", "urn:isbn:123", ""),
        ("crossreffunderid", "501100000780", "501100000780", "https://doi.org/10.13039/501100000780"),
        ("crossreffunderid", "10.13039/501100000780", "10.13039/501100000780", "https://doi.org/10.13039/501100000780"),
        ("geonames", "2657896", "2657896", "https://www.geonames.org/2657896"),
        ("wikidata", "Q42", "Q42", "https://www.wikidata.org/entity/Q42"),
        ("url", "https://example.org/a b?x=%20#y", "https://example.org/a b?x=%20#y", ""),
        ("url", "https://example.org/a\"b?x=%20#y", "https://example.org/a\"b?x=%20#y", "https://example.org/a%22b?x=%20#y"),
        ("grid", "grid.9132.9", "grid.9132.9", ""),
        ("pmid", "https://pubmed.ncbi.nlm.nih.gov/17251/", "17251", "https://pubmed.ncbi.nlm.nih.gov/17251/"),
        ("ean13", "4006381333931", "4006381333931", ""),
        ("ror", "01ggx4158", "01ggx4158", ""),
        ("nonsense", "x", "x", ""),
    ],
)  # fmt: skip
def test_normal_forms_and_addresses(scheme: str, value: str, normal: str, address: str) -> None:
    assert SCHEMES.normalize(scheme, value) == normal
    assert SCHEMES.url(scheme, value) == address


@pytest.mark.parametrize(
    "value",
    [
        "javascript://example.org/%0aalert(1)",
        "data://x/y",
        "JavaScript://x",
        "vbscript://a/b",
        "file://host/etc/passwd",
    ],
)
def test_addresses_that_run_code_are_no_urls(value: str) -> None:
    assert not SCHEMES.is_valid("url", value)
    assert SCHEMES.detect(value, "record") != "url"
    assert all(SCHEMES.url(scheme.name, value).startswith(("", "https://")) for scheme in SCHEMES)


def test_a_scheme_of_a_plugin_comes_before_more_general_ones() -> None:
    marine = IdentifierScheme(
        "edmo",
        "EDMO",
        lambda value: re.fullmatch(r"https://edmo\.seadatanet\.org/report/\d+", value) is not None,
        url=lambda value: value,
        uses=frozenset({"organization", "record"}),
    )
    more = SCHEMES.extended([marine])
    address = "https://edmo.seadatanet.org/report/1"
    assert more.detect(address, "record") == "edmo"
    assert more.detect(address, "organization") == "edmo"
    assert more.url("edmo", address) == address
    assert SCHEMES.detect(address, "record") == "url"


def test_two_schemes_of_one_name_are_an_error_that_names_both() -> None:
    other = IdentifierScheme("hdl", "Another handle", lambda value: True)
    with pytest.raises(ValueError, match="'Another handle' and 'Handle' both claim 'hdl'"):
        SCHEMES.extended([other])


def test_names_are_lower_case() -> None:
    with pytest.raises(ValueError, match="lower case"):
        IdentifierSchemes([IdentifierScheme("EDMO", "EDMO", lambda value: True)])


def test_long_values_are_no_identifiers() -> None:
    value = "https://example.org/" + "a" * 4000
    assert SCHEMES.detect(value, "record") is None
    assert not SCHEMES.is_valid("url", value)
    assert SCHEMES.url("url", value) == ""


_PIECES = st.sampled_from(
    [
        "http://",
        "[",
        "]",
        "10.",
        "/",
        "urn:",
        "x",
        "0",
        "9",
        "X",
        "-",
        " ",
        "@",
        ".",
        ":",
        "é",
        "٣",
        "\ud800",
        "\x00",
        "％",
        "#",
        "ark:/",
    ]
)
_USES: list[Use] = ["record", "person", "location", "award"]


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(_PIECES, max_size=20).map("".join)))
def test_no_text_breaks_the_schemes(value: str) -> None:
    for use in _USES:
        name = SCHEMES.detect(value, use)
        assert name is None or SCHEMES.is_valid(name, value)
    for scheme in SCHEMES:
        normal = SCHEMES.normalize(scheme.name, value)
        if SCHEMES.is_valid(scheme.name, value):
            assert SCHEMES.normalize(scheme.name, normal) == normal
            assert SCHEMES.is_valid(scheme.name, normal)
        address = SCHEMES.url(scheme.name, value)
        assert address == "" or re.fullmatch(r"(?i)(https?|ftp)://[^\s\"<>\x00-\x1f]+", address)
