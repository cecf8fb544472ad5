"""Replacing the files of a published record: who may, until when, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as changed
from datetime import timedelta
from typing import Any

import pytest

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.access.labels import labels_given
from muniment.errors import Conflict, Gone, InvalidRequest, NotFound, PermissionDenied, ValidationFailed
from muniment.files.additions import NewFile
from muniment.files.models import StoredObject
from muniment.files.rows import LATE
from muniment.records.models import RecordRevision
from muniment.records.requests import SearchRequest

allowed = pytest.mark.configuration("records", file_modification_days=30, file_modification_publish_days=15)


@pytest.fixture
def later(repository: Any) -> Callable[..., None]:
    """Lets time pass for the repository."""
    real = repository.database.now

    def shift(**duration: float) -> None:
        repository.database.now = lambda: real() + timedelta(**duration)

    return shift


def replace(repository: Any, actor: Any, number: str, **files: bytes) -> None:
    """Give files of an open draft other contents."""
    present = {entry.key for entry in repository.files.listing(actor, number, draft=True).snapshot.entries}
    for key, content in files.items():
        if key in present:
            repository.files.delete(actor, number, key)
        repository.files.add(actor, number, key, content)


def contents(repository: Any, actor: Any, number: str, *, draft: bool = False) -> dict[str, bytes]:
    found = {}
    for entry in repository.files.listing(actor, number, draft=draft).snapshot.entries:
        with repository.files.download(actor, number, entry.key, draft=draft).open() as handle:
            found[entry.key] = handle.read()
    return found


def trail(repository: Any, number: str) -> list[tuple[str, dict[str, Any]]]:
    found = repository.audit.entries(resource=f"record:{number}")
    return [(entry.action, entry.details) for entry in found if entry.action.startswith("record.files")]


@allowed
def test_the_owner_replaces_files_under_the_same_identifiers(repository: Any, ada: Any, make_record: Any) -> None:
    record = make_record(files={"a.txt": b"old", "b.txt": b"goes", "c.txt": b"stays"})
    draft = repository.records.modify_files(ada.actor, record.id)
    assert (draft.id, draft.is_draft) == (record.id, True)
    replace(repository, ada.actor, record.id, **{"a.txt": b"newer", "d.txt": b"comes"})
    repository.files.delete(ada.actor, record.id, "b.txt")
    assert contents(repository, ANONYMOUS, record.id) == {"a.txt": b"old", "b.txt": b"goes", "c.txt": b"stays"}
    before = repository.records.read(ANONYMOUS, record.id)
    repository.records.publish(ada.actor, record.id)
    after = repository.records.read(ANONYMOUS, record.id)
    assert contents(repository, ANONYMOUS, record.id) == {"a.txt": b"newer", "c.txt": b"stays", "d.txt": b"comes"}
    assert (after.data["pids"], after.data["versions"]) == (before.data["pids"], before.data["versions"])
    assert after.etag != before.etag
    assert after.data["files"]["entries"]["a.txt"]["size"] == 5
    assert after.data["files"]["entries"]["a.txt"]["checksum"] != before.data["files"]["entries"]["a.txt"]["checksum"]
    assert trail(repository, record.id)[0] == (
        "record.files_changed",
        {"revision": after.revision, "added": 1, "removed": 1, "replaced": 1},
    )


@allowed
def test_lists_and_events_know_of_the_new_files(repository: Any, ada: Any, make_record: Any) -> None:
    record = make_record("Sediments", files={"a.txt": b"old"})
    repository.records.modify_files(ada.actor, record.id)
    replace(repository, ada.actor, record.id, **{"a.txt": b"newer"})
    last = repository.events.last_id()
    repository.records.publish(ada.actor, record.id)
    (hit,) = repository.records.search(ANONYMOUS, SearchRequest(q="sediments")).hits
    assert hit.data["files"]["entries"]["a.txt"]["size"] == 5
    published = [event for event in repository.events.read_after(last, 100) if event.name == "record.published"]
    assert [event.payload["first"] for event in published] == [False]


@allowed
def test_the_edition_before_shows_the_files_that_it_had(
    repository: Any, ada: Any, administrator: Any, make_record: Any
) -> None:
    record = make_record(files={"a.txt": b"old"})
    repository.records.edit(ada.actor, record.id)
    repository.records.publish(ada.actor, record.id)  # an edition of the description alone before it
    repository.records.modify_files(ada.actor, record.id)
    replace(repository, ada.actor, record.id, **{"a.txt": b"newer", "b.txt": b"b"})
    repository.records.publish(ada.actor, record.id)
    shown = [
        {key: entry["size"] for key, entry in edition["files"]["entries"].items()}
        for edition in repository.records.revisions(administrator.actor, record.id)
    ]
    assert shown == [{"a.txt": 5, "b.txt": 1}, {"a.txt": 3}, {"a.txt": 3}]
    with repository.database.read() as session:
        kept = [row.document.get("kept_files") for row in session.query(RecordRevision).order_by("revision")]
    assert [files is not None for files in kept] == [False, True]


def test_by_default_only_administrators_may(repository: Any, ada: Any, administrator: Any, make_record: Any) -> None:
    record = make_record(files={"a.txt": b"old"})
    with pytest.raises(PermissionDenied, match="cannot be changed here by its owner"):
        repository.records.modify_files(ada.actor, record.id)
    with pytest.raises(NotFound):
        repository.records.read_draft(ada.actor, record.id)  # a refusal leaves no draft
    assert repository.records.may_modify_files_until(ada.actor, record.id) is None
    assert repository.records.may_modify_files_until(administrator.actor, record.id) is not None
    repository.records.modify_files(administrator.actor, record.id)
    replace(repository, ada.actor, record.id, **{"a.txt": b"newer"})  # opened for whoever edits the record
    repository.records.publish(ada.actor, record.id)
    assert contents(repository, ANONYMOUS, record.id) == {"a.txt": b"newer"}


@allowed
def test_others_may_not(repository: Any, grace: Any, make_user: Any, make_record: Any) -> None:
    record = make_record(files={"a.txt": b"old"})
    moderator = make_user("moderator@example.org", roles=["moderator"])
    for actor in (ANONYMOUS, grace.actor, moderator.actor):
        with pytest.raises(PermissionDenied):
            repository.records.modify_files(actor, record.id)
        assert repository.records.may_modify_files_until(actor, record.id) is None
    with pytest.raises(NotFound):
        repository.records.modify_files(grace.actor, "999999999")


@allowed
def test_whoever_may_edit_but_not_manage_changes_what_the_owner_opened(
    repository: Any, ada: Any, grace: Any, make_record: Any
) -> None:
    record = make_record(files={"a.txt": b"old"})
    editor = changed(grace.actor, labels=grace.actor.labels | labels_given(int(record.parent_id), "edit"))
    with pytest.raises(PermissionDenied):
        repository.records.modify_files(editor, record.id)
    repository.records.modify_files(ada.actor, record.id)
    replace(repository, editor, record.id, **{"a.txt": b"newer"})
    assert contents(repository, ada.actor, record.id, draft=True) == {"a.txt": b"newer"}


@allowed
def test_it_has_to_begin_in_time(
    repository: Any, ada: Any, administrator: Any, make_record: Any, later: Callable[..., None]
) -> None:
    early, late = (make_record(files={"a.txt": b"old"}).id for _ in range(2))
    later(days=29, hours=23)
    repository.records.modify_files(ada.actor, early)
    later(days=30, minutes=1)
    with pytest.raises(PermissionDenied, match="for 30 days after it was published"):
        repository.records.modify_files(ada.actor, late)
    assert repository.records.may_modify_files_until(ada.actor, late) is None
    assert repository.records.modify_files(ada.actor, early).id == early  # it is open already
    repository.records.modify_files(administrator.actor, late)
    replace(repository, ada.actor, late, **{"a.txt": b"newer"})


@allowed
def test_it_has_to_be_published_in_time(
    repository: Any, ada: Any, administrator: Any, make_record: Any, later: Callable[..., None]
) -> None:
    record = make_record(files={"a.txt": b"old"})
    repository.records.modify_files(ada.actor, record.id)
    replace(repository, ada.actor, record.id, **{"a.txt": b"newer"})
    later(days=44, hours=23)
    assert repository.records.what_is_missing(ada.actor, record.id) == ()
    later(days=45, minutes=1)
    with pytest.raises(ValidationFailed) as refused:
        repository.records.publish(ada.actor, record.id)
    assert [(problem.field, problem.message) for problem in refused.value.errors] == [("files", LATE)]
    assert [problem.field for problem in repository.records.what_is_missing(ada.actor, record.id)] == ["files"]
    with pytest.raises(PermissionDenied, match="is over"):
        repository.files.add(ada.actor, record.id, "b.txt", b"b")
    with pytest.raises(PermissionDenied):
        repository.records.modify_files(ada.actor, record.id)
    repository.records.modify_files(administrator.actor, record.id)  # more time
    repository.records.publish(ada.actor, record.id)
    assert contents(repository, ANONYMOUS, record.id) == {"a.txt": b"newer"}


@allowed
def test_late_edits_whose_files_did_not_change_are_published(
    repository: Any, ada: Any, make_record: Any, later: Callable[..., None]
) -> None:
    record = make_record(files={"a.txt": b"old"})
    draft = repository.records.modify_files(ada.actor, record.id)
    later(days=60)
    document = {**draft.data, "metadata": {**draft.data["metadata"], "title": "A better title"}}
    repository.records.update_draft(ada.actor, record.id, document)
    assert repository.records.publish(ada.actor, record.id).data["metadata"]["title"] == "A better title"
    assert [action for action, _ in trail(repository, record.id)] == ["record.files_opened"]


@allowed
def test_what_is_said_about_a_file_is_late_too(
    repository: Any, ada: Any, make_record: Any, later: Callable[..., None]
) -> None:
    record = make_record(files={"a.txt": b"old"})
    repository.records.modify_files(ada.actor, record.id)
    repository.files.describe(ada.actor, record.id, "a.txt", {"access": {"hidden": True}})
    later(days=46)
    with pytest.raises(ValidationFailed):
        repository.records.publish(ada.actor, record.id)


@allowed
def test_an_edit_that_was_begun_is_opened(repository: Any, ada: Any, make_record: Any) -> None:
    record = make_record(files={"a.txt": b"old"})
    draft = repository.records.edit(ada.actor, record.id)
    document = {**draft.data, "metadata": {**draft.data["metadata"], "title": "Half done"}}
    saved = repository.records.update_draft(ada.actor, record.id, document)
    with pytest.raises(PermissionDenied, match="Make a new version"):
        repository.files.add(ada.actor, record.id, "b.txt", b"b")
    opened = repository.records.modify_files(ada.actor, record.id)
    assert (opened.data["metadata"]["title"], opened.revision) == ("Half done", saved.revision)
    repository.files.add(ada.actor, record.id, "b.txt", b"b")
    # Saving the form goes on from the revision that it was made from, and keeps the files open.
    repository.records.update_draft(ada.actor, record.id, document, saved.revision)
    repository.files.add(ada.actor, record.id, "c.txt", b"c")


@allowed
def test_a_discarded_draft_leaves_the_files_as_they_were(repository: Any, ada: Any, make_record: Any) -> None:
    record = make_record(files={"a.txt": b"old"})
    repository.records.modify_files(ada.actor, record.id)
    replace(repository, ada.actor, record.id, **{"a.txt": b"newer"})
    repository.records.delete_draft(ada.actor, record.id)
    assert contents(repository, ANONYMOUS, record.id) == {"a.txt": b"old"}
    repository.records.edit(ada.actor, record.id)
    with pytest.raises(PermissionDenied):  # the next edit begins locked
        repository.files.delete(ada.actor, record.id, "a.txt")


@allowed
def test_old_bytes_are_swept_when_nothing_uses_them(
    repository: Any, ada: Any, make_record: Any, later: Callable[..., None]
) -> None:
    record = make_record(files={"a.txt": b"old"})
    repository.records.modify_files(ada.actor, record.id)
    replace(repository, ada.actor, record.id, **{"a.txt": b"newer"})
    repository.records.publish(ada.actor, record.id)
    repository.files.sweep.run()
    later(days=8)
    repository.files.sweep.run()
    with repository.database.read() as session:
        assert [stored.size for stored in session.query(StoredObject)] == [5]
    assert contents(repository, ANONYMOUS, record.id) == {"a.txt": b"newer"}


@allowed
def test_all_that_changes_files_works_on_an_open_draft_and_on_no_other(
    repository: Any, ada: Any, make_record: Any
) -> None:
    record = make_record(files={"a.txt": b"old", "b.txt": b"b"})
    number, files = record.id, repository.files
    parts = {"type": "M", "parts": 1, "part_size": 3}
    deeds: list[Callable[[], Any]] = [
        lambda: files.declare(ada.actor, number, [{"key": "many.txt", "size": 3, "transfer": parts}]),
        lambda: files.delete(ada.actor, number, "many.txt"),
        lambda: files.resumable.create(ada.actor, number, "empty-handed.txt", 5),
        lambda: files.delete(ada.actor, number, "empty-handed.txt"),
        lambda: files.add_all(ada.actor, number, [NewFile("x.txt", b"x"), NewFile("y.txt", b"y")]),
        lambda: files.rename(ada.actor, number, "x.txt", "z.txt"),
        lambda: files.describe(ada.actor, number, "z.txt", {"metadata": {"sheet": 1}}),
        lambda: files.propose(ada.actor, number, []),
        lambda: files.delete_all(ada.actor, number),
        lambda: files.add(ada.actor, number, "last.txt", b"last"),
    ]
    repository.records.edit(ada.actor, number)
    for deed in deeds:
        with pytest.raises(PermissionDenied, match="cannot be changed"):
            deed()
    draft = repository.records.modify_files(ada.actor, number)
    for deed in deeds:
        deed()
    settings = {**draft.data["files"], "order": ["last.txt"], "default_preview": "last.txt"}
    repository.records.update_draft(ada.actor, number, {**draft.data, "files": settings})
    shown = repository.records.publish(ada.actor, number).data["files"]
    assert (list(shown["entries"]), shown["order"], shown["default_preview"]) == (
        ["last.txt"],
        ["last.txt"],
        "last.txt",
    )


@allowed
def test_media_files_are_opened_too(repository: Any, ada: Any, make_record: Any) -> None:
    record = make_record(files={"a.txt": b"a"})
    repository.records.modify_files(ada.actor, record.id)
    draft = repository.records.read_draft(ada.actor, record.id)
    repository.records.update_draft(ada.actor, record.id, {**draft.data, "media_files": {"enabled": True}})
    repository.files.additions.add(ada.actor, record.id, [NewFile("subtitles.vtt", b"WEBVTT")], "media_files")
    after = repository.records.publish(ada.actor, record.id)
    assert list(after.data["media_files"]["entries"]) == ["subtitles.vtt"]
    assert trail(repository, record.id)[0][1]["added"] == 1


@allowed
def test_the_files_of_the_version_before_can_be_taken(repository: Any, ada: Any, make_record: Any) -> None:
    first = make_record(files={"first.txt": b"1"})
    repository.records.modify_files(ada.actor, first.id)
    with pytest.raises(InvalidRequest, match="no previous version"):
        repository.records.import_files(ada.actor, first.id)
    second = repository.records.new_version(ada.actor, first.id)
    repository.files.add(ada.actor, second.id, "second.txt", b"2")
    repository.records.publish(ada.actor, second.id)
    repository.records.edit(ada.actor, second.id)
    with pytest.raises(InvalidRequest, match="no previous version"):
        repository.records.import_files(ada.actor, second.id)
    repository.records.modify_files(ada.actor, second.id)
    with pytest.raises(InvalidRequest, match="remove all files first"):
        repository.records.import_files(ada.actor, second.id)
    repository.files.delete_all(ada.actor, second.id)
    repository.records.import_files(ada.actor, second.id)
    repository.records.publish(ada.actor, second.id)
    assert contents(repository, ANONYMOUS, second.id) == {"first.txt": b"1"}
    assert contents(repository, ANONYMOUS, first.id) == {"first.txt": b"1"}


@allowed
def test_a_new_version_shares_bytes_that_an_older_one_gave_up(repository: Any, ada: Any, make_record: Any) -> None:
    first = make_record(files={"a.txt": b"shared"})
    second = repository.records.new_version(ada.actor, first.id)
    repository.records.import_files(ada.actor, second.id)
    repository.records.publish(ada.actor, second.id)
    repository.records.modify_files(ada.actor, first.id)
    replace(repository, ada.actor, first.id, **{"a.txt": b"other"})
    repository.records.publish(ada.actor, first.id)
    assert contents(repository, ANONYMOUS, second.id) == {"a.txt": b"shared"}
    assert contents(repository, ANONYMOUS, first.id) == {"a.txt": b"other"}


@allowed
def test_without_files_it_is_not_published(repository: Any, ada: Any, make_record: Any) -> None:
    record = make_record(files={"a.txt": b"old"})
    repository.records.modify_files(ada.actor, record.id)
    repository.files.delete_all(ada.actor, record.id)
    with pytest.raises(ValidationFailed):
        repository.records.publish(ada.actor, record.id)
    repository.files.declare(ada.actor, record.id, [{"key": "late.txt"}])
    with pytest.raises(ValidationFailed):
        repository.records.publish(ada.actor, record.id)


@allowed
def test_restricted_files_stay_restricted(repository: Any, ada: Any, grace: Any, make_record: Any) -> None:
    record = make_record(files={"a.txt": b"old"}, record_access="restricted")
    with pytest.raises(PermissionDenied):
        repository.records.modify_files(grace.actor, record.id)
    repository.records.modify_files(ada.actor, record.id)
    replace(repository, ada.actor, record.id, **{"a.txt": b"newer"})
    repository.records.publish(ada.actor, record.id)
    for actor in (ANONYMOUS, grace.actor):
        with pytest.raises(PermissionDenied):
            repository.files.download(actor, record.id, "a.txt")
    assert contents(repository, ada.actor, record.id) == {"a.txt": b"newer"}


@allowed
def test_of_a_deleted_record_there_is_nothing_to_open(
    repository: Any, ada: Any, administrator: Any, make_record: Any
) -> None:
    record = make_record(files={"a.txt": b"old"})
    repository.records.modify_files(ada.actor, record.id)
    repository.records.delete(administrator.actor, record.id)
    for actor in (ada.actor, administrator.actor):
        with pytest.raises(Gone):
            repository.records.modify_files(actor, record.id)
        assert repository.records.may_modify_files_until(actor, record.id) is None
    repository.records.restore(administrator.actor, record.id)
    repository.records.edit(ada.actor, record.id)
    with pytest.raises(PermissionDenied):
        repository.files.delete(ada.actor, record.id, "a.txt")


@allowed
def test_of_a_draft_that_was_never_published_there_is_none(repository: Any, ada: Any, make_draft: Any) -> None:
    with pytest.raises(NotFound):
        repository.records.modify_files(ada.actor, make_draft(files={"a.txt": b"a"}).id)


@allowed
def test_a_token_needs_the_scope_to_write(repository: Any, ada: Any, make_record: Any) -> None:
    record = make_record(files={"a.txt": b"old"})
    with pytest.raises(PermissionDenied, match="scope"):
        repository.records.modify_files(changed(ada.actor, scopes=frozenset({"deposit:actions"})), record.id)


@allowed
def test_a_file_that_changes_while_it_is_published_makes_a_conflict(
    repository: Any, ada: Any, make_record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make_record(files={"a.txt": b"old"})
    repository.records.modify_files(ada.actor, record.id)
    plan_of = repository.records._plan

    def planned(*given: Any) -> Any:
        plan = plan_of(*given)
        repository.files.add(ada.actor, record.id, "b.txt", b"b")
        return plan

    monkeypatch.setattr(repository.records, "_plan", planned)
    with pytest.raises(Conflict):
        repository.records.publish(ada.actor, record.id)
    assert contents(repository, ANONYMOUS, record.id) == {"a.txt": b"old"}
    assert [action for action, _ in trail(repository, record.id)] == ["record.files_opened"]


def test_the_setting_is_switched_while_it_runs(repository: Any, ada: Any, make_record: Any) -> None:
    record = make_record(files={"a.txt": b"old"})
    repository.plugin_settings.change("rules", {"file_modification_days": 10}, SYSTEM)
    on = repository.successor()
    on.records.modify_files(ada.actor, record.id)
    on.plugin_settings.change("rules", {"file_modification_days": 0}, SYSTEM)
    off = on.successor()
    replace(off, ada.actor, record.id, **{"a.txt": b"newer"})  # what was begun goes on
    off.records.publish(ada.actor, record.id)
    with pytest.raises(PermissionDenied):
        off.records.modify_files(ada.actor, record.id)
