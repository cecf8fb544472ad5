"""The block `ui` of `application/vnd.inveniordm.v1+json`."""

from __future__ import annotations

from typing import Any

from muniment.testing.documents import document
from muniment.web.rest.ui_json import ui_block


def record(**metadata: Any) -> dict[str, Any]:
    data = document(metadata=metadata)
    data["metadata"]["resource_type"] = {"id": "dataset", "title": {"en": "Dataset", "de": "Datensatz"}}
    return {
        **data,
        "created": "2026-08-20T10:11:12.123456+00:00",
        "updated": "2026-08-21T10:11:12.123456+00:00",
        "versions": {"index": 2},
        "is_draft": False,
        "access": {"record": "public", "files": "public", "status": "open"},
    }


def test_dates_and_terms_are_in_the_readers_language() -> None:
    english, german = ui_block(record(), "en"), ui_block(record(), "de")
    assert english["publication_date_l10n_long"] == "May 14, 2026"
    assert german["publication_date_l10n_long"] == "14. Mai 2026"
    assert english["publication_date_l10n_medium"] == "May 14, 2026"
    assert german["resource_type"] == {"id": "dataset", "title_l10n": "Datensatz"}
    assert english["created_date_l10n_long"] == "August 20, 2026"


def test_people_name_their_affiliations_by_number() -> None:
    def person(name: str, *affiliations: dict[str, str]) -> dict[str, Any]:
        return {"person_or_org": {"type": "personal", "name": name}, "affiliations": list(affiliations)}

    block = ui_block(
        record(creators=[person("A", {"name": "X"}), person("B", {"name": "Y", "id": "1"}, {"name": "X"})]), "en"
    )
    assert block["creators"]["affiliations"] == [[1, "X", None], [2, "Y", "1"]]
    assert block["creators"]["creators"][1]["affiliations"] == [[2, "Y"], [1, "X"]]


def test_the_original_is_not_changed() -> None:
    data = record()
    before = repr(data)
    ui_block(data, "en")
    assert repr(data) == before


def test_descriptions_lose_their_tags() -> None:
    block = ui_block(
        record(
            description="<p>One &amp; <b>two</b></p>",
            dates=[{"date": "2026", "type": {"id": "other", "title": {"en": "Other"}}, "description": "<i>x</i>"}],
        ),
        "en",
    )
    assert block["description_stripped"] == "One & two"
    assert block["dates"] == [{"date": "2026", "type": {"id": "other", "title_l10n": "Other"}, "description": "x"}]


def test_the_version_is_the_authors_else_the_number() -> None:
    assert ui_block(record(version="2.1.0"), "en")["version"] == "2.1.0"
    assert ui_block(record(), "en")["version"] == "v2"


def test_a_licence_and_its_summary() -> None:
    block = ui_block(
        record(rights=[{"id": "cc-by-4.0", "title": {"en": "CC BY"}, "description": {"en": "Share"}, "icon": "cc"}]),
        "de",
    )
    assert block["rights"] == [{"id": "cc-by-4.0", "icon": "cc", "title_l10n": "CC BY", "description_l10n": "Share"}]


def test_where_a_work_appeared() -> None:
    data = record()
    data["custom_fields"] = {
        "journal:journal": {"title": "Polar Notes", "volume": "3", "issue": "2", "pages": "1-9", "issn": "1234-5679"},
        "imprint:imprint": {"title": "Book", "place": "Bergen", "isbn": "978"},
        "thesis:university": "Tromsø",
        "meeting:meeting": {"title": "Ice Days"},
    }
    block = ui_block(data, "en")
    assert block["publishing_information"] == {
        "journal": "Polar Notes, 3(2), 1-9, ISSN: 1234-5679",
        "imprint": "Book, Bergen, ISBN: 978",
        "thesis": "Tromsø",
    }
    assert block["conference"] == {"title": "Ice Days"}


def test_access_is_said_in_words() -> None:
    data = record()
    data["access"] = {
        "record": "public", "files": "restricted", "status": "embargoed",
        "embargo": {"active": True, "until": "2027-01-01"},
    }  # fmt: skip
    status = ui_block(data, "en")["access_status"]
    assert (status["id"], status["title_l10n"], status["embargo_date_l10n"]) == (
        "embargoed",
        "Embargoed",
        "January 1, 2027",
    )


def test_an_empty_draft_has_a_block_too() -> None:
    block = ui_block({"metadata": {}, "is_draft": True}, "en")
    assert block["is_draft"] is True
    assert "publication_date_l10n_long" not in block


def test_values_of_a_wrong_kind_do_not_break_it() -> None:
    ui_block({"metadata": {"rights": ["x", None], "languages": [None], "resource_type": "x"}, "access": None}, "en")
