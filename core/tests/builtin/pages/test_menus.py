"""Entries of menus that operators make: on every page of the next generation, in the language of the reader."""

from __future__ import annotations

import re
from typing import Any

import pytest

from muniment.access.actor import SYSTEM
from muniment.errors import ValidationFailed
from muniment.web.app import create_app

PATH = "/control/menus"
ENTRY = {"place": "footer", "href": "https://status.example.org", "position": 5, "titles": {"en": "Status"}}


def row(number: int = 1, **values: str) -> dict[str, str]:
    fields = {
        "href": "https://example.org/a",
        "place": "main",
        "position": "7",
        "title.en": "Data & <b>more</b>",
        **values,
    }
    return {f"{number}.{name}": value for name, value in fields.items()}


def test_entries_stand_in_their_menus_and_languages(repository: Any, panel: Any) -> None:
    page = panel.post(PATH, **row(**{"title.de": "Daten"}), **row(2, place="footer", href="/search", position="900"))
    assert "The menus are saved." in page
    assert 'value="Daten"' in page, "the form shows at once what is stored"
    client = create_app(repository.successor()).test_client()
    front = client.get("/").get_data(as_text=True)
    assert re.search(r'<a href="https://example\.org/a"[^>]*>Data &amp; &lt;b&gt;more&lt;/b&gt;', front)
    assert ">Daten</a>" in client.get("/?lang=de").get_data(as_text=True)
    assert repository.audit.entries("plugin:pages")[0].details["key"] == "entries"


def test_an_emptied_row_is_gone(repository: Any, panel: Any) -> None:
    repository.plugin_settings.change("pages", {"entries": [ENTRY]}, SYSTEM)
    panel.post(PATH, **row(href="", **{"title.en": ""}))
    assert repository.successor().settings("pages").entries == []


@pytest.mark.parametrize(
    ("wrong", "control"),
    [
        ({"href": "javascript:alert(1)"}, "1.href"),
        ({"href": "//evil.example"}, "1.href"),
        ({"href": "/\\evil.example"}, "1.href"),
        ({"href": "data:text/html,x"}, "1.href"),
        ({"href": ""}, "1.href"),
        ({"place": "sky"}, "1.place"),
        ({"position": "first"}, "1.position"),
        ({"title.en": ""}, "1.title.en"),
        ({"title.en": "x" * 81}, "1.title.en"),
    ],
)
def test_what_is_wrong_stands_at_its_row(repository: Any, panel: Any, wrong: dict[str, str], control: str) -> None:
    page = panel.post(PATH, 422, **row(**wrong), **row(2))
    assert f'id="f-{control}-error"' in page
    assert f'href="#f-{control}"' in page
    assert repository.successor().settings("pages").entries == []


@pytest.mark.parametrize("change", [{"href": "javascript:alert(1)"}, {"titles": {}}, {"place": "account"}])
def test_no_other_way_stores_what_the_form_refuses(repository: Any, change: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailed):
        repository.plugin_settings.change("pages", {"entries": [{**ENTRY, **change}]}, SYSTEM)
