"""Files through editing, publishing, new versions and discarding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from muniment.errors import Conflict, InvalidRequest, ValidationFailed
from muniment.files.lifecycle import problems
from muniment.files.models import File, StoredObject, Upload
from muniment.files.snapshots import FilesSnapshot


def count(repository: Any, model: Any) -> int:
    with repository.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(model)) or 0)


def shown(repository: Any, actor: Any, number: str, *, draft: bool = False) -> list[tuple[str, int | None, str]]:
    snapshot = repository.files.listing(actor, number, draft=draft).snapshot
    return [(entry.key, entry.size, entry.status) for entry in snapshot.entries]


def test_publishing_moves_the_files(repository: Any, ada: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"b.txt": b"bb", "a.txt": b"a"})
    assert shown(repository, ada.actor, record.id) == [("b.txt", 2, "completed"), ("a.txt", 1, "completed")]
    assert count(repository, File) == 2


def test_the_record_lists_its_files(ada: Any, api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"data/a.txt": b"abc"})
    found = api.get(f"/api/records/{record.id}").json["files"]
    base = f"http://localhost:5000/api/records/{record.id}/files/data/a.txt"
    assert (found["count"], found["total_bytes"]) == (1, 3)
    entry = found["entries"]["data/a.txt"]
    assert entry.pop("id")
    assert entry == {
        "checksum": "md5:900150983cd24fb0d6963f7d28e17f72",
        "ext": "txt",
        "size": 3,
        "mimetype": "text/plain",
        "storage_class": "L",
        "key": "data/a.txt",
        "metadata": None,
        "access": {"hidden": False},
        "links": {"self": base, "content": f"{base}/content"},
    }


def test_an_edit_shares_the_files_and_keeps_them(repository: Any, ada: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"a.txt": b"abc"})
    with repository.database.read() as session:
        before = session.scalars(select(File.id)).all()
    repository.records.edit(ada.actor, record.id)
    assert count(repository, File) == 2
    repository.records.publish(ada.actor, record.id)
    assert shown(repository, ada.actor, record.id) == [("a.txt", 3, "completed")]
    with repository.database.read() as session:
        assert session.scalars(select(File.id)).all() == before
    assert count(repository, StoredObject) == 1


def test_a_discarded_edit_leaves_the_record_as_it_was(
    repository: Any, ada: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record(files={"a.txt": b"abc"})
    repository.records.edit(ada.actor, record.id)
    repository.records.delete_draft(ada.actor, record.id)
    assert shown(repository, ada.actor, record.id) == [("a.txt", 3, "completed")]
    assert count(repository, File) == 1


def test_a_new_version_begins_empty_and_can_import(
    repository: Any, ada: Any, api: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record(files={"a.txt": b"abc", "b/c.txt": b"c"})
    draft = repository.records.new_version(ada.actor, record.id)
    assert shown(repository, ada.actor, draft.id, draft=True) == []
    answer = api.as_(ada).post(f"/api/records/{draft.id}/draft/actions/files-import")
    assert answer.status_code == 201
    assert [entry["key"] for entry in answer.json["entries"]] == ["a.txt", "b/c.txt"]
    assert {entry["status"] for entry in answer.json["entries"]} == {"completed"}
    assert count(repository, StoredObject) == 2
    repository.files.delete(ada.actor, draft.id, "a.txt")
    repository.files.add(ada.actor, draft.id, "a.txt", b"new")
    assert shown(repository, ada.actor, record.id)[0] == ("a.txt", 3, "completed")
    with repository.files.download(ada.actor, record.id, "a.txt").open() as handle:
        assert handle.read() == b"abc"


def test_importing_twice_is_refused(repository: Any, ada: Any, api: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"a.txt": b"abc"})
    draft = repository.records.new_version(ada.actor, record.id)
    repository.records.import_files(ada.actor, draft.id)
    answer = api.as_(ada).post(f"/api/records/{draft.id}/draft/actions/files-import")
    assert answer.status_code == 400
    assert "Please remove all files first." in answer.text


def test_copying_refuses_a_draft_with_files_and_a_version_without(
    repository: Any, ada: Any, make_record: Callable[..., Any], make_draft: Callable[..., Any]
) -> None:
    without = make_record()
    draft = make_draft(files={"a.txt": b"abc"})
    with pytest.raises(ValidationFailed, match="remove all files first"), repository.database.write() as unit:
        repository.files.copy_from_previous(unit, int(without.id), int(draft.id))
    repository.files.delete_all(ada.actor, draft.id)
    with pytest.raises(ValidationFailed, match="The record has no files"), repository.database.write() as unit:
        repository.files.copy_from_previous(unit, int(without.id), int(draft.id))


def test_a_pending_file_keeps_a_draft_from_being_published(
    repository: Any, ada: Any, make_draft: Callable[..., Any]
) -> None:
    draft = make_draft(files={"a.txt": b"abc"})
    repository.files.declare(ada.actor, draft.id, [{"key": "late.txt"}])
    with pytest.raises(ValidationFailed) as caught:
        repository.records.publish(ada.actor, draft.id)
    fields = {problem.field: problem.message for problem in caught.value.errors}
    assert fields["files"] == "One or more files have not completed their transfer, please wait."
    assert "send it again, or remove it" in fields["files.entries.late.txt"]


def test_a_file_announced_after_the_check_is_noticed_in_the_transaction(
    repository: Any, ada: Any, make_draft: Callable[..., Any]
) -> None:
    draft = make_draft(files={"a.txt": b"abc"})
    repository.files.declare(ada.actor, draft.id, [{"key": "late.txt"}])
    with pytest.raises(Conflict, match=r"'late\.txt' began meanwhile"), repository.database.write() as unit:
        repository.files.publish(unit, int(draft.id), int(draft.id), {"files": {"enabled": True}})


def test_discarding_a_draft_ends_its_uploads(repository: Any, ada: Any, make_draft: Callable[..., Any]) -> None:
    draft = make_draft(files={"a.txt": b"abc"})
    number = int(draft.id)
    transfer = {"type": "M", "parts": 2, "part_size": 5}
    repository.files.declare(ada.actor, draft.id, [{"key": "m.bin", "size": 10, "transfer": transfer}])
    repository.records.delete_draft(ada.actor, draft.id)
    with repository.database.read() as session:
        assert session.scalars(select(File).where(File.draft_id == number)).all() == []
    assert count(repository, Upload) == 0


def test_problems() -> None:
    empty = FilesSnapshot()
    assert [problem.field for problem in problems(empty, {})] == ["files.enabled"]
    assert problems(empty, {"files": {"enabled": False}}) == []
    (unknown,) = problems(empty, {"files": {"enabled": True, "default_preview": "x.png"}})[1:]
    assert (unknown.field, unknown.severity) == ("files.default_preview", "warning")


def test_files_of_a_draft_published_without_them(
    repository: Any, ada: Any, make_draft: Callable[..., Any], make_record: Callable[..., Any]
) -> None:
    draft = make_draft(files={"a.txt": b"abc"})
    with repository.database.read() as session:
        snapshot = repository.files.snapshot(session, draft_id=int(draft.id))
    (problem,) = repository.files.problems(snapshot, {"files": {"enabled": False}})
    assert problem.message == "Please remove all files first."
    with pytest.raises(Conflict), repository.database.write() as unit:
        repository.files.publish(unit, int(draft.id), int(draft.id), {"files": {"enabled": False}})


def test_many_records_are_one_statement(
    repository: Any, make_record: Callable[..., Any], sql_statements: list[str]
) -> None:
    numbers = [int(make_record(files={"a.txt": b"abc"}).id) for _ in range(3)] + [int(make_record().id)]
    sql_statements.clear()
    with repository.database.read() as session:
        found = repository.files.snapshots(session, record_ids=numbers)
    assert [found[number].count for number in numbers] == [1, 1, 1, 0]
    assert len([text for text in sql_statements if text.startswith("SELECT")]) == 1


def test_there_is_nothing_to_import_into_a_first_version(
    repository: Any, ada: Any, make_draft: Callable[..., Any]
) -> None:
    with pytest.raises(InvalidRequest):
        repository.records.import_files(ada.actor, make_draft().id)


def test_a_draft_whose_files_changed_is_not_what_the_client_has(
    repository: Any, ada: Any, api: Any, make_draft: Callable[..., Any]
) -> None:
    draft = make_draft(files={"a.txt": b"abc"})
    mine = api.as_(ada)
    tag = mine.get(f"/api/records/{draft.id}/draft").headers["ETag"]
    assert mine.get(f"/api/records/{draft.id}/draft", headers={"If-None-Match": tag}).status_code == 304
    repository.files.add(ada.actor, draft.id, "b.txt", b"bcd")
    answer = mine.get(f"/api/records/{draft.id}/draft", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert sorted(answer.json["files"]["entries"]) == ["a.txt", "b.txt"]
    saved = mine.put(f"/api/records/{draft.id}/draft", json=answer.json, headers={"If-Match": tag})
    assert saved.status_code == 200, "a form that is being saved does not collide with an upload"


def test_a_draft_whose_media_files_changed_is_not_what_the_client_has(
    repository: Any, ada: Any, api: Any, make_draft: Callable[..., Any]
) -> None:
    mine, path = api.as_(ada), f"/api/records/{make_draft().id}/draft"
    mine.put(path, json={**mine.get(path).json, "media_files": {"enabled": True}})
    tag = mine.get(path).headers["ETag"]
    assert mine.post(f"{path}/media-files", json=[{"key": "film.mp4"}]).status_code == 201
    answer = mine.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert list(answer.json["media_files"]["entries"]) == ["film.mp4"]
