"""Publishing: strict, all problems at once, one winner, nothing half done."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import Any

import pytest

from muniment.access.actor import ANONYMOUS
from muniment.errors import Conflict, MunimentError, NotFound, RevisionMismatch, ValidationFailed
from muniment.records.models import Draft, Projection, Record, RecordRevision
from muniment.records.requests import SearchRequest
from muniment.testing.documents import document


def test_a_published_record_can_be_read_by_everybody(repository, make_record) -> None:
    record = make_record(files={"data.csv": b"a,b\n1,2\n"})
    public = repository.records.read(ANONYMOUS, record.id).data
    assert public["is_published"] is True
    assert public["status"] == "published"
    assert public["versions"] == {"index": 1, "is_latest": True}
    assert public["files"]["entries"]["data.csv"]["size"] == 8
    assert "grants" not in public["parent"]["access"]


def test_it_is_found_as_soon_as_the_answer_is_there(repository, make_record) -> None:
    record = make_record("Gletscherzungen der Ostalpen")
    page = repository.records.search(ANONYMOUS, SearchRequest(q="gletscherzungen"))
    assert [hit.id for hit in page.hits] == [record.id]


def test_all_problems_come_at_once(repository, ada) -> None:
    draft = repository.records.create(ada.actor, {"metadata": {"title": "x"}, "files": {"enabled": True}})
    with pytest.raises(ValidationFailed) as caught:
        repository.records.publish(ada.actor, draft.id)
    fields = {problem.field for problem in caught.value.errors}
    assert {"metadata.creators", "metadata.resource_type", "metadata.publication_date", "metadata.title"} <= fields
    assert any(field.startswith("files") for field in fields)


def test_a_second_publish_finds_no_draft(repository, ada, make_draft) -> None:
    draft = make_draft()
    repository.records.publish(ada.actor, draft.id)
    with pytest.raises(NotFound):
        repository.records.publish(ada.actor, draft.id)


def test_a_stale_revision_is_refused(repository, ada, make_draft) -> None:
    draft = make_draft()
    with pytest.raises(RevisionMismatch):
        repository.records.publish(ada.actor, draft.id, revision=draft.revision + 5)


def test_of_many_who_publish_one_wins(repository, ada, make_draft) -> None:
    draft = make_draft()
    outcomes: list[str] = []

    def publish() -> None:
        try:
            repository.records.publish(ada.actor, draft.id)
            outcomes.append("published")
        except (Conflict, NotFound) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=publish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("published") == 1
    assert len(outcomes) == 8


def test_a_change_between_check_and_write_is_a_conflict(repository, ada, make_draft, monkeypatch) -> None:
    draft = make_draft()
    plan = repository.records._plan

    def change_meanwhile(*arguments: object) -> object:
        repository.records.update_draft(ada.actor, draft.id, document("Changed meanwhile"))
        return plan(*arguments)

    monkeypatch.setattr(repository.records, "_plan", change_meanwhile)
    with pytest.raises(Conflict):
        repository.records.publish(ada.actor, draft.id)
    assert repository.records.read_draft(ada.actor, draft.id).data["metadata"]["title"] == "Changed meanwhile"
    with pytest.raises(NotFound):
        repository.records.read(ANONYMOUS, draft.id)


def int_of(repository: Any, item: Any) -> int:
    found: int = repository.records.number_of(item.id)
    return found


def _edit(repository: Any, actor: Any, number: str) -> None:
    repository.records.edit(actor, number)
    repository.records.update_draft(actor, number, document("Corrected meanwhile"))
    repository.records.publish(actor, number)


def _restrict(repository: Any, actor: Any, number: str) -> None:
    repository.records.change_access(actor, number, lambda state: replace(state, files="restricted"))


def _renew(repository: Any, _actor: Any, number: str) -> None:
    with repository.database.write() as unit:
        parent = unit.session.get_one(Record, repository.records.number_of(number)).parent_id
        repository.records.renew_parents(unit, [parent])


@pytest.mark.parametrize("change", [_edit, _restrict, _renew])
def test_what_changes_of_the_version_before_is_not_undone_by_the_next(
    repository, ada, make_record, monkeypatch, change
) -> None:
    first = make_record("First")
    second = repository.records.new_version(ada.actor, first.id)
    repository.records.update_draft(ada.actor, second.id, document("Second"))
    plan = repository.records._plan

    def change_meanwhile(*arguments: object) -> object:
        found = plan(*arguments)
        monkeypatch.setattr(repository.records, "_plan", plan)
        change(repository, ada.actor, first.id)
        return found

    monkeypatch.setattr(repository.records, "_plan", change_meanwhile)
    repository.records.publish(ada.actor, second.id)
    shown = repository.records.read(ada.actor, first.id).data
    with repository.database.write() as unit:
        repository.records.renew_parents(unit, [unit.session.get_one(Record, int_of(repository, first)).parent_id])
    assert shown == repository.records.read(ada.actor, first.id).data
    assert shown["versions"]["is_latest"] is False


def test_a_parent_that_never_rests_is_a_conflict(repository, ada, make_draft, monkeypatch) -> None:
    draft = make_draft()
    plan, moved = repository.records._plan, []

    def move(*arguments: object) -> object:
        found = plan(*arguments)
        with repository.database.write() as unit:
            parent = unit.session.get_one(Draft, int_of(repository, draft)).parent_id
            repository.records.renew_parents(unit, [parent])
        moved.append(parent)
        return found

    monkeypatch.setattr(repository.records, "_plan", move)
    with pytest.raises(Conflict):
        repository.records.publish(ada.actor, draft.id)
    assert len(moved) == 5


def test_a_rendering_from_before_a_plugin_changed_something_is_not_kept(
    repository, ada, make_record, monkeypatch
) -> None:
    record = make_record("Listed")
    _renew(repository, ada.actor, record.id)
    remember = repository.records.remember_renderings

    def renew_first(rendered: Any) -> None:
        _renew(repository, ada.actor, record.id)
        remember(rendered)

    monkeypatch.setattr(repository.records, "remember_renderings", renew_first)
    repository.records.read(ANONYMOUS, record.id)
    with repository.database.read() as session:
        assert session.get_one(Projection, repository.records.number_of(record.id)).version == ""


def test_a_failure_inside_the_transaction_leaves_the_draft(repository, ada, make_draft, monkeypatch) -> None:
    draft = make_draft(files={"a.txt": b"one"})
    monkeypatch.setattr(repository.records, "_announce", lambda *_: (_ for _ in ()).throw(MunimentError("no")))
    with pytest.raises(MunimentError):
        repository.records.publish(ada.actor, draft.id)
    with repository.database.read() as session:
        assert session.query(Draft).count() == 1
        assert session.query(Projection).count() == 0
    monkeypatch.undo()
    assert repository.records.publish(ada.actor, draft.id).data["files"]["count"] == 1


def test_an_edit_replaces_the_record_and_keeps_what_it_was(repository, ada, administrator, make_record) -> None:
    record = make_record()
    repository.records.edit(ada.actor, record.id)
    repository.records.update_draft(ada.actor, record.id, document("A corrected title"))
    edited = repository.records.publish(ada.actor, record.id)
    assert edited.id == record.id
    assert edited.revision > record.revision
    assert edited.data["created"] == record.data["created"]
    with repository.database.read() as session:
        assert session.query(RecordRevision).count() == 1
    titles = [found["metadata"]["title"] for found in repository.records.revisions(administrator.actor, record.id)]
    assert titles == ["A corrected title", "Hourly sea-ice drift vectors"]


def test_a_stored_rendering_is_what_a_fresh_one_would_be(repository, make_record) -> None:
    record = make_record(files={"a.txt": b"one"})
    stored = repository.records.read(ANONYMOUS, record.id)
    with repository.database.write() as unit:
        unit.session.query(Projection).delete()
    fresh = repository.records.read(ANONYMOUS, record.id)
    assert fresh.body == stored.body
    assert fresh.etag == stored.etag
    with repository.database.read() as session:
        assert session.query(Projection).count() == 1


def test_a_public_record_is_one_statement(repository, make_record, sql_statements) -> None:
    record = make_record(files={"a.txt": b"one"})
    repository.records.read(ANONYMOUS, record.id)
    sql_statements.clear()
    repository.records.read(ANONYMOUS, record.id)
    # Once a second somebody looks whether the vocabularies have changed.
    reads = [statement for statement in sql_statements if "vocabularies" not in statement]
    assert len([statement for statement in reads if not statement.startswith("BEGIN")]) == 1


def test_publishing_costs_few_statements(repository, ada, make_draft, sql_statements) -> None:
    repository.records.publish(ada.actor, make_draft("Warm").id, wait=False)
    draft = make_draft(files={"a.txt": b"one", "b.txt": b"two"})
    sql_statements.clear()
    repository.records.publish(ada.actor, draft.id, wait=False)
    # SQLAlchemy asks PostgreSQL about itself, and once a second somebody looks whether the vocabularies have changed.
    ran = [one for one in sql_statements if not re.search("BEGIN|pg_|FROM vocabularies", one)]
    kinds = [one.split()[0] for one in ran]
    assert kinds.count("SELECT") == 5, "draft, parent and record, files; again in the transaction, with identifiers"
    assert len(ran) == 14


def test_the_answer_is_what_is_stored(repository, ada, make_draft) -> None:
    """It is made of what was written, without asking for it again."""
    draft = make_draft(files={"a.txt": b"one"})
    for prepare in (lambda: draft, lambda: repository.records.edit(ada.actor, draft.id)):
        published = repository.records.publish(ada.actor, prepare().id)
        read = repository.records.read(ada.actor, draft.id)
        assert (published.body, published.etag) == (read.body, read.etag)
    latest = repository.records.new_version(ada.actor, draft.id)
    repository.records.update_draft(ada.actor, latest.id, document("The next version", files_enabled=False))
    published = repository.records.publish(ada.actor, latest.id)
    assert published.body == repository.records.read(ada.actor, latest.id).body
    assert repository.records.read(ANONYMOUS, draft.id).data["versions"]["is_latest"] is False


def test_a_page_of_records_costs_as_many_statements_as_one(repository, make_record, sql_statements) -> None:
    for number in range(6):
        make_record(f"Record number {number} of the page")
    ran = []
    for size in (1, 6):
        repository.records.search(ANONYMOUS, SearchRequest(q="page", size=size))
        sql_statements.clear()
        assert len(repository.records.search(ANONYMOUS, SearchRequest(q="page", size=size)).hits) == size
        # Looking whether the index is up to date depends on the time.
        ran.append([one for one in sql_statements if one != "BEGIN" and not re.search("FROM (vocab|events)", one)])
    assert len(ran[0]) == len(ran[1])


def test_the_site_address_is_put_in_when_sending(repository, make_record, open_repository, instance) -> None:
    from dataclasses import replace

    record = make_record("Marked \\u0001 title")
    moved = open_repository()
    site = replace(instance.config.site, url="https://elsewhere.example.org")
    moved.config = replace(instance.config, site=site)
    data = moved.records.read(ANONYMOUS, record.id).data
    assert data["links"]["self"] == f"https://elsewhere.example.org/api/records/{record.id}"
    assert data["metadata"]["title"] == "Marked \\u0001 title"


def test_a_token_for_actions_alone_can_publish(repository, ada, make_draft) -> None:
    from dataclasses import replace

    draft = make_draft()
    limited = replace(ada.actor, scopes=frozenset({"deposit:actions"}))
    assert repository.records.publish(limited, draft.id).id == draft.id
