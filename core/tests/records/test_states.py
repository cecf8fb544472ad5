"""What followers learn of records: in the transaction that changes them, and of many at once."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.api import AccessState, RecordEvent, RecordState
from muniment.errors import Conflict


class Follower:
    """What the hook was told in each transaction, with the states of the records in it."""

    def __init__(self) -> None:
        self.repository: Any = None
        self.told: list[tuple[list[str], dict[int, RecordState]]] = []
        self.refuses = False

    def __call__(self, unit: Any, events: list[RecordEvent]) -> None:
        if self.refuses:
            raise Conflict("Not now.")
        assert unit.last_event_id > 0
        states = self.repository.records.states([event.record_id for event in events])
        self.told.append(([event.name for event in events], states))


@pytest.fixture
def follower(repository, fake_plugin) -> Follower:
    found = Follower()
    fake_plugin("probe", records_written=lambda unit, events: found(unit, events))
    repository.plugins.enable("probe", SYSTEM)
    found.repository = repository.successor()
    return found


@pytest.mark.hook("records_written")
def test_followers_are_told_once_in_each_transaction(follower, make_draft, ada, administrator) -> None:
    records = follower.repository.records
    number = make_draft().id
    records.publish(ada.actor, number)
    records.change_access(ada.actor, number, lambda state: AccessState("restricted", "restricted", state.parts))
    records.delete(administrator.actor, number)
    records.restore(administrator.actor, number)
    assert [names for names, _ in follower.told] == [
        ["record.published"],
        ["record.changed"],
        ["record.deleted"],
        ["record.restored"],
    ]
    states = [states[int(number)] for _, states in follower.told]
    assert [(state.is_public, state.is_deleted) for state in states] == [
        (True, False),
        (False, False),
        (False, True),
        (False, False),
    ]
    assert [state.revision for state in states] == sorted({state.revision for state in states})


def test_a_new_version_tells_of_the_one_before(follower, make_draft, ada) -> None:
    records = follower.repository.records
    number = make_draft().id
    records.publish(ada.actor, number)
    draft = records.new_version(ada.actor, number)
    data = {**draft.data, "metadata": {**draft.data["metadata"], "publication_date": "2026-05-15"}}
    records.update_draft(ada.actor, draft.id, {**data, "files": {"enabled": False}})
    records.publish(ada.actor, draft.id)
    names, states = follower.told[-1]
    assert names == ["record.changed", "record.published"]
    assert {number: state.is_latest for number, state in states.items()} == {int(number): False, int(draft.id): True}


def test_a_follower_that_fails_undoes_the_change(follower, make_draft, ada) -> None:
    number = make_draft().id
    follower.refuses = True
    with pytest.raises(Conflict):
        follower.repository.records.publish(ada.actor, number)
    follower.refuses = False
    assert follower.repository.records.states([int(number)]) == {}


def test_states_and_items_are_read_for_many_at_once(repository, make_record, ada, sql_statements) -> None:
    numbers = [int(make_record().id) for _ in range(4)]
    repository.records.change_access(
        ada.actor, str(numbers[1]), lambda state: AccessState("restricted", "restricted", state.parts)
    )
    first = repository.records.states_after(0, 3)
    assert list(first) == numbers[:3]
    assert list(repository.records.states_after(numbers[2])) == numbers[3:]
    assert repository.records.states_after(numbers[3]) == {}
    assert set(repository.records.items(ANONYMOUS, numbers)) == {*numbers} - {numbers[1]}
    sql_statements.clear()
    repository.records.states(numbers)
    assert len([statement for statement in sql_statements if statement.startswith("SELECT")]) == 1
