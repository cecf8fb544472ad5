"""What lists of records show and what the index is given."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, insert, select, update

from muniment.access.actor import ANONYMOUS
from muniment.records.models import Projection
from muniment.records.requests import SearchRequest


def test_records_are_found_and_counted_by_their_files(repository, make_record) -> None:
    record = make_record("With a table", files={"data/table.csv": b"a,b\n"})
    make_record("Without files")
    page = repository.records.search(ANONYMOUS, SearchRequest(q="files.entries.key:table.csv"))
    assert [hit.id for hit in page.hits] == [record.id]
    buckets = page.aggregations["file_type"]["buckets"]
    assert [(bucket["key"], bucket["doc_count"]) for bucket in buckets] == [("csv", 1)]


@pytest.mark.parametrize(
    ("record_access", "files_access", "shown"),
    [("public", "public", True), ("restricted", "public", True), ("public", "restricted", False)],
)
def test_the_index_knows_the_files_that_everyone_who_sees_the_record_may_have(
    repository, make_record, record_access, files_access, shown
) -> None:
    record = make_record(files={"a.txt": b"one"}, record_access=record_access, files_access=files_access)
    documents = repository.records.index_documents([f"record:{record.id}"])
    assert bool(documents[f"record:{record.id}"].data["files"].get("entries")) is shown


@pytest.mark.parametrize("kind", ["draft", "record"])
def test_more_documents_need_no_more_statements(repository, make_draft, make_record, sql_statements, kind) -> None:
    make = make_draft if kind == "draft" else make_record
    keys = [f"{kind}:{make(f'Number {index}', files={'a.txt': b'one'}).id}" for index in range(4)]
    repository.records.index_documents(keys)  # whatever is looked up once is known now

    def statements(wanted: list[str]) -> int:
        sql_statements.clear()
        assert all(repository.records.index_documents(wanted).values())
        return len(sql_statements)

    assert statements(keys) == statements(keys[:1])


def test_more_uploads_need_no_more_statements(repository, make_draft, ada, sql_statements) -> None:
    for index in range(4):
        make_draft(f"Number {index}", files={"a.txt": b"one"})

    def statements(size: int) -> int:
        sql_statements.clear()
        page = repository.records.search_user(ada.actor, SearchRequest(size=size, with_facets=False))
        assert len(page.hits) == size
        assert page.hits[0].data["files"]["count"] == 1
        return len(sql_statements)

    statements(1)
    assert statements(4) == statements(1)


def test_two_processes_that_find_the_same_rendering_stale_both_answer(repository, make_record) -> None:
    """As after a switch of plugins, when every process renders what the first readers see."""
    record = make_record("Only title")
    with repository.database.write() as unit:
        unit.session.execute(update(Projection).values(version="stale"))
    titles: list[str] = []
    reader = threading.Thread(
        target=lambda: titles.append(repository.records.read(ANONYMOUS, record.id).data["metadata"]["title"])
    )
    with repository.database.write() as unit:  # the other process is in the middle of storing it
        (row,) = unit.session.execute(select(Projection.__table__)).mappings()
        unit.session.execute(delete(Projection))
        unit.session.execute(insert(Projection), [{**row, "version": repository.records.projection_version}])
        reader.start()
        reader.join(0.5)
    reader.join(20)
    assert titles == ["Only title"]


def test_a_rendering_made_while_the_record_changed_is_not_kept(repository, make_record, ada, monkeypatch) -> None:
    """Somebody reads a record whose rendering is stale, and meanwhile another edition of it is published."""
    record = make_record("First title")
    with repository.database.write() as unit:
        unit.session.execute(update(Projection).values(version="stale"))
    remember = type(repository.records).remember_renderings

    def publish_first(service, rendered) -> None:
        monkeypatch.undo()
        draft = repository.records.edit(ada.actor, record.id)
        metadata = {**draft.data["metadata"], "title": "Second title"}
        repository.records.update_draft(ada.actor, record.id, {**draft.data, "metadata": metadata})
        repository.records.publish(ada.actor, record.id)
        remember(service, rendered)

    monkeypatch.setattr(type(repository.records), "remember_renderings", publish_first)
    assert repository.records.read(ANONYMOUS, record.id).data["metadata"]["title"] == "First title"
    assert repository.records.read(ANONYMOUS, record.id).data["metadata"]["title"] == "Second title"
