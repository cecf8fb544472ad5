"""Depositors and operators read about the plugin in their language."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.plugins("openaire")


def test_operators_read_about_it_in_their_language(panel: Any) -> None:
    assert "OpenAIRE-Richtlinien" in panel.client.get("/control/openaire?lang=de").get_data(as_text=True)
    assert "Nach einer Förderung suchen" in panel.client.get("/uploads/new?lang=de").get_data(as_text=True)
