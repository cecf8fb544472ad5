"""Drafts: saved however incomplete, changed only at their present revision, discarded without a trace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muniment.access.actor import ANONYMOUS
from muniment.access.labels import labels_given
from muniment.errors import InvalidRequest, NotFound, PermissionDenied, RevisionMismatch
from muniment.records.models import Draft, Identifier, Parent
from muniment.testing.documents import document


def test_an_empty_draft_can_be_saved(repository, ada) -> None:
    draft = repository.records.create(ada.actor, {})
    assert draft.is_draft
    assert draft.data["is_published"] is False
    assert draft.data["status"] == "draft"
    assert draft.data["parent"]["access"]["owned_by"] == {"user": str(ada.subject)}
    assert draft.data["links"]["self"].endswith(f"/api/records/{draft.id}/draft")


def test_what_is_invalid_is_reported_beside_the_stored_draft(repository, ada) -> None:
    draft = repository.records.create(ada.actor, document(metadata={"publication_date": "yesterday"}))
    assert [error["field"] for error in draft.data["errors"]] == ["metadata.publication_date"]
    assert draft.data["metadata"]["title"] == "Hourly sea-ice drift vectors"
    again = repository.records.read_draft(ada.actor, draft.id)
    assert "errors" not in again.data
    assert [problem.field for problem in again.problems] == ["metadata.publication_date"]


@pytest.mark.parametrize("body", [None, [], "text", 3, True])
def test_a_body_that_is_no_object_is_refused(repository, ada, body) -> None:
    with pytest.raises(InvalidRequest, match="JSON object"):
        repository.records.create(ada.actor, body)


@pytest.mark.configuration("records", max_metadata_bytes=2000)
def test_metadata_that_is_too_large_is_refused(repository, ada) -> None:
    with pytest.raises(InvalidRequest, match="at most 2000"):
        repository.records.create(ada.actor, document(metadata={"description": "x" * 3000}))


def test_visitors_cannot_deposit(repository) -> None:
    with pytest.raises(PermissionDenied):
        repository.records.create(ANONYMOUS, document())


def test_others_cannot_touch_a_draft(repository, make_draft, grace) -> None:
    draft = make_draft()
    for act in (
        lambda: repository.records.read_draft(grace.actor, draft.id),
        lambda: repository.records.update_draft(grace.actor, draft.id, document()),
        lambda: repository.records.delete_draft(grace.actor, draft.id),
        lambda: repository.records.publish(grace.actor, draft.id),
        lambda: repository.records.reserve_identifier(grace.actor, draft.id, "doi"),
    ):
        with pytest.raises((PermissionDenied, InvalidRequest)):
            act()


def test_a_token_without_the_scope_cannot_write(repository, make_draft, ada) -> None:
    draft = make_draft()
    limited = replace(ada.actor, scopes=frozenset({"user:email"}))
    with pytest.raises(PermissionDenied, match="deposit:write"):
        repository.records.create(limited, document())
    with pytest.raises(PermissionDenied, match="deposit:write"):
        repository.records.update_draft(limited, draft.id, document())
    with pytest.raises(PermissionDenied, match="deposit:actions"):
        repository.records.publish(limited, draft.id)
    assert repository.records.read_draft(limited, draft.id).id == draft.id


def test_an_update_replaces_the_content_and_moves_the_revision(repository, ada, make_draft) -> None:
    draft = make_draft()
    changed = repository.records.update_draft(ada.actor, draft.id, document("Another title"), draft.revision)
    assert changed.data["metadata"]["title"] == "Another title"
    assert changed.revision == draft.revision + 1
    with pytest.raises(RevisionMismatch):
        repository.records.update_draft(ada.actor, draft.id, document("Too late"), draft.revision)
    with pytest.raises(RevisionMismatch):
        repository.records.delete_draft(ada.actor, draft.id, draft.revision)
    assert repository.records.read_draft(ada.actor, draft.id).data["metadata"]["title"] == "Another title"


def test_discarding_a_new_draft_leaves_nothing(repository, ada, make_draft) -> None:
    pids = {"doi": {"identifier": "10.1234/abc", "provider": "external"}}
    draft = make_draft(pids=pids, files={"a.txt": b"one"})
    repository.records.delete_draft(ada.actor, draft.id)
    with pytest.raises(NotFound):
        repository.records.read_draft(ada.actor, draft.id)
    with repository.database.read() as session:
        assert [session.query(table).count() for table in (Draft, Parent, Identifier)] == [0, 0, 0]


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e3", "99999999999999999999", "１２", "", "1/2"])
def test_impossible_ids_are_not_found(repository, ada, number) -> None:
    with pytest.raises(NotFound):
        repository.records.read_draft(ada.actor, number)


def test_editing_twice_gives_the_same_draft(repository, ada, make_record) -> None:
    record = make_record(files={"a.txt": b"one"})
    first = repository.records.edit(ada.actor, record.id)
    second = repository.records.edit(ada.actor, record.id)
    assert first.data == second.data
    assert first.data["is_published"] is True
    assert list(first.data["files"]["entries"]) == ["a.txt"]


def test_discarding_an_edit_keeps_the_record(repository, ada, make_record) -> None:
    record = make_record()
    repository.records.edit(ada.actor, record.id)
    repository.records.update_draft(ada.actor, record.id, document("Never published"))
    repository.records.delete_draft(ada.actor, record.id)
    assert repository.records.read(ANONYMOUS, record.id).data["metadata"]["title"] == "Hourly sea-ice drift vectors"


def test_who_edits_discards_edits_but_no_work_that_is_not_published_yet(repository, ada, grace, make_draft) -> None:
    draft = make_draft()
    parent = int(draft.data["parent"]["id"])
    editor, holder = (
        replace(grace.actor, labels=grace.actor.labels | labels_given(parent, level)) for level in ("edit", "manage")
    )
    assert not repository.records.may_discard(editor, draft.id)
    with pytest.raises(PermissionDenied, match="only those who manage it"):
        repository.records.delete_draft(editor, draft.id)
    assert repository.records.may_discard(holder, draft.id)
    record = repository.records.publish(ada.actor, draft.id)
    for person in (editor, holder):
        repository.records.edit(person, record.id)
        assert repository.records.may_discard(person, record.id)
        repository.records.delete_draft(person, record.id)
    unpublished = make_draft()
    theirs = replace(grace.actor, labels=labels_given(int(unpublished.data["parent"]["id"]), "manage"))
    repository.records.delete_draft(theirs, unpublished.id)


def test_one_identifier_belongs_to_one_record(repository, ada) -> None:
    """The second draft is stored all the same; it cannot be published before it has another identifier or none."""
    from muniment.errors import ValidationFailed

    pids = {"doi": {"identifier": "10.1234/ABC", "provider": "external"}}
    first = repository.records.create(ada.actor, document(pids=pids))
    theirs = {"doi": {**pids["doi"], "identifier": "10.1234/abc"}}
    second = repository.records.create(ada.actor, document(pids=theirs))
    assert [(problem.field, "10.1234/abc" in problem.message) for problem in second.problems] == [("pids.doi", True)]
    assert second.data["pids"] == {}
    with pytest.raises(ValidationFailed) as caught:
        repository.records.publish(ada.actor, second.id)
    assert [problem.field for problem in caught.value.errors] == ["pids.doi"]
    other = repository.records.create(ada.actor, document())
    changed = repository.records.update_draft(ada.actor, other.id, document("Renamed", pids=theirs))
    assert [problem.field for problem in changed.problems] == ["pids.doi"]
    assert changed.data["metadata"]["title"] == "Renamed"
    assert repository.records.update_draft(ada.actor, first.id, document(pids=pids)).problems == ()
    assert repository.records.update_draft(ada.actor, second.id, document()).problems == ()
    assert repository.records.publish(ada.actor, second.id).data["pids"] == {}


@pytest.mark.parametrize("doi", [{"identifier": "nonsense", "provider": "external"}, {"identifier": "10.1234/x"}, 5])
def test_an_identifier_that_was_refused_is_not_replaced_silently_at_publishing(repository, ada, doi) -> None:
    from muniment.errors import ValidationFailed

    draft = repository.records.create(ada.actor, document(pids={"doi": doi}))
    assert draft.problems
    with pytest.raises(ValidationFailed) as caught:
        repository.records.publish(ada.actor, draft.id)
    assert all(problem.field.startswith("pids.doi") for problem in caught.value.errors)


@pytest.mark.configuration("records", restricted=False, metadata_only=False)
def test_what_the_repository_does_not_take_can_be_saved_but_not_published(repository, ada) -> None:
    from muniment.errors import ValidationFailed

    draft = repository.records.create(ada.actor, document(record_access="restricted"))
    assert draft.data["access"]["record"] == "restricted"
    with pytest.raises(ValidationFailed) as caught:
        repository.records.publish(ada.actor, draft.id)
    assert {problem.field for problem in caught.value.errors} == {"access.record", "files.enabled"}


def test_old_drafts_end(repository, make_draft, ada) -> None:
    from datetime import timedelta

    draft = make_draft()
    later = repository.now() + timedelta(days=366)
    repository.database.now = lambda: later
    assert repository.records.drafts_past_their_time() == [draft.id]
    assert repository.jobs.run_now("records.old-drafts") == "1 drafts ended"
    with pytest.raises(NotFound):
        repository.records.read_draft(ada.actor, draft.id)


def test_a_form_that_is_sent_twice_makes_one_draft(repository, ada, grace) -> None:
    first = repository.records.create(ada.actor, document("First"), form_key="a-form-of-ada")
    again = repository.records.create(ada.actor, document("Again"), form_key="a-form-of-ada")
    assert (again.id, again.data["metadata"]["title"]) == (first.id, "First")
    others = repository.records.create(grace.actor, document(), form_key="a-form-of-ada")
    assert others.id != first.id
    repository.records.delete_draft(ada.actor, first.id)
    assert repository.records.create(ada.actor, document(), form_key="a-form-of-ada").id != first.id


def test_a_form_that_is_sent_twice_at_once_makes_one_draft(open_repository, repository, ada) -> None:
    from concurrent.futures import ThreadPoolExecutor

    repositories = [repository, open_repository()]
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(
                lambda place: repositories[place % 2].records.create(ada.actor, document(), form_key="both").id,
                range(4),
            )
        )
    assert len(set(made)) == 1
