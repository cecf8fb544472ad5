"""The deposit form as plain pages: everything works by submit buttons alone, through the services of the API."""

from __future__ import annotations

import re
from typing import Any

import pytest

from muniment.access.actor import ANONYMOUS
from muniment.errors import NotFound
from muniment.testing.html_forms import Form, forms_of

CREATOR = "metadata.creators.0.person_or_org"
FILLED = {
    "metadata.resource_type.id": "dataset",
    "metadata.title": "Sea ice in spring",
    f"{CREATOR}.family_name": "Lovelace",
    f"{CREATOR}.given_name": "Ada",
    f"{CREATOR}.identifiers.0.identifier": "0000-0002-1825-0097",
}


def without_files(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*pairs, ("files.enabled", "false")]


def summary(answer: Any) -> str:
    found = re.search(r'id="error-summary".*?</div>\s*</div>', answer.get_data(as_text=True), re.DOTALL)
    return found[0] if found else ""


def test_the_empty_form_makes_nothing(someone, deposit_form, repository, ada) -> None:
    answer = someone.get("/uploads/new")
    form = deposit_form(answer)
    assert answer.status_code == 200
    assert ("metadata.publisher", "Test Repository") in form.pairs
    today = repository.now().date().isoformat()
    assert ("metadata.publication_date", today) in form.pairs
    assert repository.records.search_user(ada.actor, _everything()).total == 0
    for line in ("Choose what type of work this is.", "Give it a title.", "Name at least one creator."):
        assert line in answer.get_data(as_text=True)


def _everything() -> Any:
    from muniment.records.requests import SearchRequest

    return SearchRequest()


def test_visitors_are_sent_to_sign_in_and_back(client) -> None:
    assert client.get("/uploads/new").headers["Location"] == "/login?next=/uploads/new"


def test_deposit_preview_and_publish_with_buttons_alone(someone, deposit_form, send, repository, ada) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    answer = send(form, "save", pairs=without_files(form.filled(**FILLED)))
    assert answer.status_code == 303
    number = re.fullmatch(r"/uploads/(\d+)\?saved=1", answer.headers["Location"])
    assert number is not None
    page = someone.get(answer.headers["Location"])
    assert "Ready to publish" in page.get_data(as_text=True)
    form = deposit_form(page)
    answer = send(form, "preview", **{"metadata.title": "Sea ice in summer"})
    assert answer.headers["Location"] == f"/records/{number[1]}?preview=1"
    assert "Sea ice in summer" in someone.get(answer.headers["Location"]).get_data(as_text=True)
    answer = send(deposit_form(someone.get(f"/uploads/{number[1]}")), "publish")
    assert answer.headers["Location"] == f"/uploads/{number[1]}/publish"
    confirmation = someone.get(answer.headers["Location"])
    assert "The files become permanent" in confirmation.get_data(as_text=True)
    confirmed = next(form for form in forms_of(confirmation.get_data(as_text=True)) if "publish" in form.action)
    answer = send(confirmed)
    assert answer.headers["Location"] == f"/records/{number[1]}?published=1"
    record = repository.records.read(ANONYMOUS, number[1]).data
    assert record["metadata"]["title"] == "Sea ice in summer"
    assert record["metadata"]["creators"][0]["person_or_org"] == {
        "type": "personal", "name": "Lovelace, Ada", "given_name": "Ada", "family_name": "Lovelace",
        "identifiers": [{"identifier": "0000-0002-1825-0097", "scheme": "orcid"}],
    }  # fmt: skip
    assert record["files"]["enabled"] is False
    # The button pressed twice, and the form that the back button shows again.
    assert send(confirmed).headers["Location"] == f"/records/{number[1]}"
    assert send(form, "save").headers["Location"] == f"/records/{number[1]}"
    assert someone.get(f"/uploads/{number[1]}").headers["Location"] == f"/records/{number[1]}"


def test_what_is_wrong_stands_at_its_field_and_is_summed_up(someone, deposit_form, send, repository, ada) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    wrong = {**FILLED, "metadata.publication_date": "next spring", f"{CREATOR}.identifiers.0.identifier": "0000-1"}
    answer = send(form, "save", **wrong)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="error-summary" data-focus' in html
    assert 'href="#f-metadata.publication_date"' in summary(answer)
    assert f'href="#f-{CREATOR}.identifiers.0.identifier"' in summary(answer)
    date = re.search(r'<input id="f-metadata.publication_date"[^>]*>', html)
    assert date is not None
    assert 'aria-invalid="true"' in date[0]
    assert 'value="next spring"' in date[0]
    assert "2025-10/2026-05" in html
    # Nothing that was typed is lost, on another day or another device either.
    draft = deposit_form(answer)
    number = draft.action.rpartition("/")[2]
    again = someone.get(f"/uploads/{number}").get_data(as_text=True)
    assert 'value="next spring"' in again
    assert 'value="0000-1"' in again
    assert 'id="error-summary"' not in again


