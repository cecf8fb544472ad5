"""A draft is read with its parent, and written, in one statement each."""

from __future__ import annotations

import threading
import time
from typing import Any

from sqlalchemy import select

from muniment.records.draft_rows import read_draft_rows, write_draft
from muniment.records.models import Draft, Parent
from muniment.testing.documents import document
from muniment.testing.people import Person


def test_what_is_read_is_what_the_tables_hold(repository: Any, make_draft: Any) -> None:
    number = int(make_draft().id)
    with repository.database.read() as session:
        draft, parent = session.get_one(Draft, number), session.scalars(select(Parent)).one()
        expected = {column.key: getattr(draft, column.key) for column in Draft.__table__.columns}
        of_parent = {column.key: getattr(parent, column.key) for column in Parent.__table__.columns}
    with repository.database.single() as connection:
        rows = read_draft_rows(connection, number)
        assert read_draft_rows(connection, number + 1000) is None
    assert rows is not None
    assert {key: getattr(rows.draft, key) for key in expected} == expected
    assert {key: getattr(rows.parent, key) for key in of_parent} == of_parent
    assert rows.published is None


def test_an_edit_comes_with_the_identifiers_of_what_is_published(
    repository: Any, make_record: Any, ada: Person
) -> None:
    record = make_record()
    repository.records.edit(ada.actor, record.id)
    with repository.database.write() as unit:
        rows = read_draft_rows(unit.connection, int(record.id), lock=True, lock_parent=True)
    assert rows is not None
    assert rows.published == {}
    assert rows.draft.based_on == record.revision


def test_what_is_written_is_read_back(repository: Any, make_draft: Any) -> None:
    number = int(make_draft().id)
    with repository.database.write() as unit:
        rows = read_draft_rows(unit.connection, number, lock=True)
        assert rows is not None
        rows.draft.revision, rows.draft.as_sent, rows.draft.access_files = 7, {"a": [1]}, "restricted"
        write_draft(unit.connection, rows.draft)
    with repository.database.read() as session:
        row = session.get_one(Draft, number)
        assert (row.revision, row.as_sent, row.access_files) == (7, {"a": [1]}, "restricted")


def test_who_saves_and_who_publishes_do_not_wait_for_each_other(repository: Any, make_draft: Any) -> None:
    number = int(make_draft().id)
    saved = []

    def save() -> None:
        with repository.database.write() as unit:
            saved.append(read_draft_rows(unit.connection, number, lock=True, lock_parent=True))

    saving = threading.Thread(target=save)
    with repository.database.write() as unit:
        parent = unit.session.scalars(select(Parent).with_for_update()).one()
        saving.start()
        time.sleep(0.5)  # until it waits for the parent
        assert unit.session.get_one(Draft, number, with_for_update=True).parent_id == parent.id
    saving.join(10)
    assert len(saved) == 1


def test_saving_costs_few_statements(repository: Any, ada: Person, sql_statements: list[str]) -> None:
    number = repository.records.create(ada.actor, document("Warm")).id
    sql_statements.clear()
    repository.records.create(ada.actor, document("Counted"))
    reads = [statement for statement in sql_statements if statement.startswith("SELECT") and "pg_" not in statement]
    assert len(reads) == 1, "the generations of vocabularies, for what is stored and what is shown"
    sql_statements.clear()
    repository.records.update_draft(ada.actor, number, document("Counted too"))
    reads = [statement for statement in sql_statements if statement.startswith("SELECT") and "pg_" not in statement]
    assert len(reads) == 4
