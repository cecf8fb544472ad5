"""The audit trail: who did what to which resource, written together with what it tells about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from muniment.access.actor import SYSTEM, person
from muniment.audit.models import AuditEntry
from muniment.audit.service import AuditQuery, _conditions
from muniment.repository import Repository
from muniment.testing.people import Person


def test_the_newest_entries_come_first_and_are_limited(repository: Repository) -> None:
    for number in range(5):
        with repository.database.write() as unit:
            unit.audit("probe.act", f"probe:{number}", SYSTEM, number=number)
    assert [entry.details["number"] for entry in repository.audit.entries(limit=3)] == [4, 3, 2]


def test_entries_of_one_resource_are_found(repository: Repository) -> None:
    with repository.database.write() as unit:
        unit.audit("probe.made", "probe:1", person(7, via="token"))
        unit.audit("probe.made", "probe:11", SYSTEM)
        unit.audit("probe.changed", "probe:1", SYSTEM)
    entries = repository.audit.entries("probe:1")
    assert [(entry.action, entry.subject_id, entry.via) for entry in entries] == [
        ("probe.changed", None, "system"),
        ("probe.made", 7, "token"),
    ]
    assert entries[0].at.tzinfo is not None


def test_what_was_undone_was_not_done(repository: Repository) -> None:
    def act() -> None:
        with repository.database.write() as unit:
            unit.audit("probe.act", "probe:1", SYSTEM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert repository.audit.entries("probe:1") == []


def test_the_life_of_a_record_can_be_followed(
    repository: Repository, ada: Person, administrator: Person, make_record: Callable[..., Any]
) -> None:
    record = make_record()
    repository.records.delete(administrator.actor, record.id, {"removal_reason": {"id": "spam"}, "note": "A secret"})
    repository.records.restore(administrator.actor, record.id)
    entries = list(reversed(repository.audit.entries(f"record:{record.id}")))
    acts = [(entry.action, entry.subject_id) for entry in entries]
    assert ("record.published", ada.subject) in acts
    assert acts[-2:] == [
        ("record.deleted", administrator.subject),
        ("record.restored", administrator.subject),
    ]
    assert "A secret" not in str([entry.details for entry in entries])


@pytest.mark.parametrize(
    ("wanted", "found"), [("probe.", ["probe.made", "probe.act"]), ("probe.act", ["probe.act"]), ("prob.", [])]
)
def test_an_action_is_found_by_an_index(
    repository: Repository, administrator: Person, wanted: str, found: list[str]
) -> None:
    with repository.database.write() as unit:
        for action in ("probe.act", "probed.act", "probe.made", "probe-act", "PROBE.act"):
            unit.audit(action, "probe:1", SYSTEM)
    page = repository.audit.search(administrator.actor, AuditQuery(action=wanted))
    assert [entry.action for entry in page.entries] == found
    conditions = _conditions(AuditQuery(action=wanted), binary=repository.database.is_sqlite)
    statement = select(AuditEntry.id).where(*conditions)
    with repository.database.read() as session:
        if not repository.database.is_sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        literal = statement.compile(session.connection(), compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN" if repository.database.is_sqlite else "EXPLAIN"
        plan = session.connection().exec_driver_sql(f"{explain} {literal}").all()
    assert "ix_audit_entries_action" in str(plan), plan
    assert "Cond" in str(plan) or "SEARCH" in str(plan), plan
