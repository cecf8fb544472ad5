"""Restricted means restricted: for records and for files, in reading, lists and counts."""

from __future__ import annotations

import pytest

from muniment.access.actor import ANONYMOUS
from muniment.errors import PermissionDenied
from muniment.records.requests import SearchRequest


def test_a_restricted_record_is_seen_by_its_owner_and_administrators(
    repository, make_record, ada, grace, administrator
) -> None:
    record = make_record("Restricted measurements", record_access="restricted", files_access="restricted")
    for actor in (ANONYMOUS, grace.actor):
        with pytest.raises(PermissionDenied):
            repository.records.read(actor, record.id)
        assert repository.records.search(actor, SearchRequest(q="measurements")).total == 0
    for actor in (ada.actor, administrator.actor):
        assert repository.records.read(actor, record.id).data["access"]["status"] == "restricted"
        assert repository.records.search(actor, SearchRequest(q="measurements")).total == 1


def test_restricted_files_are_not_even_listed(repository, make_record, ada, grace) -> None:
    record = make_record(files={"secret-name.csv": b"1"}, files_access="restricted")
    for actor in (ANONYMOUS, grace.actor):
        shown = repository.records.read(actor, record.id)
        assert shown.data["files"] == {"enabled": True, "order": []}
        assert b"secret-name" not in shown.body
    assert list(repository.records.read(ada.actor, record.id).data["files"]["entries"]) == ["secret-name.csv"]
    assert repository.records.search(ANONYMOUS, SearchRequest(q="secret-name")).total == 0


def test_making_a_record_restricted_takes_it_from_public_lists(repository, make_record, ada) -> None:
    record = make_record("Soon to be restricted")
    assert repository.records.search(ANONYMOUS, SearchRequest(q="soon")).total == 1
    repository.records.edit(ada.actor, record.id)
    draft = repository.records.read_draft(ada.actor, record.id).data
    draft["access"] = {"record": "restricted", "files": "restricted"}
    repository.records.update_draft(ada.actor, record.id, draft)
    repository.records.publish(ada.actor, record.id)
    assert repository.records.search(ANONYMOUS, SearchRequest(q="soon")).total == 0
    with pytest.raises(PermissionDenied):
        repository.records.read(ANONYMOUS, record.id)


def test_only_owners_see_sharing_fields(repository, make_record, ada, grace) -> None:
    record = make_record()
    assert "grants" in repository.records.read(ada.actor, record.id).data["parent"]["access"]
    assert "grants" not in repository.records.read(grace.actor, record.id).data["parent"]["access"]


def test_others_learn_nothing_about_drafts_of_a_record(repository, make_record, ada, grace) -> None:
    record = make_record()
    repository.records.edit(ada.actor, record.id)
    with pytest.raises(PermissionDenied):
        repository.records.read_draft(grace.actor, record.id)
    assert repository.records.search_user(grace.actor, SearchRequest()).total == 0


def test_my_uploads_lists_a_draft_in_place_of_its_record(repository, make_record, make_draft, ada) -> None:
    record = make_record("A published one")
    other = make_draft(title="Only a draft")
    repository.records.edit(ada.actor, record.id)
    for request in (SearchRequest(with_facets=False), SearchRequest()):
        repository.search.wait_for(repository.events.last_id())
        page = repository.records.search_user(ada.actor, request)
        assert {(hit.id, hit.is_draft) for hit in page.hits} == {(record.id, True), (other.id, True)}
        assert page.total == 2


def test_my_uploads_shows_the_draft_of_a_new_version_until_it_is_discarded(repository, make_record, ada) -> None:
    record = make_record("First version")
    draft = repository.records.new_version(ada.actor, record.id)
    repository.search.wait_for(repository.events.last_id())
    for request in (SearchRequest(with_facets=False), SearchRequest()):
        assert [hit.id for hit in repository.records.search_user(ada.actor, request).hits] == [draft.id]
    repository.records.delete_draft(ada.actor, draft.id)
    repository.search.wait_for(repository.events.last_id())
    for request in (SearchRequest(with_facets=False), SearchRequest()):
        assert [hit.id for hit in repository.records.search_user(ada.actor, request).hits] == [record.id]
