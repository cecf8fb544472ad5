"""Records and drafts in the control panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from muniment.records.models import Projection


def test_everything_is_found_with_its_state(
    repository: Any, panel: Any, administrator: Any, make_record: Callable[..., Any]
) -> None:
    make_record("Open to all")
    make_record("Closed to most", record_access="restricted", files_access="restricted")
    gone = make_record("Withdrawn later")
    repository.records.delete(administrator.actor, gone.id)
    every = panel.get("/control/records")
    assert all(title in every for title in ("Open to all", "Closed to most", "Withdrawn later"))
    deleted = panel.get("/control/records?state=deleted")
    assert ("Withdrawn later" in deleted, "Open to all" in deleted) == (True, False)
    restricted = panel.get("/control/records?state=restricted")
    assert ("Closed to most" in restricted, "Open to all" in restricted) == (True, False)
    assert "Withdrawn later" in panel.get("/control/records?q=withdrawn")
    assert "could not be understood" in panel.get("/control/records?q=%22a", 422)


def test_a_record_is_deleted_with_a_reason_and_restored(
    repository: Any, panel: Any, make_record: Callable[..., Any], client: Any
) -> None:
    record = make_record("Doubtful")
    assert "Invalid value" in panel.post(f"/control/records/{record.id}/delete", 422, reason="whim", visible="1")
    page = panel.post(
        f"/control/records/{record.id}/delete", reason="retracted", note="Asked for\nby its author", visible="1"
    )
    assert "Asked for by its author" in page
    assert client.get(f"/records/{record.id}").status_code == 410
    panel.get(f"/control/records/{record.id}/delete", 404)
    assert "Bring “Doubtful” back?" in panel.get(f"/control/records/{record.id}/restore")
    assert "The record is back" in panel.post(f"/control/records/{record.id}/restore")
    assert client.get(f"/records/{record.id}").status_code == 200
    panel.post(f"/control/records/{record.id}/restore", 422)


def test_a_moderator_deletes_but_sees_no_revisions(
    panel_of: Callable[[Any], Any], moderator: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record()
    browser = panel_of(moderator)
    assert "Revisions" not in browser.get(f"/control/records/{record.id}")
    browser.get(f"/control/records/{record.id}/revisions", 403)
    browser.post(f"/control/records/{record.id}/delete", reason="spam")


def test_revisions_stand_side_by_side(
    repository: Any, panel: Any, ada: Any, administrator: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record("First title")
    edited = repository.records.edit(ada.actor, record.id).data
    edited["metadata"]["title"] = "Second title"
    repository.records.update_draft(ada.actor, record.id, edited)
    second = repository.records.publish(ada.actor, record.id)
    edited = repository.records.edit(administrator.actor, record.id).data
    edited["metadata"]["subjects"] = [{"subject": "New subject"}]
    repository.records.update_draft(administrator.actor, record.id, edited)
    third = repository.records.publish(administrator.actor, record.id)
    page = panel.get(f"/control/records/{record.id}")
    assert page.count("What changed") == 2
    newest = panel.get(f"/control/records/{record.id}/revisions")
    assert "<ins>New subject</ins>" in newest
    assert "Second" not in newest.partition('class="compared"')[2], "what is the same is left out"
    first = panel.get(f"/control/records/{record.id}/revisions?old={record.revision}&new={second.revision}")
    assert "<del>First</del>" in first
    assert "<ins>Second</ins>" in first
    assert "Ada Lovelace" in first
    everything = panel.get(f"/control/records/{record.id}/revisions?all=1&new={third.revision}&old={second.revision}")
    assert "Publication date" in everything


def test_a_record_is_rendered_and_indexed_anew(
    repository: Any, panel: Any, client: Any, make_record: Callable[..., Any]
) -> None:
    record = make_record("Right title")
    with repository.database.write() as unit:
        projection = unit.session.get(Projection, int(record.id))
        projection.body = projection.body.replace(b"Right title", b"Wrong title")
    assert client.get(f"/api/records/{record.id}").json["metadata"]["title"] == "Wrong title"
    panel.post(f"/control/records/{record.id}/refresh")
    assert client.get(f"/api/records/{record.id}").json["metadata"]["title"] == "Right title"
    panel.post("/control/records/999999/refresh", 404)


def test_drafts_of_everybody(
    repository: Any, panel: Any, ada: Any, grace: Any, make_record: Callable[..., Any], make_draft: Callable[..., Any]
) -> None:
    published = make_record("Being edited")
    repository.records.edit(ada.actor, published.id)
    other = make_record("Getting a version")
    repository.records.new_version(ada.actor, other.id)
    unfinished = repository.records.create(grace.actor, {"metadata": {"title": "Unfinished thoughts"}})
    every = panel.get("/control/drafts")
    assert all(title in every for title in ("Being edited", "Getting a version", "Unfinished thoughts"))
    assert "problems" in every
    assert "Being edited" not in panel.get("/control/drafts?kind=new")
    assert "Being edited" in panel.get("/control/drafts?kind=edit")
    assert "Getting a version" in panel.get("/control/drafts?kind=version")
    theirs = panel.get(f"/control/drafts?owner={grace.subject}")
    assert ("Unfinished thoughts" in theirs, "Being edited" in theirs) == (True, False)
    assert "Unfinished thoughts" in panel.get(f"/control/drafts/{unfinished.id}/discard")
    panel.post(f"/control/drafts/{unfinished.id}/discard")
    assert "Unfinished thoughts" not in panel.get("/control/drafts")
