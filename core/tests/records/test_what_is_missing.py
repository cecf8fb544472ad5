"""What stands against publishing, told beforehand."""

from __future__ import annotations

import pytest

from muniment.errors import PermissionDenied


def test_an_empty_draft_lacks_the_required_fields_and_files(repository, ada) -> None:
    needed = [problem.field for problem in repository.records.what_is_needed()]
    assert sorted(needed) == [
        "files.enabled", "metadata.creators", "metadata.publication_date", "metadata.resource_type", "metadata.title",
    ]  # fmt: skip
    draft = repository.records.create(ada.actor, {})
    assert [problem.field for problem in repository.records.what_is_missing(ada.actor, draft.id)] == needed


def test_a_complete_draft_lacks_nothing_and_stays_a_draft(repository, ada, make_draft) -> None:
    draft = make_draft()
    assert repository.records.what_is_missing(ada.actor, draft.id) == ()
    assert repository.records.read_draft(ada.actor, draft.id).revision == draft.revision


def test_what_is_missing_in_a_draft_is_for_those_who_may_see_it(repository, grace, make_draft) -> None:
    with pytest.raises(PermissionDenied):
        repository.records.what_is_missing(grace.actor, make_draft().id)


def test_who_may_delete_is_told_beforehand(repository, ada, grace, administrator, make_record, make_draft) -> None:
    record = make_record()
    may = [repository.records.may_delete(person.actor, record.id) for person in (ada, grace, administrator)]
    assert may == [True, False, True]
    assert repository.records.may_delete(ada.actor, make_draft().id) is False
    repository.records.delete(ada.actor, record.id)
    assert repository.records.may_delete(ada.actor, record.id) is False
