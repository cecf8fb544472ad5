"""The pages of the plugin speak German to those who ask for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask_babel import force_locale, gettext

from muniment_requests.api import Request, RequestService


@pytest.mark.plugins("requests")
def test_a_page_of_the_plugin_is_german_for_those_who_ask_for_it(app: Any) -> None:
    with app.test_request_context("/"), force_locale("de"):
        assert gettext("Waiting for me") == "Wartet auf mich"
        assert gettext("Sign in") == "Anmelden", "texts of the core stay"


@pytest.mark.plugins("requests", "probe")
def test_titles_are_in_the_language_of_whoever_reads_until_somebody_writes_another(
    asked: Callable[..., Request], requests: RequestService, panel_of: Any, api: Any, ada: Any, grace: Any
) -> None:
    request = asked("“%(title)s” was accepted", title_values={"title": "50% <Tides>"})
    page, path = panel_of(grace), f"/me/requests/{request.id}"
    assert "“50% <Tides>” was accepted" in page.get("/me/requests")
    assert "„50% <Tides>“ wurde angenommen" in page.get("/me/requests?lang=de")
    assert "<h1>„50% <Tides>“ wurde angenommen</h1>" in page.get(f"{path}?lang=de")
    answer = api.as_(grace).get(f"/api/requests/{request.id}", headers={"Accept-Language": "de"})
    assert answer.json["title"] == "“50% <Tides>” was accepted", "programs compare it"
    requests.change(ada.actor, request.id, {"title": "My tides"})
    assert "<h1>My tides</h1>" in page.get(f"{path}?lang=de")
    assert requests.get(grace.actor, request.id).title_text == ""


@pytest.mark.plugins("requests", "probe")
def test_values_are_no_texts_with_places_and_no_longer_than_titles(
    asked: Callable[..., Request], requests: RequestService, panel_of: Any, grace: Any
) -> None:
    tricky = asked("“%(title)s” was accepted", title_values={"title": "%(title)s %s %"})
    assert "„%(title)s %s %“ wurde angenommen" in panel_of(grace).get(f"/me/requests/{tricky.id}?lang=de")
    long = asked("“%(title)s” was accepted", title_values={"title": "x" * 5000})
    kept = requests.get(grace.actor, long.id)
    assert (len(kept.title), len(kept.title_values["title"])) == (250, 250)


@pytest.mark.plugins("requests", "probe")
def test_a_title_that_was_stored_before_there_were_words_stays(
    asked: Callable[..., Request], panel_of: Any, grace: Any
) -> None:
    request = asked("Invitation to join 100%s polar %(research)s")
    assert "Invitation to join 100%s polar %(research)s" in panel_of(grace).get(f"/me/requests/{request.id}?lang=de")
