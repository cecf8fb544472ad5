"""What is kept of a save of which a part was refused."""

from __future__ import annotations

import pytest

from muniment.errors import Problem
from muniment.records.refusals import MAX_PROBLEMS, as_sent, stored_problems
from muniment.testing.documents import document


def test_a_draft_remembers_a_bounded_number_of_problems_errors_first() -> None:
    problems = [Problem(f"a.{number}", "odd", severity="warning") for number in range(MAX_PROBLEMS)]
    stored = stored_problems([*problems, Problem("b" * 900, "wrong" * 900)])
    assert len(stored) == MAX_PROBLEMS
    assert (stored[0]["field"], stored[0]["message"]) == ("b" * 500, ("wrong" * 900)[:1000])


def test_problems_of_a_long_list_of_mistakes_stay_bounded_in_the_database(repository, ada) -> None:
    wrong = [{"date": "yesterday", "type": {"id": "created"}} for _ in range(500)]
    draft = repository.records.create(ada.actor, document(metadata={"dates": wrong}))
    assert len(draft.problems) == 500
    assert len(repository.records.read_draft(ada.actor, draft.id).problems) == MAX_PROBLEMS


def test_what_was_refused_is_kept_as_it_came_until_it_is_mended(repository, ada) -> None:
    sent = document(metadata={"publication_date": "yesterday", "languages": [{"id": "klingonese"}, {"id": "eng"}]})
    draft = repository.records.create(ada.actor, sent)
    found = repository.records.read_draft(ada.actor, draft.id)
    assert "publication_date" not in found.data["metadata"]
    assert found.as_sent == {"metadata": sent["metadata"]}
    repository.records.update_draft(ada.actor, draft.id, document())
    assert repository.records.read_draft(ada.actor, draft.id).as_sent is None


def test_what_is_only_missing_is_no_reason_to_keep_anything(repository, ada) -> None:
    draft = repository.records.create(ada.actor, {"metadata": {"title": "Only a title"}})
    found = repository.records.read_draft(ada.actor, draft.id)
    assert found.problems
    assert found.as_sent is None


@pytest.mark.parametrize("data", [[], {"metadata": {"title": "a\x00b"}}, {"metadata": {"title": object()}}])
def test_what_no_form_could_have_sent_is_not_kept(data) -> None:
    assert as_sent(data, [Problem("metadata.title", "Not a valid string.")]) is None
