"""Vocabularies in the control panel."""

from __future__ import annotations

from typing import Any

LICENCE = "/control/vocabularies/licenses/terms/cc-by-4.0"


def test_terms_are_browsed_and_searched(panel: Any) -> None:
    assert "licenses" in panel.get("/control/vocabularies")
    assert "cc-by-4.0" in panel.get("/control/vocabularies/licenses")
    found = panel.get("/control/vocabularies/licenses?q=attribution+share")
    assert ("cc-by-sa-4.0" in found, ">cc0-1.0<" in found) == (True, False)
    assert "cc-by-4.0" in panel.get("/control/vocabularies/licenses?tag=recommended")
    assert "No term matches" in panel.get("/control/vocabularies/licenses?q=nothingatall")
    panel.get("/control/vocabularies/nonsense", 404)


def test_titles_are_changed_in_every_language(repository: Any, panel: Any) -> None:
    page = panel.get(LICENCE)
    revision = page.partition('name="revision" value="')[2].partition('"')[0]
    sent = {"title__en": "By, 4", "title__de": "Von, 4", "tags": "recommended, all", "props": "url = https://x.org/ =1"}
    panel.post(LICENCE, revision=revision, **sent)
    term = repository.vocabularies.get("licenses", "cc-by-4.0")
    assert dict(term.title) == {"en": "By, 4", "de": "Von, 4"}
    assert term.tags == ("recommended", "all")
    assert dict(term.props) == {"url": "https://x.org/ =1"}
    stale = panel.post(LICENCE, 422, revision=revision, **{**sent, "title__en": "Mine"})
    assert "Somebody else changed this term" in stale
    assert 'value="Mine"' in stale, "nothing typed is lost"
    assert "Missing data" in panel.post(LICENCE, 422, title__en="", title__de="")


def test_a_term_is_added_hidden_and_deleted(repository: Any, panel: Any) -> None:
    new = "/control/vocabularies/licenses/new"
    assert "no spaces" in panel.post(new, 422, id="two words", title__en="Two words")
    panel.post(new, id="house-licence", title__en="House licence")
    terms = repository.vocabularies
    assert [term.id for term in terms.search("licenses", suggest="house").terms] == ["house-licence"]
    one = "/control/vocabularies/licenses/terms/house-licence"
    panel.post(one, title__en="House licence", deprecated="1")
    assert terms.search("licenses", suggest="house").total == 0
    assert "not offered any more" in panel.get("/control/vocabularies/licenses?q=house")
    assert terms.get("licenses", "house-licence").title["en"] == "House licence", "records that name it keep it"
    assert "Delete “House licence”?" in panel.get(f"{one}/delete")
    panel.post(f"{one}/delete")
    panel.get(one, 404)


def test_a_term_of_the_software_cannot_be_deleted(panel: Any) -> None:
    assert "cannot be deleted" in panel.post(f"{LICENCE}/delete", 422)