def test_publishing_tells_all_that_is_missing(someone, deposit_form, send) -> None:
    answer = send(deposit_form(someone.get("/uploads/new")), "publish", **{"metadata.title": "A title"})
    assert answer.status_code == 422
    told = summary(answer)
    assert "Before it can be published" in told
    for control in ("metadata.resource_type.id", "metadata.creators", "files.enabled"):
        assert f'href="#f-{control}"' in told, control
    assert 'id="f-metadata.creators-error"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "=cmd|' /c calc'!A1", r"$\frac{1}{2}$ \input{x}", "\x07bell", "x" * 20_000, "👩‍🔬 ‮"],
)
def test_anything_typed_stays_text(someone, deposit_form, send, text: str) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    empty = {name for name, value in form.pairs if name.startswith("metadata.") and value == ""}
    lists = {name for name, _ in form.pairs if any(other.startswith(f"{name}.") for other, _ in form.pairs)}
    changes = {name: text for name in empty - lists if not name.endswith((".id", ".known"))}
    answer = send(form, "save", **changes)
    assert answer.status_code in (303, 422)
    shown = someone.get(answer.headers["Location"]) if answer.status_code == 303 else answer
    html = shown.get_data(as_text=True)
    assert "<script>alert" not in html
    pairs = dict(deposit_form(shown).pairs)
    assert pairs["metadata.title"] == text.strip() or len(text) > 10_000 or "\x07" in text
    if text.startswith(("=", "$")):
        again = [pairs.get(name) for name in changes]
        assert set(again) <= {text, "", "other"}  # empty: controls that add to a list; other: a licence of one's own
        assert again.count(text) > 7


def test_entries_are_added_moved_and_removed_by_buttons(someone, deposit_form, send) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    answer = send(form, "add:metadata.creators", **FILLED)
    assert answer.status_code == 200
    assert 'data-focus-on="metadata.creators.1.person_or_org.family_name"' in answer.get_data(as_text=True)
    form = deposit_form(answer)
    second = "metadata.creators.1.person_or_org"
    answer = send(form, "up:metadata.creators.1", **{f"{second}.family_name": "Hopper"})
    names = dict(deposit_form(answer).pairs)
    assert (names[f"{CREATOR}.family_name"], names[f"{second}.family_name"]) == ("Hopper", "Lovelace")
    answer = send(deposit_form(answer), "remove:metadata.creators.0")
    form = deposit_form(answer)
    assert dict(form.pairs)[f"{CREATOR}.family_name"] == "Lovelace"
    assert f"{second}.family_name" not in dict(form.pairs)


def test_a_pasted_list_becomes_creators_and_references(someone, deposit_form, send) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    answer = send(
        form, "paste:metadata.creators", **{"paste.metadata.creators": "Curie, Marie; Norwegian Polar Institute"}
    )
    found = dict(deposit_form(answer).pairs)
    assert found["metadata.creators.0.person_or_org.family_name"] == "Curie"
    assert found["metadata.creators.1.person_or_org.type"] == "organizational"
    answer = send(deposit_form(answer), "paste:metadata.references", **{"paste.metadata.references": "One\nTwo"})
    assert dict(deposit_form(answer).pairs)["metadata.references.1.reference"] == "Two"


def test_one_can_name_oneself(someone, deposit_form, send) -> None:
    answer = send(deposit_form(someone.get("/uploads/new")), "me:metadata.creators")
    found = dict(deposit_form(answer).pairs)
    assert found["metadata.creators.0.person_or_org.family_name"] == "Lovelace"


@pytest.mark.parametrize(
    "do",
    ["remove:metadata.creators.7", "add:metadata.title", "add:", "up:nowhere.0", "paste:metadata.dates", "x", "open:a",
     "down:metadata.creators.0.person_or_org", "remove:metadata.creators.-1", "release:doi", "reserve:handle"],
)  # fmt: skip
def test_buttons_that_no_page_has_do_no_harm(someone, deposit_form, send, do: str) -> None:
    answer = send(deposit_form(someone.get("/uploads/new")), do, **FILLED)
    assert answer.status_code in (200, 303, 422)


