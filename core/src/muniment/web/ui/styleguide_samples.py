"""Invented things that the style guide shows components with."""

from __future__ import annotations

from typing import Any

from muniment.web.ui.files_view import FilesView, files_view
from muniment.web.ui.histogram import Histogram, histogram
from muniment.web.ui.people_view import PeopleView, people_view
from muniment.web.ui.previews import PreviewView, preview_view
from muniment.web.ui.search_view import Address, Pagination, ResultView, pagination, result_view

_FILES = {
    "drift.zip": {"size": 41_123_456_789, "checksum": "md5:9f2c0d1e", "mimetype": "application/zip"},
    "README.md": {"size": 12345, "checksum": "md5:03aa71c2", "mimetype": "text/markdown"},
    "tables/2016/january.csv": {"size": 8812, "checksum": "md5:c410aa07", "mimetype": "text/csv"},
}

RECORD: dict[str, Any] = {
    "id": "1042",
    "created": "2026-05-14T09:12:33+00:00",
    "updated": "2026-06-02T10:00:00+00:00",
    "is_published": True,
    "is_draft": False,
    "versions": {"index": 3, "is_latest": True},
    "access": {"record": "public", "files": "public", "status": "open", "embargo": {"active": False}},
    "files": {"enabled": True, "entries": {key: {"key": key, **entry} for key, entry in _FILES.items()}},
    "metadata": {
        "title": "Hourly sea-ice drift vectors for the Fram Strait",
        "resource_type": {"id": "dataset", "title": {"en": "Dataset"}},
        "publication_date": "2026-05-14",
        "version": "2.1",
        "description": "<p>Vectors on a grid of three kilometres, each with its uncertainty.</p>",
        "creators": [
            {
                "person_or_org": {
                    "name": "Adeyemi, Ngozi",
                    "family_name": "Adeyemi",
                    "given_name": "Ngozi",
                    "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                },
                "affiliations": [{"name": "Norwegian Polar Institute", "id": "03avf6522"}],
            },
            {
                "person_or_org": {"name": "Bakke, Ingrid", "family_name": "Bakke", "given_name": "Ingrid"},
                "affiliations": [{"name": "Universidad de Concepción"}],
            },
        ],
    },
}


def samples(locale: str) -> dict[str, Any]:
    """What specimens are given by name."""
    return {
        "people": _people(locale),
        "many": _many(locale),
        "files": _files(locale),
        "table_preview": _preview("table", "january.csv", b"time,speed\n2016-01-01,1.5\n2016-01-02,1.7\n"),
        "text_preview": _preview("text", "README.md", b"# Drift vectors\n\nOne file for each month.\n"),
        "published": _result(locale),
        "closed": _result(locale, access={"status": "restricted"}, versions={"index": 2, "is_latest": False}),
        "draft": _result(locale, is_draft=True, is_published=False),
        "pages": _pages(),
        "years": _years(),
        "chosen_years": _years("2010..2019"),
        "one_year": histogram("publication_date", [("2026", 12)], Address("/search", [("publication_date", "2026")])),
    }


def _people(locale: str) -> PeopleView:
    return people_view(RECORD["metadata"]["creators"], locale)


def _many(locale: str) -> PeopleView:
    one = RECORD["metadata"]["creators"][1]
    return people_view([{**one, "affiliations": [{"name": f"Institute {number % 5}"}]} for number in range(60)], locale)


def _files(locale: str) -> FilesView:
    return files_view(RECORD, "/records/1042", locale, False)


def _preview(kind: str, name: str, content: bytes) -> PreviewView | None:
    return preview_view(kind, name, content, True, short=True)


def _result(locale: str, **changes: Any) -> ResultView:
    return result_view({**RECORD, **changes}, locale)


def _pages() -> Pagination:
    return pagination(480, 4, 15, Address("/search", [("q", "ice")]))


def _years(*chosen: str) -> Histogram | None:
    counts = [(str(year), (year * 7919) % 41) for year in range(1987, 2027)]
    return histogram("publication_date", counts, Address("/search", [("publication_date", value) for value in chosen]))
