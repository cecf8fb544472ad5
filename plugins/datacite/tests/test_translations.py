"""Operators read about the plugin in their language."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.plugins("datacite")
def test_operators_read_about_it_in_their_language(panel: Any) -> None:
    page = panel.client.get("/control/plugins?lang=de").get_data(as_text=True)
    assert "DOIs von DataCite" in page
