"""A new draft described as another record."""

from __future__ import annotations

import pytest

from muniment.errors import Gone, PermissionDenied

PIDS = {"doi": {"identifier": "10.1234/first", "provider": "external"}}


@pytest.mark.configuration("site", timezone="Pacific/Kiritimati")
def test_the_description_is_copied_without_what_names_one_work(repository, ada, make_record) -> None:
    metadata = {"version": "1.0", "identifiers": [{"identifier": "2026.1", "scheme": "other"}]}
    journal = {"journal:journal": {"title": "The Cryosphere"}}
    record = make_record(files={"a.txt": b"one"}, metadata=metadata, pids=PIDS, custom_fields=journal)
    copy = repository.records.duplicate(ada.actor, record.id)
    assert (copy.data["status"], copy.data["versions"]["index"], copy.data["pids"]) == ("draft", 1, {})
    assert copy.data["parent"]["id"] != record.data["parent"]["id"]
    assert copy.data["files"]["entries"] == {}
    assert copy.data["files"]["enabled"] is True
    assert copy.data["custom_fields"] == record.data["custom_fields"]
    today = repository.now().astimezone(repository.config.site.zone).date().isoformat()
    expected = {key: value for key, value in record.data["metadata"].items() if key not in ("version", "identifiers")}
    assert copy.data["metadata"] == {**expected, "publication_date": today}


def test_a_draft_can_be_a_pattern_too(repository, ada, make_draft) -> None:
    draft = make_draft(title="Unfinished")
    copy = repository.records.duplicate(ada.actor, draft.id, draft=True)
    assert copy.data["metadata"]["title"] == "Unfinished"
    assert copy.id != draft.id


def test_others_cannot_duplicate_and_deleted_records_are_no_pattern(repository, ada, grace, make_record) -> None:
    record = make_record()
    with pytest.raises(PermissionDenied):
        repository.records.duplicate(grace.actor, record.id)
    repository.records.delete(ada.actor, record.id)
    with pytest.raises(Gone):
        repository.records.duplicate(ada.actor, record.id)
