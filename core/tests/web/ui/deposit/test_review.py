"""Two windows at one draft: nothing is overwritten unseen, and one chooses field by field."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from muniment.testing.html_forms import forms_of
from muniment.web.ui.deposit.differences import differences, fingerprints, merged


def plain(path: str, value: Any) -> tuple[str, tuple[str, ...]]:
    return path, (str(value),)


BASE = {"metadata": {"title": "A", "version": "1"}, "access": {"record": "public"}, "ext": {"x": 1}}


@pytest.mark.parametrize(
    ("mine", "theirs", "preferred"),
    [
        ({"title": "B", "version": "1"}, {"title": "A", "version": "1"}, {"metadata.title": "mine"}),
        ({"title": "A", "version": "1"}, {"title": "B", "version": "1"}, {"metadata.title": "theirs"}),
        ({"title": "B", "version": "1"}, {"title": "C", "version": "1"}, {"metadata.title": ""}),
        ({"title": "B", "version": "1"}, {"title": "B", "version": "1"}, {}),
        ({"version": "1"}, {"title": "A", "version": "1"}, {"metadata.title": "mine"}),
        (
            {"title": "B", "version": "1"},
            {"title": "A", "version": "2"},
            {"metadata.title": "mine", "metadata.version": "theirs"},
        ),
        (
            {"title": "A", "version": "1", "publisher": "P"},
            {"title": "A", "version": "1"},
            {"metadata.publisher": "mine"},
        ),
    ],
)
def test_what_was_changed_on_one_side_only_is_preferred(mine, theirs, preferred) -> None:
    base = fingerprints(BASE)
    found = differences({**BASE, "metadata": mine}, {**BASE, "metadata": theirs}, base, plain)
    assert {one.path: one.preferred for one in found} == preferred


def test_without_knowing_what_was_before_every_difference_asks() -> None:
    found = differences({"metadata": {"title": "B"}}, {"metadata": {"title": "A"}}, {}, plain)
    assert [(one.path, one.preferred) for one in found] == [("metadata.title", "")]


def test_chosen_fields_are_taken_and_the_rest_stays() -> None:
    mine = {"metadata": {"title": "B", "version": "2"}, "access": {"record": "restricted"}}
    theirs = {**BASE, "metadata": {"title": "A", "publisher": "P"}}
    document = merged(mine, theirs, {"metadata.version": "mine", "access": "mine", "metadata.publisher": "mine"})
    assert document == {
        "metadata": {"title": "A", "version": "2"}, "access": {"record": "restricted"}, "ext": {"x": 1},
    }  # fmt: skip
    assert theirs["metadata"] == {"title": "A", "publisher": "P"}


def test_two_windows_at_one_draft(someone, deposit_form, send, make_draft, repository, ada) -> None:
    draft = make_draft(title="As it was", metadata={"version": "1"})
    form = deposit_form(someone.get(f"/uploads/{draft.id}"))
    metadata = {**draft.data["metadata"], "title": "From another window", "subjects": [{"subject": "added there"}]}
    repository.records.update_draft(ada.actor, draft.id, {**draft.data, "metadata": metadata})
    answer = send(form, "save", **{"metadata.title": "From this window", "metadata.version": "2"})
    text = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "From this window" in text
    assert "From another window" in text
    assert "added there" in text
    assert len(re.findall("changed in both", text)) == 1
    assert repository.records.read_draft(ada.actor, draft.id).data["metadata"]["title"] == "From another window"
    choice = next(found for found in forms_of(answer.get_data(as_text=True)) if found.action.endswith("/resolve"))
    given = dict(choice.pairs)
    assert given["choose:metadata.title"] == "mine"
    assert given["choose:metadata.version"] == "mine"
    assert given["choose:metadata.subjects"] == "theirs"
    done = send(choice, **{"choose:metadata.title": "theirs"})
    assert done.headers["Location"] == f"/uploads/{draft.id}?saved=1"
    saved = repository.records.read_draft(ada.actor, draft.id).data["metadata"]
    assert (saved["title"], saved["version"]) == ("From another window", "2")
    assert saved["subjects"] == [{"subject": "added there"}]
    # Somebody was faster again: the question is asked again, and nothing is overwritten.
    again = send(choice)
    assert again.status_code == 409
    assert "From another window" in again.get_data(as_text=True)


def test_a_draft_that_moved_without_a_difference_needs_no_choice(
    someone, deposit_form, send, make_draft, repository, ada
) -> None:
    draft = make_draft()
    form = deposit_form(someone.get(f"/uploads/{draft.id}"))
    repository.records.update_draft(ada.actor, draft.id, draft.data)
    assert send(form, "save").headers["Location"] == f"/uploads/{draft.id}"


def test_a_draft_that_is_gone_leads_to_its_record(someone, send, make_record) -> None:
    from muniment.testing.html_forms import Form

    record = make_record()
    page = someone.get("/uploads/new").get_data(as_text=True)
    token = [pair for pair in forms_of(page)[-1].pairs if pair[0] == "csrf_token"]
    assert send(Form(f"/uploads/{record.id}/resolve", "post", token)).headers["Location"] == f"/uploads/{record.id}"
