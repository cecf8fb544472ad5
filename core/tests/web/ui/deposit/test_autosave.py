"""Saving in the background: the same service, the revision compared, no audit row, and an answer for every trouble."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.access.actor import SYSTEM

HEADERS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def autosave(someone) -> Any:
    """`autosave(form, "metadata.title", "…")`: send a form as the script does."""

    def send(form: Any, **changes: str) -> Any:
        data: dict[str, list[str]] = {}
        for name, value in form.filled(**changes):
            data.setdefault(name, []).append(value)
        token = data.pop("csrf_token")[0]
        return someone.post(f"{form.action}/autosave", data=data, headers={**HEADERS, "X-CSRFToken": token})

    return send


def test_the_first_save_makes_the_draft_and_the_next_ones_change_it(
    someone, deposit_form, autosave, repository, ada
) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    first = autosave(form, **{"metadata.title": "Sea ice"}).get_json()
    assert first["state"] == "saved"
    assert first["address"] == f"/uploads/{first['number']}"
    again = autosave(form, **{"metadata.title": "The answer was lost"}).get_json()
    assert (again["number"], again["revision"]) == (first["number"], first["revision"] + 1)
    form.action = first["address"]
    third = autosave(form, **{"metadata.title": "Sea ice", "revision": str(again["revision"])}).get_json()
    assert third["revision"] == again["revision"] + 1
    draft = repository.records.read_draft(ada.actor, first["number"])
    assert draft.data["metadata"]["title"] == "Sea ice"
    actions = [entry.action for entry in repository.audit.entries(f"record:{first['number']}")]
    assert actions == ["draft.created"]


def test_the_answer_tells_what_is_wrong_at_the_controls_of_the_form(someone, deposit_form, autosave) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    form.pairs += [
        ("metadata.sizes", "n7"),
        ("metadata.dates", "empty"),
        ("metadata.dates", "n8"),
        ("metadata.dates.n8.date", "soon"),
    ]
    answer = autosave(form, **{"metadata.publication_date": "tomorrow"}).get_json()
    wrong = dict(answer["problems"])
    assert set(wrong) == {"metadata.publication_date", "metadata.dates.n8.date"}
    assert answer["ready"] is False
    assert "Name at least one creator." in answer["missing"]
    form.pairs.append(("attempted", "1"))
    attempted = dict(autosave(form, **{"metadata.publication_date": "tomorrow"}).get_json()["problems"])
    assert {"metadata.creators", "metadata.title", "files.enabled"} <= set(attempted)


def test_a_draft_that_moved_on_is_a_conflict(someone, deposit_form, autosave, make_draft, repository, ada) -> None:
    draft = make_draft()
    form = deposit_form(someone.get(f"/uploads/{draft.id}"))
    repository.records.update_draft(ada.actor, draft.id, draft.data)
    answer = autosave(form, **{"metadata.title": "Late"})
    assert (answer.status_code, answer.get_json()["state"]) == (409, "conflict")
    assert repository.records.read_draft(ada.actor, draft.id).data["metadata"]["title"] != "Late"


def test_a_draft_that_is_gone_or_somebody_elses(
    someone, deposit_form, autosave, make_draft, repository, ada, grace
) -> None:
    draft = make_draft()
    form = deposit_form(someone.get(f"/uploads/{draft.id}"))
    repository.records.publish(ada.actor, draft.id)
    answer = autosave(form)
    assert (answer.status_code, answer.get_json()) == (410, {"state": "gone", "href": f"/records/{draft.id}"})
    form.action = f"/uploads/{make_draft(actor=grace.actor).id}"
    assert autosave(form).get_json() == {"state": "forbidden"}


@pytest.mark.configuration("records", max_metadata_bytes=3000)
def test_too_much_is_refused_in_words(someone, deposit_form, autosave) -> None:
    answer = autosave(deposit_form(someone.get("/uploads/new")), **{"metadata.description": "word " * 1000})
    assert answer.status_code == 422
    assert "This is too much" in answer.get_json()["text"]


def test_a_session_that_ended_is_told_and_saving_goes_on_with_the_next_one(
    client, sign_in, ada, deposit_form, repository
) -> None:
    sign_in(client, ada)
    form = deposit_form(client.get("/uploads/new"))
    data = {name: value for name, value in form.filled(**{"metadata.title": "Kept"}) if name != "csrf_token"}
    token = dict(form.pairs)["csrf_token"]
    repository.sessions.end(client.get_cookie("muniment_session").value)
    headers = {**HEADERS, "X-CSRFToken": token}
    answer = client.post("/uploads/new/autosave", data=data, headers=headers)
    assert (answer.status_code, answer.get_json()) == (401, {"state": "signed-out"})
    assert client.get("/uploads/session").get_json() == {"signed_in": False}
    assert client.post("/uploads/new/autosave", data=data, headers=headers).status_code == 400
    sign_in(client, ada)
    state = client.get("/uploads/session").get_json()
    assert (state["signed_in"], state["subject"]) == (True, str(ada.subject))
    answer = client.post("/uploads/new/autosave", data=data, headers={**HEADERS, "X-CSRFToken": state["csrf_token"]})
    assert answer.get_json()["state"] == "saved"


def test_other_sites_cannot_save(someone, deposit_form) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    token = dict(form.pairs)["csrf_token"]
    foreign = {"Sec-Fetch-Site": "cross-site", "X-CSRFToken": token}
    assert someone.post("/uploads/new/autosave", data={}, headers=foreign).status_code == 400
    assert someone.post("/uploads/new/autosave", data={}, headers=HEADERS).status_code == 400


@pytest.mark.hook("register_record_parts", "render_slot")
def test_controls_of_plugins_are_saved_as_parts_of_theirs(
    repository, fake_plugin, make_draft, ada, sign_in, deposit_form
) -> None:
    from markupsafe import Markup

    from muniment.api import Fragment, Problem, RecordPart
    from muniment.web.app import create_app

    def load(sent: Any, stored: Any) -> tuple[Any, list[Problem]]:
        if sent is None:
            return stored, []
        return sent, [] if sent.get("room") else [Problem("ext.lab.room", "Which room?")]

    def dump(_repository: Any, subjects: Any) -> dict[int, Any]:
        return {subject.record_id: subject.stored for subject in subjects if subject.stored}

    def render_slot(slot: str, context: Any) -> list[Fragment]:
        if slot != "deposit.basics":
            return []
        room = (context["form"].saved.get("ext", {}).get("lab") or {}).get("room", "")
        html = Markup(
            '<label for="f-ext.lab.room">Room</label><input id="f-ext.lab.room" name="ext.lab.room" value="{}">'
        )
        return [Fragment(html.format(room))]

    part = RecordPart("ext.lab", load=load, dump=dump)
    fake_plugin("probe", register_record_parts=[part], render_slot=render_slot)
    repository.plugins.enable("probe", SYSTEM)
    on = repository.successor()
    client = create_app(on).test_client()
    sign_in(client, ada)
    draft = make_draft()
    form = deposit_form(client.get(f"/uploads/{draft.id}"))
    data = [*form.filled(**{"ext.lab.room": "4.12 <b>"}), ("do", "save")]
    sent: dict[str, list[str]] = {}
    for name, value in data:
        sent.setdefault(name, []).append(value)
    assert client.post(form.action, data=sent, headers=HEADERS).status_code == 303
    assert on.records.read_draft(ada.actor, draft.id).data["ext"] == {"lab": {"room": "4.12 <b>"}}
    form = deposit_form(client.get(f"/uploads/{draft.id}"))
    assert ("ext.lab.room", "4.12 <b>") in form.pairs


def test_what_plugins_could_not_do_is_told_and_shown_by_the_form(
    repository, fake_plugin, sign_in, ada, deposit_form
) -> None:
    from muniment.api import FormEffect
    from muniment.web.app import create_app

    def draft_form_saved(form: Any) -> list[FormEffect]:
        room = form.get("probe.room", ("",))[0]
        if room == "0":
            raise ValueError("there is no such room")
        return [FormEffect("Saved, but room 13 is taken.", {"room": room})] if room == "13" else []

    fake_plugin("probe", draft_form_saved=draft_form_saved)
    repository.plugins.enable("probe", SYSTEM)
    browser = create_app(repository.successor()).test_client()
    sign_in(browser, ada)
    form = deposit_form(browser.get("/uploads/new"))
    data = {**dict(form.filled(**{"metadata.title": "Kept"})), "probe.room": "13"}
    answer = browser.post("/uploads/new/autosave", data=data, headers=HEADERS).get_json()
    assert (answer["saved"], answer["ready"]) == ("Saved, but room 13 is taken.", False)
    for do in ("save", "preview"):
        shown = browser.post("/uploads/new", data={**data, "do": do}, headers=HEADERS)
        assert shown.headers["Location"].endswith(f"/uploads/{answer['number']}?room=13&saved=1"), do
    failed = {**data, "probe.room": "0"}
    said = "The draft is saved, but probe failed"
    assert said in browser.post("/uploads/new/autosave", data=failed, headers=HEADERS).get_json()["saved"]
    for path, do in (("", "publish"), ("/files", "file-sort")):
        shown = browser.post(f"/uploads/new{path}", data={**failed, "do": do}, headers=HEADERS)
        assert (shown.status_code, said in shown.text) == (422, True), do
    shown = browser.post("/uploads/new", data={**data, "do": "save", "probe.room": "12"}, headers=HEADERS)
    assert shown.headers["Location"].endswith(f"/uploads/{answer['number']}?saved=1")
