"""The plugin's German catalogue is complete and compiled, and its pages speak it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask_babel import force_locale, gettext

import muniment_embargo
from muniment.testing.extraction import texts_in

PACKAGE = Path(muniment_embargo.__file__).parent
GERMAN = PACKAGE / "translations" / "de" / "LC_MESSAGES"


def test_every_text_has_a_german_one_and_the_catalogue_is_compiled() -> None:
    with (GERMAN / "messages.po").open("rb") as file:
        german = read_po(file, locale="de")
    known = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in german
        if message.id and message.string and not message.fuzzy
    }
    assert texts_in(PACKAGE) - known == set()
    compiled = io.BytesIO()
    write_mo(compiled, german)
    assert (GERMAN / "messages.mo").read_bytes() == compiled.getvalue()


@pytest.mark.plugins("embargo")
def test_a_page_of_the_plugin_is_german_for_those_who_ask_for_it(app: Any) -> None:
    with app.test_request_context("/"), force_locale("de"):
        assert gettext("Embargoes") == "Sperrfristen"
        assert gettext("Sign in") == "Anmelden", "texts of the core stay"
