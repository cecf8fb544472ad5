"""Versions belong together; deletion leaves a tombstone and can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.errors import Gone, InvalidRequest, NotFound, ParentRedirect, PermissionDenied, ValidationFailed
from muniment.records.items import OpenDrafts
from muniment.records.requests import SearchRequest


@pytest.fixture
def two_versions(repository, make_record, ada):
    first = make_record("Versions of one thing", files={"a.txt": b"one"}, metadata={"version": "1.0"})
    draft = repository.records.new_version(ada.actor, first.id)
    repository.records.import_files(ada.actor, draft.id)
    second = repository.records.publish(ada.actor, draft.id)
    return first, second


def test_a_new_version_starts_from_the_latest(repository, make_record, ada) -> None:
    record = make_record(files={"a.txt": b"one"}, metadata={"version": "1.0"})
    draft = repository.records.new_version(ada.actor, record.id).data
    assert draft["id"] != record.id
    assert draft["parent"]["id"] == record.parent_id
    assert draft["versions"]["index"] == 2
    assert draft["status"] == "new_version_draft"
    assert "version" not in draft["metadata"]
    assert draft["metadata"]["publication_date"] == repository.now().date().isoformat()
    assert draft["files"]["count"] == 0
    assert repository.records.new_version(ada.actor, record.id).id == draft["id"]


def test_the_latest_version_is_marked_listed_and_led_to(repository, two_versions) -> None:
    first, second = two_versions
    records = repository.records
    assert records.read(ANONYMOUS, first.id).data["versions"] == {"index": 1, "is_latest": False}
    assert records.read(ANONYMOUS, second.id).data["versions"] == {"index": 2, "is_latest": True}
    assert records.latest(ANONYMOUS, first.id) == second.id
    assert [hit.id for hit in records.versions(ANONYMOUS, first.id).hits] == [second.id, first.id]
    with pytest.raises(ParentRedirect) as caught:
        records.read(ANONYMOUS, first.parent_id)
    assert caught.value.latest_id == second.id


def test_a_page_of_versions_reads_no_other_versions(repository, two_versions, ada, sql_statements) -> None:
    first, second = two_versions
    pages = [repository.records.versions(ada.actor, second.parent_id, page, 1) for page in (1, 2, 3)]
    assert [[hit.id for hit in page.hits] for page in pages] == [[second.id], [first.id], []]
    assert [page.total for page in pages] == [2, 2, 2]
    assert sum("LIMIT" in statement for statement in sql_statements) == 3


def test_versions_are_listed_for_those_who_may_see_them(repository, two_versions, ada, grace) -> None:
    first, second = two_versions
    draft = repository.records.edit(ada.actor, first.id).data
    draft["access"] = {"record": "restricted", "files": "restricted"}
    repository.records.update_draft(ada.actor, first.id, draft)
    repository.records.publish(ada.actor, first.id)
    for actor, expected in ((ada.actor, [second.id, first.id]), (grace.actor, [second.id]), (ANONYMOUS, [second.id])):
        page = repository.records.versions(actor, second.id)
        assert ([hit.id for hit in page.hits], page.total) == (expected, len(expected))


def test_lists_show_the_latest_version_unless_asked_for_all(repository, two_versions) -> None:
    first, second = two_versions
    page = repository.records.search(ANONYMOUS, SearchRequest(q="versions"))
    assert [hit.id for hit in page.hits] == [second.id]
    page = repository.records.search(ANONYMOUS, SearchRequest(q="versions", all_versions=True))
    assert {hit.id for hit in page.hits} == {first.id, second.id}


def test_files_are_imported_once_and_only_into_an_empty_draft(repository, make_record, ada) -> None:
    record = make_record(files={"a.txt": b"one", "deep/b.txt": b"two"})
    draft = repository.records.new_version(ada.actor, record.id)
    snapshot = repository.records.import_files(ada.actor, draft.id)
    assert {entry.key for entry in snapshot.entries} == {"a.txt", "deep/b.txt"}
    with pytest.raises(InvalidRequest, match="remove all files first"):
        repository.records.import_files(ada.actor, draft.id)


def test_a_new_version_knows_whether_its_files_are_those_of_the_one_before(repository, make_record, ada, grace) -> None:
    record = make_record(files={"a.txt": b"one", "deep/b.txt": b"two"})
    draft = repository.records.new_version(ada.actor, record.id)
    same = repository.records.has_files_of_previous
    assert not same(ada.actor, draft.id), "it has none yet"
    repository.records.import_files(ada.actor, draft.id)
    assert same(ada.actor, draft.id)
    repository.files.delete(ada.actor, draft.id, "a.txt")
    assert not same(ada.actor, draft.id)
    repository.files.add(ada.actor, draft.id, "a.txt", b"other")
    assert not same(ada.actor, draft.id)
    repository.files.delete(ada.actor, draft.id, "a.txt")
    repository.files.add(ada.actor, draft.id, "a.txt", b"one")
    assert same(ada.actor, draft.id), "sent again, they are the same"
    with pytest.raises(PermissionDenied):
        same(grace.actor, draft.id)
    edited = repository.records.edit(ada.actor, record.id)
    assert not same(ada.actor, edited.id)
    assert not same(ada.actor, repository.records.create(ada.actor, {}).id)


def test_deletion_leaves_a_tombstone(repository, make_record, administrator) -> None:
    record = make_record("Withdrawn paper")
    repository.records.delete(administrator.actor, record.id, {"removal_reason": {"id": "retracted"}, "note": "Wrong."})
    with pytest.raises(Gone) as caught:
        repository.records.read(ANONYMOUS, record.id)
    tombstone = caught.value.tombstone
    assert tombstone["removal_reason"] == {"id": "retracted"}
    assert tombstone["note"] == "Wrong."
    assert "Withdrawn paper" in tombstone["citation_text"]
    assert tombstone["removed_by"] == {"user": str(administrator.subject)}
    assert repository.records.search(ANONYMOUS, SearchRequest(q="withdrawn")).total == 0


def test_an_invisible_tombstone_is_not_found(repository, make_record) -> None:
    record = make_record()
    repository.records.delete(SYSTEM, record.id, {"removal_reason": {"id": "spam"}, "is_visible": False})
    with pytest.raises(NotFound):
        repository.records.read(ANONYMOUS, record.id)


def test_restoring_brings_everything_back(repository, make_record) -> None:
    record = make_record("Comes back", files={"a.txt": b"one"})
    repository.records.delete(SYSTEM, record.id)
    restored = repository.records.restore(SYSTEM, record.id)
    assert restored.data["files"]["count"] == 1
    assert "tombstone" not in repository.records.read(ANONYMOUS, record.id).data
    assert repository.records.search(ANONYMOUS, SearchRequest(q="comes back")).total == 1
    with pytest.raises(InvalidRequest, match="deletion status"):
        repository.records.restore(SYSTEM, record.id)


def test_without_its_latest_version_the_one_before_is_the_latest(repository, two_versions) -> None:
    first, second = two_versions
    repository.records.delete(SYSTEM, second.id)
    assert repository.records.read(ANONYMOUS, first.id).data["versions"]["is_latest"] is True
    assert repository.records.latest(ANONYMOUS, first.id) == first.id
    assert [hit.id for hit in repository.records.search(ANONYMOUS, SearchRequest(q="versions")).hits] == [first.id]
    repository.records.restore(SYSTEM, second.id)
    assert repository.records.read(ANONYMOUS, first.id).data["versions"]["is_latest"] is False


@pytest.mark.parametrize(
    ("tombstone", "field"),
    [
        ({"removal_reason": {"id": "boredom"}}, "removal_reason.id"),
        ({"removal_reason": "spam"}, "removal_reason.id"),
        ({"note": 3}, "note"),
        ({"note": "x" * 6000}, "note"),
        ({"is_visible": "yes"}, "is_visible"),
    ],
)
def test_a_tombstone_is_checked(repository, make_record, tombstone, field) -> None:
    record = make_record()
    with pytest.raises(ValidationFailed) as caught:
        repository.records.delete(SYSTEM, record.id, tombstone)
    assert [problem.field for problem in caught.value.errors] == [field]
    assert repository.records.read(ANONYMOUS, record.id).id == record.id


def test_owners_delete_only_while_it_is_fresh(repository, make_record, ada, grace) -> None:
    old, fresh = make_record("old"), make_record("fresh")
    with pytest.raises(PermissionDenied):
        repository.records.delete(grace.actor, fresh.id)
    repository.records.delete(ada.actor, fresh.id)
    later = repository.now() + timedelta(days=31)
    repository.database.now = lambda: later
    with pytest.raises(PermissionDenied):
        repository.records.delete(ada.actor, old.id)


def test_a_parent_can_be_read_but_not_changed(repository, make_record, administrator) -> None:
    parent = make_record().parent_id
    with pytest.raises(ParentRedirect):
        repository.records.read(administrator.actor, parent)
    for act in (repository.records.delete, repository.records.edit, repository.records.new_version):
        with pytest.raises(NotFound):
            act(administrator.actor, parent)


def test_what_is_being_worked_on_is_told_to_those_who_may_edit(repository, ada, grace, make_record) -> None:
    record = make_record(files={"a.txt": b"one"})
    assert repository.records.open_drafts(ada.actor, record.id) == OpenDrafts(edit=False, version="")
    repository.records.edit(ada.actor, record.id)
    version = repository.records.new_version(ada.actor, record.id)
    assert repository.records.open_drafts(ada.actor, record.id) == OpenDrafts(edit=True, version=version.id)
    with pytest.raises(PermissionDenied):
        repository.records.open_drafts(grace.actor, record.id)
