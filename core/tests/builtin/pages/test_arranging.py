"""What the core and plugins have put into menus is hidden, renamed and moved by operators."""

from __future__ import annotations

import re
from typing import Any

import pytest

from muniment.access.actor import SYSTEM
from muniment.builtin.pages.arranging import arranged, key_of, offered
from muniment.errors import ValidationFailed
from muniment.testing.panel import Panel
from muniment.web.app import create_app
from muniment.web.ui.navigation import NavigationItem

PATH = "/control/menus"
API, BROWSE = "footer:help.api", "main:search.results"


def entry(page: str, title: str) -> str:
    """The name of the controls of an entry: ``own.3``."""
    found = re.search(rf"<legend>{title}</legend>.*?name=\"(own\.\d+)\.hidden\"", page, re.DOTALL)
    assert found is not None, page
    return found[1]


def menus(page: str) -> tuple[str, str]:
    """The head and the foot of a page."""
    return page.partition("<main")[0], page.rpartition("<footer")[2]


def sent(page: str, **changes: dict[str, str]) -> dict[str, str]:
    """The form as it is, with changes for the entries of these titles."""
    form = page[page.index('action="/control/menus/arrangement"') :]
    values = dict(re.findall(r'<input[^>]*name="(own\.[^"]+)"[^>]*value="([^"]*)"', form))
    values = {name: value for name, value in values.items() if not name.endswith(".hidden")}
    for name, chosen in re.findall(
        r'<select[^>]*name="(own\.[^"]+)".*?<option value="(\w+)" selected', form, re.DOTALL
    ):
        values[name] = chosen
    for title, wanted in changes.items():
        values |= {f"{entry(page, title)}.{field}": value for field, value in wanted.items()}
    return values


@pytest.mark.hook("arrange_nav")
def test_entries_of_the_core_are_hidden_renamed_and_moved(repository: Any, panel: Any, administrator: Any) -> None:
    page = panel.get(PATH)
    changes = {
        "Browse": {"title.en": "All the data & more", "title.de": "Alles"},
        "API": {"hidden": "1"},
        "Help": {"place": "main", "position": "5"},
    }
    assert "The menus are saved." in panel.post(f"{PATH}/arrangement", **sent(page, **changes))
    after = Panel(create_app(repository.successor()).test_client(), administrator)
    head, foot = menus(after.get("/"))
    assert "All the data & more" in head
    assert head.index('href="/help"') < head.index("All the data & more")
    assert 'href="/help"' not in foot
    assert 'href="/help/api"' not in foot
    assert "<legend>Browse</legend>" in after.get(PATH), "the form still calls it what it is by itself"
    assert ">Alles</a>" in after.get("/?lang=de")
    after.get("/help/api")
    stored = {change["key"]: change for change in repository.successor().settings("pages").arrangement}
    assert stored[API]["hidden"] is True
    assert set(stored) == {BROWSE, API, "footer:help.index"}
    assert repository.audit.entries("plugin:pages")[0].details["key"] == "arrangement"


def test_a_form_that_changes_nothing_stores_nothing(repository: Any, panel: Any) -> None:
    panel.post(f"{PATH}/arrangement", **sent(panel.get(PATH)))
    assert repository.successor().settings("pages").arrangement == []


def test_what_is_changed_of_an_entry_that_is_away_is_kept(repository: Any, panel: Any) -> None:
    away = {"key": "footer:gone.page", "hidden": True}
    repository.plugin_settings.change("pages", {"arrangement": [away]}, SYSTEM)
    panel.post(f"{PATH}/arrangement", **sent(panel.get(PATH), API={"hidden": "1"}))
    keys = [change["key"] for change in repository.successor().settings("pages").arrangement]
    assert keys == ["footer:gone.page", API]


@pytest.mark.parametrize(("field", "value"), [("position", "first"), ("place", "sky"), ("title.en", "x" * 81)])
def test_what_is_wrong_stands_at_its_entry(repository: Any, panel: Any, field: str, value: str) -> None:
    page = panel.get(PATH)
    name = entry(page, "API")
    answer = panel.post(f"{PATH}/arrangement", 422, **sent(page, API={field: value, "hidden": "1"}))
    assert f'id="f-{name}.{field}-error"' in answer
    assert re.search(rf'name="{re.escape(name)}\.hidden"[^>]*checked', answer), "what was typed is still there"
    assert repository.successor().settings("pages").arrangement == []


def test_no_other_way_stores_what_the_form_refuses(repository: Any) -> None:
    for change in ({"key": API, "place": "control"}, {"key": API, "position": -1}, {"hidden": True}):
        with pytest.raises(ValidationFailed):
            repository.plugin_settings.change("pages", {"arrangement": [change]}, SYSTEM)


def test_the_control_panel_stays_as_it_is() -> None:
    items = [NavigationItem("control", "Menus", "control_menus.menus"), NavigationItem("main", "Browse", "a.b")]
    changes = [{"key": key_of(item), "hidden": True} for item in items]
    assert arranged(items, changes, lambda: "en") == items[:1]
    assert [item.key for item in offered(items, changes)] == ["main:a.b"]
