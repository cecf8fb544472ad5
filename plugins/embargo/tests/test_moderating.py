"""Ending early and moving the day: by command, on the pages of the control panel, and not by others."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import Conflict, PermissionDenied
from muniment.testing.lost_sessions import send_after_the_session_ended

pytestmark = pytest.mark.plugins("embargo")


@pytest.fixture
def service(repository: Any) -> Any:
    return next(loaded.plugin.embargoes for loaded in repository.generation.plugins if loaded.name == "embargo")


@pytest.fixture
def moderator(make_user: Any) -> Any:
    return make_user("moderator@example.org", roles=["moderator"])


def test_those_that_open_first_come_first(service: Any, embargoed: Any, clock: Any, make_record: Any) -> None:
    make_record()
    later, sooner = embargoed("2027-05-01", reason="Thesis").id, embargoed("2027-03-03").id
    clock.at("2027-03-04 00:00")
    assert [(entry.number, str(entry.until), entry.overdue, entry.reason) for entry in service.entries()] == [
        (sooner, "2027-03-03", True, ""),
        (later, "2027-05-01", False, "Thesis"),
    ]


def test_moderators_and_owners_end_it_early_and_nobody_else(
    repository: Any, service: Any, embargoed: Any, ada: Any, grace: Any, moderator: Any
) -> None:
    number, own = embargoed().id, embargoed().id
    with pytest.raises(PermissionDenied):
        service.lift(grace.actor, number)
    service.lift(moderator.actor, number)
    service.lift(ada.actor, own)
    data = repository.records.read(grace.actor, number).data
    assert data["access"]["status"] == "open"
    assert data["access"]["embargo"] == {"active": False, "until": "2027-03-01", "reason": None}
    entry = next(entry for entry in repository.audit.entries() if entry.action == "embargo.lifted")
    assert entry.subject_id in (moderator.subject, ada.subject)
    assert entry.details == {"until": ["2027-03-03", "2027-03-01"]}
    with pytest.raises(Conflict):
        service.lift(moderator.actor, number)


def test_what_was_ended_early_can_be_edited(repository: Any, service: Any, embargoed: Any, ada: Any) -> None:
    number = embargoed().id
    service.lift(ada.actor, number)
    draft = repository.records.edit(ada.actor, number)
    assert repository.records.update_draft(ada.actor, number, draft.data).errors == []
    assert repository.records.publish(ada.actor, number).data["access"]["status"] == "open"


@pytest.mark.hook("register_blueprints")
@pytest.mark.hook("register_nav")
def test_the_control_panel_moves_and_lifts(panel_of: Any, moderator: Any, embargoed: Any, repository: Any) -> None:
    number = embargoed("2027-03-03", reason="Until the thesis").id
    panel = panel_of(moderator)
    page = panel.get("/control/embargoes")
    assert "until 3 March 2027" in page
    assert "Until the thesis" in page
    panel.get(f"/control/embargoes/{number}")
    refused = panel.post(f"/control/embargoes/{number}", 422, until="2026-01-01")
    assert "Embargo end date must be set to a future date." in refused
    assert 'value="2026-01-01"' in refused
    assert "Write it like" in panel.post(f"/control/embargoes/{number}", 422, until="soon")
    page = panel.post(f"/control/embargoes/{number}", until="2027-12-24")
    assert "The day is changed." in page
    assert "until 24 December 2027" in page
    assert "become public at once" in panel.get(f"/control/embargoes/{number}/lift")
    page = panel.post(f"/control/embargoes/{number}/lift")
    assert "The files are open." in page
    assert "Nothing is under embargo" in page
    panel.get(f"/control/embargoes/{number}", 404)


def test_a_day_that_was_typed_survives_the_end_of_the_session(panel_of: Any, moderator: Any, embargoed: Any) -> None:
    number, panel = embargoed("2027-03-03").id, panel_of(moderator)
    answer = send_after_the_session_ended(panel, f"/control/embargoes/{number}", until="2027-12-24")
    assert answer.status_code == 303
    assert "until 24 December 2027" in panel.get("/control/embargoes")


def test_the_pages_are_for_those_who_moderate(panel_of: Any, grace: Any, client: Any, embargoed: Any) -> None:
    number = embargoed().id
    assert client.get("/control/embargoes").status_code in (302, 303, 401, 403)
    for path in ("", f"/{number}", f"/{number}/lift"):
        panel_of(grace).get(f"/control/embargoes{path}", 403)
