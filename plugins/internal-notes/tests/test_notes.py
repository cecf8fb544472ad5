"""Moderators write notes about records for each other, and nobody else learns of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from muniment.api import SYSTEM, RecordItem, Repository
from muniment.testing.html_forms import Form, forms_of
from muniment_internal_notes.notes import InternalNotes

pytestmark = pytest.mark.plugins("internal-notes")


@pytest.fixture
def moderator(make_user: Any) -> Any:
    return make_user("mod@example.org", roles=["moderator"], full_name="Mo Derator")


def written(notes: list[dict[str, Any]]) -> list[str]:
    return [note["note"] for note in notes]


def written_by(repository: Repository, person: Any, number: str, *texts: str) -> None:
    notes = InternalNotes(repository)
    for note in texts:
        notes.add(person.actor, number, note)


@pytest.mark.hook("render_slot")
@pytest.mark.hook("register_blueprints")
def test_a_moderator_writes_and_removes_a_note(
    panel_of: Any, repository: Repository, make_record: Callable[..., RecordItem], moderator: Any
) -> None:
    number, panel = make_record().id, panel_of(moderator)
    assert "Only moderators see this." in panel.get(f"/records/{number}")
    panel.post(f"/internal-notes/{number}", note="The author wrote\nby <b>mail</b>.")
    page = panel.get(f"/records/{number}")
    assert "Mo Derator" in page
    assert "<b>mail</b>" in page, "what has elements is HTML, as in comments"
    [note] = repository.records.read(moderator.actor, number).data["internal_notes"]
    assert note["added_by"] == {"user": str(moderator.subject)}
    panel.post(f"/internal-notes/{number}/{note['id']}/remove")
    assert repository.records.read(moderator.actor, number).data["internal_notes"] == []
    with repository.database.read() as session:
        acts = session.execute(
            text("SELECT action FROM audit_entries WHERE action LIKE 'internal%' ORDER BY id")
        ).scalars()
        assert list(acts) == ["internal_note.added", "internal_note.removed"]


@pytest.mark.hook("register_record_parts")
def test_nobody_else_learns_of_them(
    api: Any, client: Any, repository: Repository, make_record: Callable[..., RecordItem], ada: Any, moderator: Any
) -> None:
    record = make_record("Tides")
    repository.records.edit(ada.actor, record.id)
    path = f"/api/records/{record.id}"
    for reader in (api, api.as_(ada)):
        before = reader.get(path)
        written_by(repository, moderator, record.id, "She has done this before.")
        after = reader.get(path)
        assert "internal_notes" not in after.json
        assert after.headers["ETag"] == before.headers["ETag"]
        assert "internal_notes" not in reader.get("/api/records?q=Tides").json["hits"]["hits"][0]
    assert "internal_notes" not in api.as_(ada).get(f"{path}/draft").json
    assert "Internal notes" not in client.get(f"/records/{record.id}").text
    assert "done this before" not in api.get(f"{path}", headers={"Accept": "application/json"}).text
    hits = api.as_(moderator).get("/api/records?q=Tides").json["hits"]["hits"]
    assert len(hits[0]["internal_notes"]) == 2


def test_a_moderator_who_reads_has_another_entity_tag_after_a_note(
    api: Any, repository: Repository, make_draft: Callable[..., RecordItem], make_record: Any, moderator: Any
) -> None:
    draft, record = make_draft().id, make_record().id
    for number, path in ((draft, f"/api/records/{draft}/draft"), (record, f"/api/records/{record}")):
        reader = api.as_(moderator)
        tag = reader.get(path).headers["ETag"]
        assert reader.get(path, headers={"If-None-Match": tag}).status_code == 304
        written_by(repository, moderator, number, "Look at the licence.")
        answer = reader.get(path, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert written(answer.json["internal_notes"]) == ["<p>Look at the licence.</p>"]


def test_a_list_that_is_sent_replaces_the_notes(
    api: Any, repository: Repository, make_draft: Callable[..., RecordItem], moderator: Any, administrator: Any
) -> None:
    number = make_draft().id
    path = f"/api/records/{number}/draft"
    written_by(repository, moderator, number, "One", "Two", "Three")
    boss = api.as_(administrator)
    read = boss.get(path).json
    one, two, _three = read["internal_notes"]
    sent = [one, {**two, "note": "Two, changed"}, {"note": "Four"}]
    saved = boss.put(path, json={**read, "internal_notes": sent}).json
    assert written(saved["internal_notes"]) == ["<p>One</p>", "<p>Two, changed</p>", "<p>Four</p>"]
    first, changed, _new = saved["internal_notes"]
    assert first == one
    assert changed["id"] != two["id"]
    assert changed["added_by"] == {"user": str(administrator.subject)}, "nobody's words are changed under their name"
    del read["internal_notes"]
    assert boss.put(path, json=read).json["internal_notes"] == saved["internal_notes"], "without a list all stay"
    assert boss.put(path, json={**read, "internal_notes": []}).json["internal_notes"] == []


def test_a_draft_is_made_with_notes_by_those_who_may(api: Any, ada: Any, administrator: Any) -> None:
    made = api.as_(administrator).post("/api/records", json={"internal_notes": [{"note": "From the old system"}]})
    assert made.status_code == 201
    assert written(made.json["internal_notes"]) == ["<p>From the old system</p>"]
    made = api.as_(ada).post("/api/records", json={"internal_notes": [{"note": "Mine"}]})
    assert made.status_code == 201
    assert "internal_notes" not in made.json
    read = api.as_(administrator).get(f"/api/records/{made.json['id']}/draft").json
    assert read["internal_notes"] == [], "what somebody sends who may not is left out"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ("text", "internal_notes"),
        ([{"note": "Fine"}, 5], "internal_notes.1"),
        ([{}], "internal_notes.0.note"),
        ([{"note": 5}], "internal_notes.0.note"),
        ([{"note": "<p> </p>"}], "internal_notes.0.note"),
        ([{"note": "x" * 25_001}], "internal_notes.0.note"),
        ([{"note": "x", "id": ["a"]}] * 101, "internal_notes"),
    ],
)
def test_what_is_wrong_with_the_list_is_told_to_whoever_sent_it(
    api: Any, repository: Repository, make_draft: Any, ada: Any, administrator: Any, sent: Any, field: str
) -> None:
    number = make_draft().id
    path = f"/api/records/{number}/draft"
    written_by(repository, administrator, number, "Stays")
    boss = api.as_(administrator)
    saved = boss.put(path, json={**boss.get(path).json, "internal_notes": sent})
    assert saved.status_code == 200
    assert [error["field"] for error in saved.json["errors"]] == [field]
    assert written(saved.json["internal_notes"]) == ["<p>Stays</p>"]
    assert repository.records.read_draft(ada.actor, number).problems == (), "its owner is not told that there are notes"


def test_ids_of_others_are_new_notes(
    api: Any, repository: Repository, make_draft: Any, administrator: Any, moderator: Any
) -> None:
    """A note of another record cannot be taken or removed by naming it."""
    one, other = make_draft().id, make_draft().id
    written_by(repository, moderator, one, "About one")
    path = f"/api/records/{other}/draft"
    boss = api.as_(administrator)
    theirs = boss.get(f"/api/records/{one}/draft").json["internal_notes"]
    saved = boss.put(path, json={**boss.get(path).json, "internal_notes": theirs}).json["internal_notes"]
    assert written(saved) == ["<p>About one</p>"]
    assert saved[0]["id"] != theirs[0]["id"]
    boss.put(path, json={**boss.get(path).json, "internal_notes": []})
    assert boss.get(f"/api/records/{one}/draft").json["internal_notes"] == theirs


def test_pages_are_for_moderators(panel_of: Any, make_record: Any, ada: Any, moderator: Any) -> None:
    number, owner, panel = make_record().id, panel_of(ada), panel_of(moderator)
    owner.get(f"/internal-notes/{number}", status=404)
    owner.post(f"/internal-notes/{number}", status=404, note="Mine")
    assert "Internal notes" not in owner.get(f"/records/{number}")
    panel.get("/internal-notes/999999", status=404)
    panel.get("/internal-notes/nonsense", status=404)
    assert "Write something." in panel.post(f"/internal-notes/{number}", status=422, note="  ")
    panel.post(f"/internal-notes/{number}/none/remove", status=404)


def test_a_record_takes_a_hundred_notes(
    panel_of: Any, repository: Repository, make_record: Any, moderator: Any
) -> None:
    number = make_record().id
    written_by(repository, moderator, number, *(f"Note {count}" for count in range(100)))
    panel = panel_of(moderator)
    assert "at most 100 notes" in panel.post(f"/internal-notes/{number}", status=422, note="One more")
    box = panel.get(f"/records/{number}")
    assert "All 100 notes" in box
    assert "Note 99" in box
    assert "Note 96" not in box


def test_the_preview_of_a_draft_has_them(
    panel_of: Any, repository: Repository, make_draft: Any, moderator: Any
) -> None:
    number = make_draft().id
    written_by(repository, moderator, number, "Wait for the consent form.")
    panel = panel_of(moderator)
    assert "Wait for the consent form." in panel.get(f"/records/{number}?preview=1")
    assert f'href="/records/{number}?preview=1"' in panel.get(f"/internal-notes/{number}")


def test_a_form_that_was_open_before_removes_no_note(
    panel_of: Any, repository: Repository, make_draft: Any, administrator: Any, moderator: Any
) -> None:
    """Saved as it is, and in the choice between two windows, which may stay open for hours."""
    number = make_draft().id
    written_by(repository, moderator, number, "Before")
    panel = panel_of(administrator)
    form = deposit_form(panel.client.get(f"/uploads/{number}").text)
    written_by(repository, moderator, number, "Meanwhile")

    def send(sent: Form, do: str = "", **changes: str) -> Any:
        pairs = MultiDict([*sent.filled(**changes), *([("do", do)] if do else [])])
        return panel.client.post(sent.action, data=pairs, headers={"Sec-Fetch-Site": "same-origin"})

    assert send(form, "save", **{"metadata.title": "From this window"}).status_code == 303
    choosing = send(form, "save", **{"metadata.title": "From an older window"})
    assert choosing.status_code == 409
    assert "Before" not in choosing.text, "notes are nothing to choose between"
    choice = next(found for found in forms_of(choosing.text) if found.action.endswith("/resolve"))
    written_by(repository, moderator, number, "While choosing")
    assert send(choice).status_code == 303
    notes = repository.records.read_draft(administrator.actor, number).data["internal_notes"]
    assert written(notes) == ["<p>Before</p>", "<p>Meanwhile</p>", "<p>While choosing</p>"]


def deposit_form(page: str) -> Form:
    return next(form for form in forms_of(page) if "metadata.title" in dict(form.pairs))


def test_a_new_version_starts_without(
    api: Any, repository: Repository, make_record: Any, ada: Any, moderator: Any
) -> None:
    number = make_record().id
    written_by(repository, moderator, number, "About the first")
    version = repository.records.new_version(ada.actor, number).id
    assert api.as_(moderator).get(f"/api/records/{version}/draft").json["internal_notes"] == []


@pytest.mark.hook("register_event_handlers")
def test_notes_go_with_a_draft_and_stay_with_a_record(
    repository: Repository, make_draft: Any, make_record: Any, ada: Any, moderator: Any, run_jobs: Callable[[], Any]
) -> None:
    draft, record = make_draft().id, make_record().id
    for number in (draft, record):
        written_by(repository, moderator, number, "A note")
    repository.records.delete_draft(ada.actor, draft)
    repository.records.edit(ada.actor, record)
    repository.records.delete_draft(ada.actor, record)
    repository.records.delete(SYSTEM, record)
    run_jobs()
    with repository.database.read() as session:
        left = session.execute(text("SELECT record_id FROM internal_notes_notes")).scalars()
        assert [repository.records.numbers.format(number) for number in left] == [record]


@pytest.mark.hook("privacy_categories")
def test_notes_of_an_account_that_ended_have_no_name(
    repository: Repository, panel_of: Any, make_record: Any, moderator: Any, administrator: Any
) -> None:
    number = make_record().id
    written_by(repository, moderator, number, "A note")
    repository.erasure.erase(moderator.subject)
    page = panel_of(administrator).get(f"/internal-notes/{number}")
    assert "Somebody who left" in page
    assert "A note" in page
    assert "Mo Derator" not in page
