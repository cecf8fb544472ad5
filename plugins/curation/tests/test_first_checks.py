"""What each check finds, and what communities can set for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from muniment.api import OutgoingClient, Repository
from muniment.testing.partners import Answered, Asked, played
from muniment_curation.check_settings import CheckSettings
from muniment_curation.checks import CheckSubject
from muniment_curation.link_check import links

pytestmark = pytest.mark.plugins("requests", "communities", "curation")


def found(
    repository: Any, check: str, metadata: dict[str, Any], *files: str, **parameters: tuple[str, ...]
) -> list[Any]:
    """Fields and messages."""
    declared = CheckSettings(repository).declared[check]
    given = {one.name: parameters.get(one.name, one.default) for one in declared.parameters}
    subject = CheckSubject("1", {"metadata": metadata}, files, given, repository)
    return [(finding.field, finding.english) for finding in declared.run(subject)]


def test_required_fields(repository: Repository) -> None:
    asked = ("description", "version", "subjects")
    assert found(repository, "curation-fields", {"version": "1", "subjects": []}, fields=asked) == [
        ("metadata.description", "Describe it: the community asks for a description."),
        ("metadata.subjects", "Name keywords: the community asks for them."),
    ]


def test_licences(repository: Repository) -> None:
    def fields(*rights: dict[str, Any]) -> list[str]:
        metadata = {"rights": list(rights)} if rights else {}
        return [field for field, _ in found(repository, "curation-licence", metadata, licences=("cc0-1.0",))]

    assert fields() == ["metadata.rights"]
    assert fields({"id": "cc0-1.0"}) == []
    assert fields({"id": "cc0-1.0"}, {"id": "mit"}, {"title": {"en": "My own"}}) == [
        "metadata.rights.1",
        "metadata.rights.2",
    ]


def test_formats(repository: Repository) -> None:
    def names(*files: str) -> list[str]:
        return [message for _, message in found(repository, "curation-formats", {}, *files, endings=("csv", ".tar.gz"))]

    assert names("a.CSV", "b.tar.gz", "folder/c.csv") == []
    assert "b.xlsx" in names("a.csv", "b.xlsx")[0]
    assert "csv" in names("csv")[0], "a name that is all ending has none"
    assert names(*(f"{place}.doc" for place in range(8)))[-1] == "And 3 more files."


def test_people_and_organizations(repository: Repository) -> None:
    ada = {"type": "personal", "name": "Lovelace, Ada", "identifiers": [{"scheme": "orcid", "identifier": "x"}]}
    grace = {"type": "personal", "name": "Hopper, Grace"}
    lab = {"type": "organizational", "name": "A Laboratory"}
    metadata = {
        "creators": [
            {"person_or_org": ada, "affiliations": [{"id": "01ggx4157"}, {"name": "Engines"}]},
            {"person_or_org": grace},
        ],
        "contributors": [{"person_or_org": lab}],
    }
    assert found(repository, "curation-identifiers", metadata) == [
        ("metadata.creators.0", "Engines has no ROR here."),
        ("metadata.creators.1", "Hopper, Grace has no ORCID iD here."),
        ("metadata.contributors.0", "A Laboratory has no ROR here."),
    ]


@pytest.mark.parametrize("metadata", [{}, {"creators": None}, {"creators": ["x"]}, {"rights": 3}, {"description": 7}])
def test_unfinished_drafts_are_checked_too(metadata: dict[str, Any], repository: Repository) -> None:
    for check in CheckSettings(repository).declared:
        if metadata.get("rights") != 3:
            found(repository, check, metadata)


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A server: HEAD is an error, some pages are gone, others want a password."""
    answers = {"/here": 200, "/gone": 410, "/missing": 404, "/broken": 500, "/locked": 403}

    def answer(asked: Asked) -> Answered:
        if asked.path == "/moved":
            return Answered(301, headers={"Location": "/here"})
        return Answered(answers[asked.path])

    with played(answer) as url:
        yield url


def test_links(repository: Repository, elsewhere: str) -> None:
    repository.__dict__["outgoing"] = OutgoingClient([elsewhere.removeprefix("http://")])
    named = "".join(f'<a href="{elsewhere}/{name}">x</a>' for name in ("here", "gone", "locked", "moved"))
    metadata = {
        "description": f'<p>{named}<a href="http://169.254.169.254/">x</a><a href="mailto:a@example.org">x</a></p>',
        "related_identifiers": [
            {"scheme": "doi", "identifier": "10.5072/x"},
            {"scheme": "url", "identifier": f"{elsewhere}/missing"},
            {"scheme": "url", "identifier": f"{elsewhere}/here"},
        ],
    }
    assert found(repository, "curation-links", metadata) == [
        ("metadata.description", f"{elsewhere}/gone answers with an error (410)."),
        ("metadata.description", "http://169.254.169.254/ leads into a private network, where nobody else gets."),
        ("metadata.related_identifiers.1", f"{elsewhere}/missing answers with an error (404)."),
    ]
    many = {"description": "".join(f'<a href="http://example.org/{place}">x</a>' for place in range(200))}
    assert len(links(CheckSubject("1", {"metadata": many}, (), {}, repository))) == 50
