"""The pages and letters of the plugin speak German to those who ask for it."""

from __future__ import annotations

from typing import Any

import pytest
from flask_babel import force_locale, gettext

pytestmark = pytest.mark.plugins("requests", "sharing", "access-requests")


def test_a_page_of_the_plugin_is_german_for_those_who_ask_for_it(app: Any) -> None:
    with app.test_request_context("/"), force_locale("de"):
        assert gettext("Ask for access") == "Um Zugang bitten"
        assert gettext("Sign in") == "Anmelden", "texts of the core stay"


def test_a_letter_is_written_in_the_language_of_the_guest(repository: Any) -> None:
    values = {"site_name": "Test", "site_url": "", "title": "Moose", "person": "Gil", "note": "Bitte", "day": ""}
    found = repository.mail.templates.render(
        "access-requests-declined",
        to="a@example.org",
        language="de",
        values=values,
        links={"record": "https://example.org/1"},
    )
    assert found.subject == "Kein Zugang zu „Moose“"
    assert "Bitte" in found.text
