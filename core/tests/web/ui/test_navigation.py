"""Menus."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from muniment.access.actor import ANONYMOUS, person
from muniment.hooks.caller import Hooks
from muniment.hooks.meta import implements
from muniment.hooks.specs_pages import PageHooks
from muniment.web.ui.navigation import Navigation, NavigationItem


@pytest.fixture
def flask_app() -> Flask:
    app = Flask("menus")
    app.add_url_rule("/there", "there", lambda: "")
    return app


def _titles(app: Flask, items: list[NavigationItem], actor: Any, path: str = "/") -> list[str]:
    with app.test_request_context(path):
        return [link.title for link in Navigation(items).links("main", actor)]


class Contributor:
    """A plugin with one entry."""

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [NavigationItem("main", "Contributed", "there")]


@pytest.mark.hook("register_nav")
def test_plugins_add_entries(flask_app: Flask) -> None:
    items = Hooks([PageHooks], [("contributor", Contributor())]).register_nav()
    assert _titles(flask_app, items, ANONYMOUS) == ["Contributed"]


def test_entries_are_ordered_and_need_their_permission(flask_app: Flask) -> None:
    items = [
        NavigationItem("main", "Later", "there", order=50),
        NavigationItem("main", "First", "there", order=10),
        NavigationItem("main", "Mine", "there", "authenticated", order=20),
        NavigationItem("main", "Administration", "there", "administration", order=30),
        NavigationItem("footer", "Elsewhere", "there"),
    ]
    assert _titles(flask_app, items, ANONYMOUS) == ["First", "Later"]
    assert _titles(flask_app, items, person(3)) == ["First", "Mine", "Later"]
    assert _titles(flask_app, items, person(3, frozenset({"administrator"}))) == [
        "First",
        "Mine",
        "Administration",
        "Later",
    ]


def test_an_entry_whose_page_does_not_exist_is_left_out(flask_app: Flask) -> None:
    assert _titles(flask_app, [NavigationItem("main", "Gone", "gone.page")], ANONYMOUS) == []


def test_the_present_page_is_marked(flask_app: Flask) -> None:
    with flask_app.test_request_context("/there?q=1"):
        (link,) = Navigation([NavigationItem("main", "There", "there")]).links("main", ANONYMOUS)
    assert link.current


def test_an_unknown_menu_is_refused() -> None:
    with pytest.raises(ValueError, match="sidebar"):
        Navigation([NavigationItem("sidebar", "X", "there")])
