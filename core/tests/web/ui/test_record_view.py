"""View models of record pages."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.web.ui.files_view import FolderView, files_view, preview_kind
from muniment.web.ui.people_view import SHOWN_NAMES, people_view, reading_name
from muniment.web.ui.record_view import record_view, version_views

Json = dict[str, Any]


def test_a_full_record_gives_everything_that_the_page_shows(record: Json) -> None:
    view = record_view(record, "de")
    assert (view.href, view.title, view.version, view.date) == (
        "/records/1042",
        "Hourly sea-ice drift vectors",
        "2.1",
        "14. Mai 2026",
    )
    assert (view.kind.title, view.kind.icon, view.access.status) == ("Datensatz", "database", "open")
    assert view.doi_href == "https://doi.org/10.5072/rr.8k2f-9q41"
    assert view.concept_doi == "10.5072/rr.8k2f"
    assert [(licence.short, licence.href) for licence in view.licences] == [
        ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
    ]
    assert [(one.kind, one.date, one.note) for one in view.dates] == [
        ("Coverage", "1. Januar 2016 – Dezember 2025", "all scenes")
    ]
    assert [(grant.funder, grant.number, grant.href) for grant in view.funding] == [
        ("European Commission", "101122956", "https://example.org/grant")
    ]
    assert [(place.name, place.coordinates) for place in view.places] == [("Fram Strait", "79° N, 0,5° E")]
    assert [(relation, works[0].identifier.href) for relation, works in view.related] == [
        ("Is supplement to", "https://doi.org/10.5194/tc-20-1123-2026")
    ]
    assert [group.domain for group in view.field_groups] == ["journal", "code"]
    assert view.further_descriptions[0].language == "en"
    assert view.languages == ("Englisch",)
    assert view.language == "en"


def test_an_empty_draft_is_a_page_too() -> None:
    view = record_view(
        {"id": "7", "is_draft": True, "errors": [{"field": "metadata.title", "messages": ["Missing."]}]}, "en"
    )
    assert (view.title, view.creators.people, view.files.state) == ("", (), "none")


@pytest.mark.parametrize(
    "junk", [None, 3, "text", [], ["text", None, 5], {"a": 1}, [{}], [{"identifier": None, "person_or_org": 4}]]
)
@pytest.mark.parametrize(
    "field",
    [
        *("creators", "contributors", "rights", "subjects", "languages", "dates", "funding", "identifiers"),
        *("related_identifiers", "references", "locations", "additional_titles", "additional_descriptions"),
        *("sizes", "formats", "resource_type", "title", "description", "publication_date", "version", "publisher"),
    ],
)
def test_nothing_that_a_field_may_hold_breaks_the_page(record: Json, field: str, junk: object) -> None:
    record["metadata"][field] = junk
    assert record_view(record, "en").id == "1042"


def test_people_share_numbered_affiliations_and_carry_their_marks(record: Json) -> None:
    people = people_view(record["metadata"]["creators"], "en")
    first, second, third = people.people
    assert (first.name, first.orcid, first.affiliations) == (
        "Ngozi Adeyemi",
        "https://orcid.org/0000-0002-1825-0097",
        (1, 2),
    )
    assert (second.affiliations, second.role) == ((2,), "Supervisor")
    assert third.organisation
    assert [(one.number, one.name, one.ror) for one in people.affiliations] == [
        (1, "Norwegian Polar Institute", "https://ror.org/03avf6522"),
        (2, "Universidad de Concepción", ""),
    ]


def test_long_author_lists_are_folded_but_a_single_name_never_is() -> None:
    def creators(count: int) -> list[Json]:
        return [
            {"person_or_org": {"type": "personal", "family_name": f"Name{number}", "name": "x"}}
            for number in range(count)
        ]

    assert len(people_view(creators(SHOWN_NAMES + 2), "en").folded) == 0
    many = people_view(creators(3000), "en")
    assert (len(many.shown), len(many.folded)) == (SHOWN_NAMES, 3000 - SHOWN_NAMES)


@pytest.mark.parametrize(
    ("person", "name"),
    [
        ({"type": "personal", "family_name": "Lovelace", "given_name": "Ada"}, "Ada Lovelace"),
        ({"type": "personal", "family_name": "山田", "given_name": "太郎"}, "山田太郎"),
        ({"type": "personal", "family_name": "Plato"}, "Plato"),
        ({"type": "organizational", "name": "CERN"}, "CERN"),
        ({"name": "Adeyemi, Ngozi"}, "Adeyemi, Ngozi"),
    ],
)
def test_names_read_as_on_a_title_page(person: Json, name: str) -> None:
    assert reading_name(person) == name


def _keys(folder: FolderView) -> list[str]:
    return [file.key for file in folder.walk()]


def test_files_form_a_tree_without_hidden_ones(record: Json) -> None:
    files = files_view(record, "/records/1042", "en")
    assert files.state == "listed"
    assert set(_keys(files.root)) == {"drift.zip", "README.md", "tables/2016/january.csv"}
    assert files.root.folders["tables"].folders["2016"].files[0].download_href == (
        "/records/1042/files/tables/2016/january.csv?download=1"
    )
    assert files.default is not None
    assert files.default.key == "README.md"


def test_the_depositor_chooses_the_file_that_is_shown(record: Json) -> None:
    record["files"]["default_preview"] = "tables/2016/january.csv"
    chosen = files_view(record, "/records/1042", "en").default
    assert chosen is not None
    assert chosen.key == "tables/2016/january.csv"


def test_a_path_of_a_hundred_folders_is_still_a_readable_tree(record: Json) -> None:
    key = "/".join(["d"] * 100) + "/x.txt"
    record["files"]["entries"] = {key: {"key": key, "size": 1}}
    depth, folder = 0, files_view(record, "/records/1042", "en").root
    while folder.folders:
        (folder,) = folder.folders.values()
        depth += 1
    assert depth == 8
    assert folder.files[0].key == key


@pytest.mark.parametrize(
    ("files", "access", "state"),
    [
        ({"enabled": False}, {}, "disabled"),
        ({"enabled": True}, {"files": "restricted"}, "restricted"),
        ({"enabled": True}, {"files": "public"}, "none"),
        ({"enabled": True, "entries": {}}, {"files": "public"}, "none"),
    ],
)
def test_the_page_says_why_there_are_no_files(record: Json, files: Json, access: Json, state: str) -> None:
    record.update(files=files, access=access)
    assert files_view(record, "/records/1042", "en").state == state


def test_draft_files_are_reached_as_draft_files(record: Json) -> None:
    files = files_view(record, "/records/1042", "en", preview=True)
    assert all("preview=1" in file.href and "preview=1" in file.download_href for file in files.all())
    assert files.archive_href.endswith("?preview=1")


@pytest.mark.parametrize(
    ("key", "mimetype", "kind"),
    [
        ("a.png", "image/png", "image"),
        ("a.svg", "image/svg+xml", "text"),
        ("a.png", "text/html", ""),
        ("a.html", "image/png", "text"),
        ("a.csv", "text/html", "table"),
        ("paper.PDF", "application/pdf", "pdf"),
        ("README", "", "text"),
        ("a.exe", "application/octet-stream", ""),
    ],
)
def test_previews_follow_the_name_never_the_claimed_type_alone(key: str, mimetype: str, kind: str) -> None:
    assert preview_kind(key, mimetype) == kind


def test_addresses_of_files_are_encoded(record: Json) -> None:
    record["files"]["entries"] = {'a b?#"<.txt': {"size": 1}}
    (file,) = files_view(record, "/records/1042", "en").all()
    assert file.href == "/records/1042/files/a%20b%3F%23%22%3C.txt"


def test_versions_are_named_and_the_present_one_is_marked(record: Json) -> None:
    other = {"id": "1000", "versions": {"index": 1}, "metadata": {"publication_date": "2025-03"}}
    views = version_views([record, other], "1042", "en_GB")
    assert [(view.label, view.date, view.current) for view in views] == [
        ("v2.1", "14 May 2026", True),
        ("v1", "Mar 2025", False),
    ]
