"""The page of the plugin speaks German to those who ask for it, and so does what operators left as it was."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.plugins("support")
@pytest.mark.configuration("site", contact="desk@example.org")
def test_a_page_of_the_plugin_is_german_for_those_who_ask_for_it(client: Any) -> None:
    page = client.get("/support", headers={"Accept-Language": "de"}).text
    assert "Worum geht es?" in page
    assert '<option value="Something else">Etwas anderes</option>' in page
