"""The pages of the plugin speak German to those who ask for it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.plugins("oaipmh")
def test_the_stylesheet_is_german_for_those_who_ask_for_it(client: Any) -> None:
    assert "Metadata formats" in client.get("/oai2d/style.xsl").text
    german = client.get("/oai2d/style.xsl", headers={"Accept-Language": "de"}).text
    assert "Metadatenformate" in german
    assert 'lang="de"' in german
