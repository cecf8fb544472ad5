"""Custom fields on their way through a repository: deposited, published, shown, and kept while the plugin is off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from muniment.records.schemas import MetadataFields
from muniment.repository import Repository
from muniment.testing.documents import document

if TYPE_CHECKING:
    from muniment.testing.people import Person

SENT = {
    "journal:journal": {"title": "Nature", "issn": "0028-0836"},
    "code:programmingLanguage": [{"id": "python"}],
}


@pytest.mark.hook("register_metadata_fields")
def test_fields_are_published_with_titles_of_their_terms(make_record: Callable[..., Any]) -> None:
    shown = orjson.loads(make_record(custom_fields=SENT).body)["custom_fields"]
    assert shown["journal:journal"] == SENT["journal:journal"]
    assert shown["code:programmingLanguage"] == [{"id": "python", "title": {"en": "Python"}}]


def test_wrong_fields_are_named_and_refuse_nothing(repository: Repository, ada: Person) -> None:
    sent = document(
        custom_fields={"journal:journal": {"title": "N", "issn": "1"}, "code:developmentStatus": {"id": "x"}}
    )
    draft = repository.records.create(ada.actor, sent)
    assert {problem["field"] for problem in draft.errors} == {
        "custom_fields.journal:journal.issn",
        "custom_fields.code:developmentStatus.id",
    }
    assert orjson.loads(draft.body)["custom_fields"] == {"journal:journal": {"title": "N"}}


def test_fields_of_absent_plugins_are_hidden_and_kept(
    repository: Repository, open_repository: Callable[..., Repository], ada: Person
) -> None:
    number = repository.records.create(ada.actor, document(custom_fields=SENT)).id
    without = open_repository()
    # What a generation without the plugin knows; built-in plugins cannot be switched off.
    without.fields = MetadataFields()
    assert orjson.loads(without.records.read_draft(ada.actor, number).body)["custom_fields"] == {}
    without.records.update_draft(ada.actor, number, document("Another title", custom_fields={}))
    draft = orjson.loads(repository.records.read_draft(ada.actor, number).body)
    assert draft["metadata"]["title"] == "Another title"
    assert draft["custom_fields"]["journal:journal"] == SENT["journal:journal"]