def test_somebody_elses_draft_is_out_of_reach(someone, make_draft, grace, administrator, send) -> None:
    draft = make_draft(actor=grace.actor)
    for path in ("", "/publish", "/discard"):
        assert someone.get(f"/uploads/{draft.id}{path}").status_code == 403
        assert send(Form(f"/uploads/{draft.id}{path}", "post", _token(someone))).status_code == 403
    assert someone.get("/uploads/999999").status_code == 404


def _token(client: Any) -> list[tuple[str, str]]:
    page = client.get("/uploads/new").get_data(as_text=True)
    return [pair for pair in forms_of(page)[-1].pairs if pair[0] == "csrf_token"]


def test_a_form_that_is_sent_twice_makes_one_draft(someone, deposit_form, send, repository, ada) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    first = send(form, "save", **FILLED)
    second = send(form, "save", **{**FILLED, "metadata.title": "Changed before the answer came"})
    assert first.headers["Location"] == second.headers["Location"]
    number = first.headers["Location"].split("/")[2].partition("?")[0]
    title = repository.records.read_draft(ada.actor, number).data["metadata"]["title"]
    assert title == "Changed before the answer came"


def test_a_draft_is_discarded_after_a_question(someone, send, make_draft, make_record, repository, ada) -> None:
    draft = make_draft()
    asked = someone.get(f"/uploads/{draft.id}/discard").get_data(as_text=True)
    assert "This cannot be undone." in asked
    form = next(form for form in forms_of(asked) if form.action.endswith("/discard"))
    assert send(form).headers["Location"] == "/me/uploads?done=discarded"
    with pytest.raises(NotFound):
        repository.records.read_draft(ada.actor, draft.id)
    assert send(form).headers["Location"] == "/me/uploads"
    record = make_record()
    repository.records.edit(ada.actor, record.id)
    asked = someone.get(f"/uploads/{record.id}/discard").get_data(as_text=True)
    form = next(form for form in forms_of(asked) if form.action.endswith("/discard"))
    assert send(form).headers["Location"] == f"/records/{record.id}"


@pytest.mark.plugins("datacite")
def test_a_doi_is_reserved_and_given_back(someone, deposit_form, send, repository, ada) -> None:
    answer = send(deposit_form(someone.get("/uploads/new")), "reserve:doi", **FILLED)
    number = re.search(r"/uploads/(\d+)", answer.headers["Location"])
    assert number is not None
    doi = repository.records.read_draft(ada.actor, number[1]).data["pids"]["doi"]["identifier"]
    page = someone.get(f"/uploads/{number[1]}")
    assert doi in page.get_data(as_text=True)
    send(deposit_form(page), "release:doi")
    assert repository.records.read_draft(ada.actor, number[1]).data["pids"] == {}


def test_a_doi_from_elsewhere_is_checked_at_its_field(someone, deposit_form, send, repository, ada) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    answer = send(form, "save", **{**FILLED, "pids.doi.external": "doi:nonsense"})
    assert answer.status_code == 422
    assert 'href="#f-pids.doi.external"' in summary(answer)
    answer = send(deposit_form(answer), "save", **{"pids.doi.external": "https://doi.org/10.1234/abc"})
    number = answer.headers["Location"].split("/")[2].partition("?")[0]
    found = repository.records.read_draft(ada.actor, number).data["pids"]["doi"]
    assert found == {"identifier": "10.1234/abc", "provider": "external"}


@pytest.mark.configuration("records", max_metadata_bytes=3000)
def test_too_much_text_is_refused_and_stays_in_the_form(someone, deposit_form, send) -> None:
    form = deposit_form(someone.get("/uploads/new"))
    answer = send(form, "save", **{**FILLED, "metadata.description": "word " * 1000})
    assert answer.status_code == 422
    assert "This is too much" in summary(answer)
    assert "word word word" in dict(deposit_form(answer).pairs)["metadata.description"]


@pytest.mark.configuration("records", restricted=False, metadata_only=False)
def test_what_the_repository_does_not_take_is_not_offered(someone) -> None:
    html = someone.get("/uploads/new").get_data(as_text=True)
    assert 'value="restricted"' not in html
    assert 'value="files"' in html, "the setting is about records, not about files"
    assert "There are no files" not in html
