"""The plugins of one file in the tutorial work as it says; its page takes them from here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from muniment.access.actor import SYSTEM
from muniment.errors import ValidationFailed
from muniment.plugins.local import _in_memory
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.web.app import create_app

SIX_LINES = """
from muniment.api import Fragment, implements

class Plugin:
    @implements
    def render_slot(self, slot):
        return [Fragment("Good day to everybody.")] if slot == "front.main" else []
"""

DESCRIBED = '''
"""Greets everybody on the front page."""
# /// plugin
# title = "Hello"
# category = "service"
# guards = false
# slots = ["front.main"]
# ///

from muniment.api import Fragment, implements


class Plugin:
    @implements
    def render_slot(self, slot):
        return [Fragment("Good day to everybody.")] if slot == "front.main" else []
'''

WITH_SETTINGS = '''
"""Greets everybody on the front page."""
# /// plugin
# title = "Hello"
# category = "service"
# guards = false
# slots = ["front.main"]
# ///

from marshmallow import Schema, fields, validate

from muniment.api import Fragment, implements


class Settings(Schema):
    greeting = fields.String(
        load_default="Good day to everybody.",
        validate=validate.Length(min=1, max=200),
        metadata={"label": "Greeting", "help": "What the front page says."},
    )


class Plugin:
    Settings = Settings

    @implements
    def render_slot(self, slot):
        return [Fragment(self.context.settings.greeting)] if slot == "front.main" else []
'''


@pytest.fixture
def front_page(repository: Repository, instance: Instance) -> Iterator[Callable[[str], str]]:
    """The front page with this plugin on."""

    def show(text: str) -> str:
        instance.plugins.mkdir(exist_ok=True)
        (instance.plugins / "hello.py").write_text(text, encoding="utf-8")
        repository.plugins.enable("hello", SYSTEM)
        return create_app(repository.successor()).test_client().get("/").text

    yield show
    _in_memory.clear()


def test_six_lines(front_page: Callable[[str], str]) -> None:
    assert len(SIX_LINES.strip().splitlines()) == 6
    assert "Good day to everybody." in front_page(SIX_LINES)


def test_with_what_it_says_about_itself(front_page: Callable[[str], str], repository: Repository) -> None:
    assert "Good day to everybody." in front_page(DESCRIBED)
    report = repository.plugins.report("hello")
    assert (report.title, report.description) == ("Hello", "Greets everybody on the front page.")
    assert not report.guards


def test_with_a_setting(front_page: Callable[[str], str], repository: Repository) -> None:
    assert "Good day to everybody." in front_page(WITH_SETTINGS)
    repository.successor().plugin_settings.change("hello", {"greeting": "Good <b>morning</b>"}, SYSTEM)
    shown = create_app(repository.successor()).test_client().get("/").text
    assert "Good &lt;b&gt;morning&lt;/b&gt;" in shown
    with pytest.raises(ValidationFailed):
        repository.successor().plugin_settings.change("hello", {"greeting": ""}, SYSTEM)
