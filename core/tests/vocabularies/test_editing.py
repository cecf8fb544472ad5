"""Administrators change single terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from muniment.access.actor import ANONYMOUS, SYSTEM, Actor, person
from muniment.audit.models import AuditEntry
from muniment.errors import Conflict, NotFound, PermissionDenied, RevisionMismatch, ValidationFailed
from muniment.repository import Repository
from muniment.vocabularies.service import VocabularyService

Write = Callable[..., None]
PINK = {"id": "pink", "title": {"en": "Pink", "de": "Rosa"}, "tags": ["warm"], "props": {"rgb": "fcc"}}


@pytest.fixture
def service(colours: VocabularyService, write_colours: Write) -> VocabularyService:
    write_colours(red="Red", blue="Blue")
    colours.load()
    return colours


def test_a_term_is_added_at_the_end(service: VocabularyService) -> None:
    term = service.create(SYSTEM, "colours", {**PINK, "links": {}, "type": "colours"})
    assert (term.id, term.title, term.tags, term.props, term.revision) == (
        "pink", {"en": "Pink", "de": "Rosa"}, ("warm",), {"rgb": "fcc"}, 1,
    )  # fmt: skip
    assert [found.id for found in service.search("colours", sort="bestmatch").terms] == ["red", "blue", "pink"]
    assert [found.id for found in service.search("colours", suggest="rosa").terms] == ["pink"]


def test_an_id_is_taken_once(service: VocabularyService) -> None:
    with pytest.raises(ValidationFailed) as error:
        service.create(SYSTEM, "colours", {"id": "red", "title": {"en": "Again"}})
    assert error.value.errors[0].field == "id"
    assert service.get("colours", "red").title == {"en": "Red"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": None}, "id"),
        ({"id": "a b"}, "id"),
        ({"id": ".."}, "id"),
        ({"id": "x" * 192}, "id"),
        ({"title": None}, "title"),
        ({"title": {}}, "title"),
        ({"title": {"en": ["Pink"]}}, "title.en"),
        ({"title": {"en": "x" * 10_001}}, "title.en"),
        ({"description": {"EN": "x"}}, "description.EN"),
        ({"props": []}, "props"),
        ({"props": {str(number): "" for number in range(101)}}, "props"),
        ({"tags": {}}, "tags"),
        ({"tags": [1]}, "tags.0"),
        ({"tags": ["t"] * 101}, "tags"),
        ({"icon": "x" * 101}, "icon"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(service: VocabularyService, change: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationFailed) as error:
        service.create(SYSTEM, "colours", {**PINK, **change})
    assert {problem.field for problem in error.value.errors} == {field}
    with pytest.raises(NotFound):
        service.get("colours", "pink")


def test_all_mistakes_are_said_at_once(service: VocabularyService) -> None:
    with pytest.raises(ValidationFailed) as error:
        service.create(SYSTEM, "colours", {"icon": 1, "tags": 1})
    assert {problem.field for problem in error.value.errors} == {"id", "title", "icon", "tags"}


def test_a_change_replaces_everything_but_the_id(service: VocabularyService) -> None:
    service.create(SYSTEM, "colours", PINK)
    term = service.update(SYSTEM, "colours", "pink", {"id": "other", "title": {"en": "Rose"}})
    assert (term.id, term.title, term.tags, term.props, term.revision) == ("pink", {"en": "Rose"}, (), {}, 2)
    assert service.get("colours", "pink") == term
    assert service.search("colours", suggest="rosa").total == 0


def test_of_two_changes_of_one_revision_the_second_is_refused(service: VocabularyService) -> None:
    service.update(SYSTEM, "colours", "red", {"title": {"en": "Scarlet"}}, revision=1)
    with pytest.raises(RevisionMismatch, match=r"provided\(1\) doesn't match record's one\(2\)"):
        service.update(SYSTEM, "colours", "red", {"title": {"en": "Crimson"}}, revision=1)
    with pytest.raises(RevisionMismatch):
        service.delete(SYSTEM, "colours", "red", revision=1)
    assert service.get("colours", "red").title == {"en": "Scarlet"}


def test_an_added_term_can_be_deleted_and_one_of_the_file_cannot(service: VocabularyService) -> None:
    service.create(SYSTEM, "colours", PINK)
    service.delete(SYSTEM, "colours", "pink")
    with pytest.raises(NotFound):
        service.get("colours", "pink")
    with pytest.raises(Conflict, match="'red' comes with the vocabulary 'colours'"):
        service.delete(SYSTEM, "colours", "red")
    with pytest.raises(NotFound):
        service.delete(SYSTEM, "colours", "never")


@pytest.mark.parametrize("actor", [ANONYMOUS, person(7)], ids=["visitor", "person"])
def test_only_administrators_change_terms(service: VocabularyService, actor: Actor) -> None:
    for attempt in (
        lambda: service.create(actor, "colours", PINK),
        lambda: service.update(actor, "colours", "red", {"title": {"en": "x"}}),
        lambda: service.delete(actor, "colours", "red"),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert service.get("colours", "red").revision == 1


def test_the_audit_trail_tells_who_did_what(service: VocabularyService, repository: Repository) -> None:
    actor = person(7, frozenset({"administrator"}))
    service.create(actor, "colours", PINK)
    service.update(actor, "colours", "pink", PINK)
    service.delete(actor, "colours", "pink")
    with repository.database.read() as session:
        rows = session.execute(
            select(AuditEntry.action, AuditEntry.subject_id)
            .where(AuditEntry.resource == "vocabulary:colours:pink")
            .order_by(AuditEntry.id)
        ).all()
    assert rows == [("vocabulary.create", 7), ("vocabulary.update", 7), ("vocabulary.delete", 7)]
