"""Access of published records that changes by itself or by moderators: at once, once, and in open drafts too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.api import AccessState, RecordPart
from muniment.audit.models import AuditEntry
from muniment.errors import Conflict, Gone, NotFound, PermissionDenied
from muniment.records.models import Draft, Record

PART = RecordPart(
    "ext.mark",
    load=lambda sent, _stored: (sent, []),
    dump=lambda _repository, subjects: {one.record_id: one.stored for one in subjects if one.stored},
)


def restrict(state: AccessState) -> AccessState | None:
    return None if state.files == "restricted" else replace(state, files="restricted")


def unmark(state: AccessState) -> AccessState | None:
    return state.with_part("ext.mark", None) if state.parts.get("ext.mark") else None


@pytest.fixture
def marked(repository, fake_plugin, make_draft, ada):
    """A published record with a part: repository and number."""
    fake_plugin("probe", register_record_parts=[PART])
    repository.plugins.enable("probe", SYSTEM)
    found = repository.successor()
    number = make_draft().id
    data = found.records.read_draft(ada.actor, number).data
    found.records.update_draft(ada.actor, number, {**data, "ext": {"mark": "x"}})
    found.records.publish(ada.actor, number)
    return found, number


def row(repository: Any, model: Any, number: str) -> Any:
    with repository.database.read() as session:
        return session.get(model, int(number))


def test_what_visitors_get_changes_at_once(repository, make_record, ada) -> None:
    number = make_record(files={"a.txt": b"a"}).id
    assert "entries" in repository.records.read(ANONYMOUS, number).data["files"]
    assert repository.records.change_access(ada.actor, number, restrict)
    data = repository.records.read(ANONYMOUS, number).data
    assert data["access"]["status"] == "restricted"
    assert "entries" not in data["files"]
    with pytest.raises(PermissionDenied):
        repository.records.record_for(ANONYMOUS, number, "read_files")


def test_the_former_state_stays_as_an_edition_and_the_trail_tells(repository, make_record, administrator) -> None:
    record = make_record()
    repository.records.change_access(administrator.actor, record.id, restrict, act="probe.restricted")
    editions = repository.records.editions(administrator.actor, record.id)
    assert [edition.data["access"]["files"] for edition in editions] == ["restricted", "public"]
    with repository.database.read() as session:
        entry = session.query(AuditEntry).filter_by(action="probe.restricted").one()
    assert (entry.resource, entry.subject_id) == (f"record:{record.id}", administrator.subject)
    assert entry.details["after"] == {"record": "public", "files": "restricted"}


def test_what_is_so_already_leaves_no_trace(repository, make_record, ada) -> None:
    number = make_record().id
    assert repository.records.change_access(ada.actor, number, restrict)
    before = row(repository, Record, number).revision
    assert not repository.records.change_access(ada.actor, number, restrict)
    assert not repository.records.change_access(ada.actor, number, lambda state: state)
    assert row(repository, Record, number).revision == before


def test_owners_and_moderators_may_and_nobody_else(repository, make_record, make_user, ada, grace) -> None:
    moderator = make_user("moderator@example.org", roles=["moderator"])
    number = make_record().id
    for actor in (ANONYMOUS, grace.actor):
        with pytest.raises(PermissionDenied):
            repository.records.change_access(actor, number, restrict)
    assert repository.records.change_access(moderator.actor, number, restrict)
    with pytest.raises(NotFound):
        repository.records.change_access(ada.actor, "987654", restrict)
    repository.records.delete(SYSTEM, number, {"removal_reason": {"id": "test-record"}})
    with pytest.raises(Gone):
        repository.records.change_access(ada.actor, number, restrict)


def test_an_open_draft_of_changes_changes_with_it(marked, ada) -> None:
    repository, number = marked
    draft = repository.records.edit(ada.actor, number)
    repository.records.change_access(SYSTEM, number, unmark)
    after = repository.records.read_draft(ada.actor, number)
    assert after.revision == draft.revision + 1
    assert "ext" not in after.data
    assert "ext" not in repository.records.publish(ada.actor, number).data
    assert row(repository, Record, number).parts == {}


def test_a_draft_that_says_otherwise_stays(marked, ada) -> None:
    repository, number = marked
    draft = repository.records.edit(ada.actor, number)
    repository.records.update_draft(ada.actor, number, {**draft.data, "ext": {}})
    before = row(repository, Draft, number).revision
    repository.records.change_access(SYSTEM, number, unmark)
    assert row(repository, Draft, number).revision == before


def test_a_publish_that_was_prepared_before_is_refused(repository, make_record, ada, monkeypatch) -> None:
    """Else it would write what it read, and the two editions would have one number."""
    number = make_record().id
    repository.records.edit(ada.actor, number)
    prepared = type(repository.records)._plan

    def slowly(self: Any, *arguments: Any) -> Any:
        plan = prepared(self, *arguments)
        monkeypatch.undo()
        with repository.database.write() as unit:
            record = unit.session.get(Record, int(number))
            record.revision += 1
        return plan

    monkeypatch.setattr(type(repository.records), "_plan", slowly)
    with pytest.raises(Conflict):
        repository.records.publish(ada.actor, number)
    repository.records.publish(ada.actor, number)


def test_records_that_hold_a_part_are_found_by_their_index(marked, make_record, ada, repository) -> None:
    found, number = marked
    make_record("Another one")
    (holder,) = found.records.records_holding("ext.mark")
    assert (holder.number, holder.stored, holder.owner) == (number, "x", ada.subject)
    assert list(found.records.records_holding("ext.other")) == []
    with repository.database.read() as session:
        if session.connection().dialect.name == "sqlite":
            plan = session.execute(
                text("EXPLAIN QUERY PLAN SELECT * FROM records WHERE records.parts <> '{}' AND id > 0 ORDER BY id")
            ).fetchall()
            assert "ix_records_holding" in str(plan)


def test_parts_that_hold_nothing_are_not_stored(marked, ada) -> None:
    repository, number = marked
    draft = repository.records.edit(ada.actor, number)
    repository.records.update_draft(ada.actor, number, {**draft.data, "ext": {}})
    assert row(repository, Draft, number).parts == {}


def test_switching_a_plugin_has_what_it_holds_indexed_anew(marked, repository) -> None:
    found, number = marked
    found.deliveries.run_until_idle()
    repository.plugins.disable("probe", SYSTEM)
    off = found.successor()
    position = off.events.last_id()
    off.deliveries.run_until_idle()
    seen = [entry.key for entry in off.events.read_after(position) if entry.name == "record.changed"]
    assert seen == [f"record:{number}"]


def test_the_index_waits_for_processes_that_still_serve_the_old_set(marked, repository) -> None:
    found, _ = marked
    repository.plugins.disable("probe", SYSTEM)
    position = found.events.last_id()
    found.deliveries.run_until_idle()
    assert found.events.read_after(position) == []
