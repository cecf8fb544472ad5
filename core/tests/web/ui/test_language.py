"""Which language a page is in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import render_template
from werkzeug.datastructures import LanguageAccept

from muniment.web.caching import LANGUAGE_COOKIE
from muniment.web.ui.language import choose_language, text_direction


@pytest.mark.parametrize(
    ("own", "asked", "kept", "accepted", "chosen"),
    [
        ("de", "en", "en", "en", "de"),
        (None, "de", "en", "en", "de"),
        (None, None, "de", "en", "de"),
        (None, None, None, "de-CH, en;q=0.5", "de"),
        (None, "fr", None, "de", "de"),
        (None, "DE-at", None, "en", "de"),
        ("xx", None, None, "fr", "en"),
        (None, None, None, "", "en"),
    ],
)
def test_the_readers_own_language_wins_then_what_was_asked_then_kept_then_accepted(
    own: str | None, asked: str | None, kept: str | None, accepted: str, chosen: str
) -> None:
    parsed = [(part.split(";")[0].strip(), 1.0 if ";" not in part else 0.5) for part in accepted.split(",") if part]
    assert choose_language(("en", "de"), own, asked, kept, LanguageAccept(parsed)) == chosen


def test_right_to_left_languages_are_known() -> None:
    assert text_direction("ar") == "rtl"
    assert text_direction("de") == "ltr"


def test_a_page_follows_the_browser_and_says_so_to_caches(client: Any) -> None:
    answer = client.get("/help/search", headers={"Accept-Language": "de"})
    assert '<html lang="de"' in answer.get_data(as_text=True)
    assert "Accept-Language" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers


def test_an_asked_language_is_kept_in_a_cookie_that_says_nothing_else(client: Any) -> None:
    answer = client.get("/help/search?lang=de")
    assert '<html lang="de"' in answer.get_data(as_text=True)
    assert answer.headers["Set-Cookie"].startswith(f"{LANGUAGE_COOKIE}=de;")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert '<html lang="de"' in client.get("/help/search").get_data(as_text=True)
    assert '<html lang="en"' in client.get("/help/search?lang=en").get_data(as_text=True)


@pytest.mark.parametrize("asked", ["xx", "../../etc/passwd", "<script>", "de\r\nSet-Cookie: a=b", ""])
def test_a_language_that_is_not_offered_sets_no_cookie(client: Any, asked: str) -> None:
    answer = client.get("/help/search", query_string={"lang": asked})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_the_menu_of_languages_keeps_the_page(client: Any) -> None:
    page = client.get("/search?q=ice&q=%26").get_data(as_text=True)
    assert 'href="?q=ice&amp;q=%26&amp;lang=de"' in page


@pytest.mark.parametrize("name", ["languages", "language", "locale"])
def test_no_variable_of_a_page_hides_the_menu_of_languages(app: Any, name: str) -> None:
    with app.test_request_context("/licences"):
        app.preprocess_request()
        assert 'hreflang="de"' in render_template("layout.html", **{name: []})


def test_the_language_of_a_profile_wins(
    client: Any, sign_in: Callable[..., Any], make_user: Callable[..., Any]
) -> None:
    sign_in(client, make_user("inge@example.org", locale="de"))
    answer = client.get("/help/search?lang=en", headers={"Accept-Language": "en"})
    assert '<html lang="de"' in answer.get_data(as_text=True)
