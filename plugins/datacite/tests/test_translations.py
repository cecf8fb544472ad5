"""The plugin's German catalogue is complete and compiled, and operators read about it in German."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import muniment_datacite
from muniment.testing.extraction import texts_in

PACKAGE = Path(muniment_datacite.__file__).parent
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


@pytest.mark.plugins("datacite")
def test_operators_read_about_it_in_their_language(panel: Any) -> None:
    page = panel.client.get("/control/plugins?lang=de").get_data(as_text=True)
    assert "DOIs von DataCite" in page
