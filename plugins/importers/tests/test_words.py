"""Languages, licences, resource types and identifiers are found by the names that people use for them."""

from __future__ import annotations

import pytest

from muniment.api import KnownTerms
from muniment_importers import identifiers, languages, licences, resource_types
from muniment_importers.values import Losses


@pytest.mark.parametrize(
    ("written", "expected"),
    [("en", "eng"), ("eng", "eng"), ("EN", "eng"), ("en-US", "eng"), ("en_GB", "eng"), ("English", "eng"),
     ("GERMAN", "deu"), ("ger", "deu"), ("fre", "fra"), ("fr-CH", "fra"), ("zh", "zho"), ("gre", "ell"),
     ("zxx", "zxx"), ("xx", None), ("Klingon", None), ("", None), ("it", None)],
)  # fmt: skip
def test_languages(written: str, expected: str | None, known: KnownTerms) -> None:
    assert languages.language(written, known) == expected


@pytest.mark.parametrize(
    ("written", "expected"), [("de", "de"), ("deu", "de"), ("ger", "de"), ("gsg", "en"), ("", "en")]
)
def test_localised_texts_have_two_letter_codes(written: str, expected: str) -> None:
    assert languages.alpha_2(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://creativecommons.org/licenses/by/4.0/legalcode", "cc-by-4.0"),
        ("http://creativecommons.org/licenses/by/4.0/deed.en_US", "cc-by-4.0"),
        ("https://creativecommons.org/licenses/by/4.0", "cc-by-4.0"),
        ("http://creativecommons.org/licenses/by/3.0/us", "cc-by-3.0-us"),
        ("http://creativecommons.org/licenses/publicdomain/zero/1.0", "cc0-1.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/legalcode", "cc0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "cc-pdm-1.0"),
        ("CC BY 4.0", "cc-by-4.0"),
        ("CC-BY-NC-SA 4.0 International", "cc-by-nc-sa-4.0"),
        ("CC-BY-4.0", "cc-by-4.0"),
        ("MIT", "mit"),
        ("https://opensource.org/licenses/MIT", "mit"),
        ("https://spdx.org/licenses/Apache-2.0.html", "apache-2.0"),
        ("http://www.apache.org/licenses/LICENSE-2.0", "apache-2.0"),
    ],
)
def test_licences(written: str, expected: str, known: KnownTerms) -> None:
    assert licences.licence_id(known, written) == expected


@pytest.mark.parametrize(
    "written",
    ["CC-BY", "Open Access", "https://creativecommons.org/licenses/by/9.9/", "http://www.springer.com/tdm", "",
     "http://creativecommons.org/licenses/by/3.0/de", "Default License"],
)  # fmt: skip
def test_what_names_no_licence_of_ours(written: str, known: KnownTerms) -> None:
    assert licences.licence_id(known, written) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [("info:eu-repo/semantics/openAccess", "open"), ("Open Access", "open"), ("Closed Access", "closed"),
     ("info:eu-repo/semantics/restrictedAccess", "restricted"), ("CC BY", None)],
)  # fmt: skip
def test_statements_of_access_are_no_licences(written: str, expected: str | None) -> None:
    assert licences.access_statement(written) == expected


@pytest.mark.parametrize(
    ("general", "specific", "expected"),
    [
        ("Dataset", None, "dataset"),
        ("Text", "Journal Article", "publication-article"),
        ("Text", "JournalArticle", "publication-article"),
        ("Text", "Thesis (PhD)", "publication-dissertation"),
        ("Other", "Thesis (PhD)", "publication-dissertation"),
        ("Text", None, "publication"),
        ("JournalArticle", "", "publication-article"),
        ("Image", "Photo", "image-photo"),
        ("Dataset", "Figures/Plots", "dataset"),
        ("Film", None, "video"),
        ("", "Poster", "poster"),
        ("", "Dataset", "dataset"),
    ],
)
def test_resource_types_of_datacite(general: str, specific: str | None, expected: str) -> None:
    types = {"resourceTypeGeneral": general, "resourceType": specific}
    assert resource_types.from_datacite(types, Losses()) == expected


