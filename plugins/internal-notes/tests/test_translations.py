"""The page of the plugin speaks German to those who ask for it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.plugins("internal-notes")
def test_the_page_is_german_for_those_who_ask_for_it(panel_of: Any, make_record: Any, administrator: Any) -> None:
    panel = panel_of(administrator)
    panel.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    number = make_record().id
    assert "Das sieht nur die Moderation." in panel.get(f"/records/{number}")
    assert "Schreiben Sie etwas." in panel.post(f"/internal-notes/{number}", status=422, note="")
