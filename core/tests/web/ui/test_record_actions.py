"""What an owner does with a published record, from the box beside it."""

from __future__ import annotations

from typing import Any

import pytest
from markupsafe import Markup

from muniment.errors import Gone
from muniment.hooks.caller import Hooks
from muniment.hooks.meta import implements
from muniment.hooks.specs_pages import PageHooks
from muniment.testing.html_forms import Form, forms_of
from muniment.web.current import the_actor
from muniment.web.ui.slots import Fragment, Slots

HEADERS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def owner(client: Any, sign_in: Any, ada: Any) -> Any:
    sign_in(client, ada)
    return client


def form_at(client: Any, path: str, action: str, **fields: str) -> Form:
    """The form with this action on a page, with the hidden fields that are given."""
    forms = [form for form in forms_of(client.get(path).get_data(as_text=True)) if form.action == action]
    return next(form for form in forms if set(fields.items()) <= set(form.pairs))


def send(client: Any, form: Form, **changes: str) -> Any:
    data = dict(form.filled(**changes))
    return client.post(form.action, data=data, headers=HEADERS)


def test_the_owner_sees_one_edit_and_others_see_nothing(owner, app, make_record, sign_in, grace) -> None:
    record = make_record(files={"a.txt": b"one"})
    page = owner.get(f"/records/{record.id}").get_data(as_text=True)
    for text in ("Your record", "Correct the description", "Publish a new version with other files"):
        assert text in page
    other = app.test_client()
    assert "Your record" not in other.get(f"/records/{record.id}").get_data(as_text=True)
    sign_in(other, grace)
    assert "Your record" not in other.get(f"/records/{record.id}").get_data(as_text=True)
    assert other.get(f"/records/{record.id}/edit").status_code == 403
    assert other.get(f"/records/{record.id}/delete").status_code == 403


def test_a_new_version_says_what_is_to_be_done_with_its_files(owner, make_record) -> None:
    number, path = make_record(files={"a.txt": b"one"}).id, "/records/{}/edit"
    form = form_at(owner, path.format(number), path.format(number), kind="version")
    draft = send(owner, form).headers["Location"]
    assert "Change its files: add, replace" in owner.get(draft).get_data(as_text=True)
    number = make_record().id
    draft = send(owner, form_at(owner, path.format(number), path.format(number), kind="version")).headers["Location"]
    assert "Add the files of the new version" in owner.get(draft).get_data(as_text=True)


class Actions:
    """A plugin that lets everybody who is signed in do something with a record, and another thing with a draft."""

    @implements
    def render_slot(self, slot: str, context: Any) -> list[Fragment]:
        if slot != "record.actions" or not the_actor().is_authenticated:
            return []
        return [Fragment(Markup('<li><a href="/like/{}">Like</a></li>').format(context["record"].id))]


def test_what_plugins_offer_stands_in_the_box_of_the_owner(owner, app, make_record, make_draft, sign_in, grace) -> None:
    shared = app.extensions["muniment_pages"]
    shared.slots = Slots(Hooks([PageHooks], [("actions", Actions())]))
    app.jinja_env.globals["slot"] = shared.slots.render
    record, draft = make_record().id, make_draft().id

    def box(reader: Any, address: str) -> str:
        return reader.get(address).get_data(as_text=True).partition('<section class="card owner-box"')[2]

    for number, query, head in ((record, "", "Your record"), (draft, "?preview=1", "Your draft")):
        own, _, rest = box(owner, f"/records/{number}{query}").partition("</section>")
        assert head in own
        assert f'<li><a href="/like/{number}">' in own
        assert "/like/" not in rest
    other = app.test_client()
    assert box(other, f"/records/{record}") == ""
    sign_in(other, grace)
    shown = box(other, f"/records/{record}").partition("</section>")[0]
    assert "What you can do" in shown
    assert f"/like/{record}" in shown
    assert "/edit" not in shown


def test_the_description_is_corrected(owner, make_record, repository, ada) -> None:
    record = make_record()
    path = f"/records/{record.id}/edit"
    answer = send(owner, form_at(owner, path, path, kind="correct"))
    assert answer.headers["Location"] == f"/uploads/{record.id}"
    assert "You are correcting the description" in owner.get(answer.headers["Location"]).get_data(as_text=True)
    assert repository.records.read_draft(ada.actor, record.id).data["is_published"] is True
    assert "There are corrections that are not published" in owner.get(f"/records/{record.id}").get_data(as_text=True)


def test_a_new_version_begins_with_the_files_that_are_asked_for(owner, make_record, repository, ada) -> None:
    record = make_record(files={"a.txt": b"one"})
    path = f"/records/{record.id}/edit"
    form = form_at(owner, path, path, kind="version")
    assert ("import_files", "1") in form.pairs
    answer = send(owner, form)
    number = answer.headers["Location"].rpartition("/")[2]
    draft = repository.records.read_draft(ada.actor, number)
    assert list(draft.data["files"]["entries"]) == ["a.txt"]
    page = owner.get(f"/records/{record.id}").get_data(as_text=True)
    assert "A new version is being prepared" in page
    assert f'href="/uploads/{number}"' in page
    # Asked for again, the same draft comes back, whatever became of its files.
    repository.files.delete(ada.actor, number, "a.txt")
    again = owner.post(path, data={**dict(form.pairs), "import_files": ""}, headers=HEADERS)
    assert again.headers["Location"] == f"/uploads/{number}"
    assert repository.records.read_draft(ada.actor, number).data["files"]["entries"] == {}


def test_a_new_upload_is_described_like_another(owner, make_record, repository, ada) -> None:
    record = make_record(title="The pattern")
    form = form_at(owner, f"/records/{record.id}", f"/records/{record.id}/duplicate")
    number = send(owner, form).headers["Location"].rpartition("/")[2]
    assert number != record.id
    assert repository.records.read_draft(ada.actor, number).data["metadata"]["title"] == "The pattern"


def test_a_record_is_deleted_with_a_reason(owner, make_record, repository, ada) -> None:
    record = make_record()
    path = f"/records/{record.id}/delete"
    form = form_at(owner, path, path)
    refused = send(owner, form)
    assert refused.status_code == 422
    assert 'href="#f-removal_reason"' in refused.get_data(as_text=True)
    answer = send(owner, form, removal_reason="test-record", note="Two\r\nlines")
    assert answer.headers["Location"] == f"/records/{record.id}"
    with pytest.raises(Gone) as gone:
        repository.records.read(ada.actor, record.id)
    assert gone.value.tombstone["removal_reason"] == {"id": "test-record"}
    assert gone.value.tombstone["note"] == "Two lines"
    assert owner.get(path).status_code == 410


@pytest.mark.configuration("records", owner_delete_days=0)
def test_where_owners_may_not_delete_it_is_not_offered(owner, make_record) -> None:
    record = make_record()
    assert "Delete …" not in owner.get(f"/records/{record.id}").get_data(as_text=True)
    assert owner.get(f"/records/{record.id}/delete").status_code == 403


def test_publishing_is_confirmed_on_the_record_and_a_preview_leads_back(owner, make_record, make_draft) -> None:
    record = make_record()
    assert "It is published" in owner.get(f"/records/{record.id}?published=1").get_data(as_text=True)
    draft = make_draft()
    preview = owner.get(f"/records/{draft.id}?preview=1").get_data(as_text=True)
    assert f'href="/uploads/{draft.id}"' in preview
    assert f'href="/uploads/{draft.id}/publish"' in preview
