"""The section of the deposit form, filled in without scripts, and what pages say of an embargo."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from muniment.testing.html_forms import forms_of
from muniment_embargo.checks import NOT_IN_FUTURE, NOT_RESTRICTED

pytestmark = pytest.mark.plugins("embargo")

UNTIL, REASON = "access.embargo.until", "access.embargo.reason"


@pytest.fixture
def write(panel_of: Any, ada: Any, make_draft: Any, clock: Any) -> Any:
    """Saves the form of a draft with a file: `write(until=…, choice="files")`; the page, and the draft's number."""
    panel = panel_of(ada)
    number = make_draft(files={"data.csv": b"1"}).id

    def send(until: str = "", reason: str = "", choice: str = "files", do: str = "save") -> tuple[str, str]:
        page = panel.get(f"/uploads/{number}")
        revision = re.search(r'name="revision" value="(\d+)"', page)
        assert revision is not None
        sent = {"revision": revision[1], "do": do, "access.choice": choice, "access.embargo.form": "1"}
        answer = panel.client.post(
            f"/uploads/{number}",
            data={**sent, UNTIL: until, REASON: reason, "csrf_token": panel._token},
            headers={"Sec-Fetch-Site": "same-origin"},
            follow_redirects=True,
        )
        return answer.get_data(as_text=True), number

    return send


def control(page: str, name: str) -> str:
    found = re.search(rf'<input id="f-{re.escape(name)}"[^>]*>', page)
    assert found is not None, page
    return found[0]


@pytest.mark.hook("render_slot")
def test_a_day_alone_makes_an_embargo(write: Any, repository: Any, ada: Any) -> None:
    page, number = write("2027-03-03", "Thesis")
    draft = repository.records.read_draft(ada.actor, number)
    assert draft.data["access"]["embargo"] == {"active": True, "until": "2027-03-03", "reason": "Thesis"}
    assert draft.errors == []
    assert 'value="2027-03-03"' in control(page, UNTIL)
    assert 'type="date"' in control(page, UNTIL)
    assert re.search(r'<details class="accordion" id="embargo" open>', page)


def test_without_a_day_the_section_is_closed_and_nothing_is_kept(write: Any, repository: Any, ada: Any) -> None:
    write("2027-03-03")
    page, number = write("")
    assert repository.records.read_draft(ada.actor, number).data["access"]["embargo"]["active"] is False
    assert re.search(r'<details class="accordion" id="embargo">', page)


def test_a_past_day_is_told_beside_the_control(write: Any) -> None:
    page, _ = write("2026-01-01")
    assert f'id="f-{UNTIL}-error"' in page
    assert NOT_IN_FUTURE in page
    assert 'aria-invalid="true"' in control(page, UNTIL)
    assert 'value="2026-01-01"' in control(page, UNTIL)


def test_public_files_are_told_where_access_is_chosen(write: Any) -> None:
    page, _ = write("2027-03-03", choice="public")
    assert 'id="f-access.choice-error"' in page
    assert NOT_RESTRICTED in page


def test_a_reason_is_somebodys_text(write: Any) -> None:
    page, _ = write("2027-03-03", '"><script>alert(1)</script>')
    assert "<script>alert(1)" not in page


def test_pages_and_lists_say_until_when(client: Any, embargoed: Any) -> None:
    record = embargoed("2027-03-03", reason="Until <i>the</i> thesis")
    page = client.get(f"/records/{record.id}").text
    assert "Embargoed until 3 March 2027" in page
    assert "The files are closed until 3 March 2027." in page
    assert "Until &lt;i&gt;the&lt;/i&gt; thesis" in page
    for path in ("/search", "/search?access_status=embargoed", "/"):
        assert "Embargoed until 3 March 2027" in client.get(path).text, path


def test_pages_of_other_records_are_kept_in_memory(app: Any, client: Any, make_record: Any) -> None:
    """The plugin fills no place of record pages, so that they are not made anew for each visitor."""
    from muniment.web.ui.environment import pages

    client.get(f"/records/{make_record().id}")
    with app.app_context():
        assert len(pages().record_pages) == 1


def test_who_may_see_the_files_is_told_that_others_do_not(panel_of: Any, ada: Any, embargoed: Any) -> None:
    page = panel_of(ada).get(f"/records/{embargoed('2027-03-03').id}")
    assert "You see them since you have permission." in page
    assert "data.csv" in page


def test_what_is_over_is_told_and_not_proposed_again(
    panel_of: Any, ada: Any, embargoed: Any, repository: Any, clock: Any
) -> None:
    number = embargoed("2027-03-03").id
    clock.at("2027-03-04 00:00")
    repository.jobs.run_now("embargo.lift")
    repository.records.edit(ada.actor, number)
    page = panel_of(ada).get(f"/uploads/{number}")
    assert "The embargo ended on 3 March 2027." in page
    assert 'value=""' in control(page, UNTIL)


def test_an_embargo_outlives_a_conflict_of_two_windows(
    panel_of: Any, ada: Any, make_draft: Any, repository: Any, clock: Any
) -> None:
    draft = make_draft(files={"data.csv": b"1"})
    access = {"record": "public", "files": "restricted", "embargo": {"active": True, "until": "2027-03-03"}}
    draft = repository.records.update_draft(ada.actor, draft.id, {**draft.data, "access": access})
    panel = panel_of(ada)
    page = panel.get(f"/uploads/{draft.id}")
    form = next(found for found in forms_of(page) if found.action.endswith(f"/uploads/{draft.id}"))
    metadata = {**draft.data["metadata"], "title": "From another window"}
    repository.records.update_draft(ada.actor, draft.id, {**draft.data, "metadata": metadata})
    pairs = [(name, value) for name, value in form.pairs if name not in ("metadata.version", "do")]
    answer = panel.client.post(
        f"/uploads/{draft.id}",
        data=MultiDict([*pairs, ("metadata.version", "2"), ("do", "save")]),
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 409
    choice = next(found for found in forms_of(answer.get_data(as_text=True)) if found.action.endswith("/resolve"))
    assert "choose:access" not in dict(choice.pairs)
    answer = panel.client.post(choice.action, data=MultiDict(choice.pairs), headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303
    data = repository.records.read_draft(ada.actor, draft.id).data
    assert data["metadata"]["version"] == "2"
    assert data["access"]["embargo"] == {"active": True, "until": "2027-03-03", "reason": None}