@pytest.mark.parametrize("general", ["", "Service", "Collection", "Something new"])
def test_types_without_counterpart_are_other_and_reported(general: str) -> None:
    losses = Losses()
    assert resource_types.from_datacite({"resourceTypeGeneral": general}, losses) == "other"
    assert [loss.field for loss in losses.result()] == ["types.resourceTypeGeneral"]


def test_free_text_that_says_more_than_its_type_is_reported() -> None:
    losses = Losses()
    resource_types.from_datacite({"resourceTypeGeneral": "Dataset", "resourceType": "Folktale"}, losses)
    assert [loss.field for loss in losses.result()] == ["types.resourceType"]
    losses = Losses()
    resource_types.from_datacite({"resourceTypeGeneral": "Dataset", "resourceType": "dataset"}, losses)
    assert losses.result() == ()


def test_types_of_other_sites_fall_back_to_their_kind(known: KnownTerms) -> None:
    losses = Losses()
    assert resource_types.known_type("publication-blogpost", "types", known, losses) == "publication-other"
    assert resource_types.known_type("hologram", "types", known, losses) == "other"
    assert len(losses.result()) == 2


@pytest.mark.parametrize(
    ("value", "scheme", "expected"),
    [
        ("https://doi.org/10.1000/AbC", "DOI", {"identifier": "10.1000/AbC", "scheme": "doi"}),
        ("10.1000/abc", "", {"identifier": "10.1000/abc", "scheme": "doi"}),
        ("https://example.org/x", "", {"identifier": "https://example.org/x", "scheme": "url"}),
        ("ABC-1", "", {"identifier": "ABC-1", "scheme": "other"}),
        ("2018AGUFM.A24K..07S", "bibcode", {"identifier": "2018AGUFM.A24K..07S", "scheme": "ads"}),
        ("0A9 2002 12B4A105 7", "ISTC", {"identifier": "0A9 2002 12B4A105 7", "scheme": "istc"}),
        ("IECUR0097", "IGSN", {"identifier": "IECUR0097", "scheme": "igsn"}),
    ],
)
def test_identifiers_of_works(value: str, scheme: str, expected: dict[str, str]) -> None:
    losses = Losses()
    assert identifiers.work(value, scheme, "identifiers.0", losses) == expected
    assert losses.result() == ()


def test_identifiers_of_a_strange_scheme_are_kept_and_reported() -> None:
    losses = Losses()
    assert identifiers.work("4711", "Publisher ID", "identifiers.0", losses) == {
        "identifier": "4711",
        "scheme": "other",
    }
    assert "Publisher ID" in losses.result()[0].reason


def test_identifiers_of_a_wrong_form_are_left_out_or_kept_as_addresses() -> None:
    losses = Losses()
    assert identifiers.work("10.5194/gmd- 9- 1747-2016", "DOI", "relatedIdentifiers.0", losses) is None
    address = "http://cocoon.huma-num.fr/exist/crdo/ark:/87895/1.17-676681"
    assert identifiers.work(address, "ARK", "identifiers.0", losses) == {"identifier": address, "scheme": "url"}
    assert len(losses.result()) == 2


@pytest.mark.parametrize(
    ("value", "scheme", "expected"),
    [
        ("https://orcid.org/0000-0002-1825-0097", "ORCID", {"scheme": "orcid", "identifier": "0000-0002-1825-0097"}),
        ("0000-0002-1825-0097", "http://orcid.org", {"scheme": "orcid", "identifier": "0000-0002-1825-0097"}),
        ("http://orcid.org/0000-0002-1825-0097", "", {"scheme": "orcid", "identifier": "0000-0002-1825-0097"}),
        ("0000-0003-1419-2407", "ORCID", None),
        ("https://ror.org/04wxnsj81", "ROR", {"scheme": "ror", "identifier": "04wxnsj81"}),
        ("E-1234-2010", "ResearcherID", None),
    ],
)
def test_identifiers_of_people(value: str, scheme: str, expected: dict[str, str] | None) -> None:
    losses = Losses()
    assert identifiers.person_or_org(value, scheme, "creators.0", losses) == expected
    assert bool(losses.result()) == (expected is None)
