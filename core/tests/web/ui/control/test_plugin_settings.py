"""Settings of plugins as forms: what is wrong stands at its control, secrets stay secret, defaults stay defaults."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from muniment.access.actor import SYSTEM
from muniment.errors import Problem
from muniment.plugins.models import PluginSetting
from muniment.testing.fakes import FakePlugins
from muniment.testing.panel import Panel
from muniment.web.app import create_app

PATH = "/control/plugins/probe/settings"


class Settings(Schema):
    """A setting of each kind."""

    count = fields.Integer(
        load_default=3,
        validate=validate.Range(min=1, max=9),
        metadata={"label": "How many", "help": "Of them.", "unit": "pieces"},
    )
    name = fields.String(load_default="", validate=validate.Length(max=5), metadata={"label": "Its name"})
    live = fields.Boolean(load_default=True, metadata={"label": "Live"})
    kind = fields.String(load_default="a", validate=validate.OneOf(["a", "b"], labels=["First", "Second"]))
    kinds = fields.List(fields.String(validate=validate.OneOf(["x", "y"])), load_default=list)
    hosts = fields.List(fields.String(), load_default=list)
    limits = fields.Dict(load_default=dict)
    password = fields.String(load_default="", metadata={"secret": True, "label": "Pass phrase"})


#: The form as it is shown while nothing is set.
SHOWN = {"count": "3", "name": "", "live": "1", "kind": "a", "hosts": "", "limits": "{}", "password": ""}


def check(settings: SimpleNamespace) -> list[Problem]:
    return [] if settings.password == "correct" else [Problem("password", "It is not taken.")]


@pytest.fixture
def probe(repository: Any, fake_plugin: FakePlugins) -> Any:
    fake_plugin("probe", settings=Settings)
    repository.plugins.enable("probe", SYSTEM)
    return repository


def stored(repository: Any) -> dict[str, Any]:
    with repository.database.read() as session:
        rows = session.execute(select(PluginSetting).where(PluginSetting.plugin == "probe")).scalars()
        return {row.key: row.value for row in rows}


def test_a_form_has_labels_help_units_bounds_and_choices(probe: Any, panel: Any) -> None:
    page = panel.get(PATH)
    for said in ("How many (pieces)", "Of them. From 1 to 9.", "Second", "One on each line.", "Written as JSON."):
        assert said in page
    assert 'type="password"' in page
    assert "Test</button>" not in page


def test_what_is_not_changed_is_not_stored(probe: Any, panel: Any) -> None:
    panel.post(PATH, **SHOWN)
    assert stored(probe) == {}
    page = panel.post(PATH, **{**SHOWN, "count": "4", "hosts": "one\r\n two ", "limits": '{"a": 1}', "kinds": "y"})
    assert "The settings are saved." in page
    assert stored(probe) == {"count": 4, "hosts": ["one", "two"], "limits": {"a": 1}, "kinds": ["y"]}
    assert "one\ntwo" in page, "the page shows at once what is stored"
    before = len(probe.audit.entries("plugin:probe"))
    panel.post(PATH, **{**SHOWN, "count": "4", "hosts": "one\ntwo", "limits": '{"a": 1}', "kinds": "y"})
    assert len(probe.audit.entries("plugin:probe")) == before


def test_a_box_that_is_not_ticked_is_off(probe: Any, panel: Any) -> None:
    panel.post(PATH, **{key: value for key, value in SHOWN.items() if key != "live"})
    assert stored(probe) == {"live": False}


def test_every_change_is_audited_with_old_and_new_value(probe: Any, panel: Any, administrator: Any) -> None:
    panel.post(PATH, **{**SHOWN, "count": "4"})
    panel.post(PATH, **{**SHOWN, "count": "5"})
    entry = probe.audit.entries("plugin:probe")[0]
    assert (entry.action, entry.details) == ("setting.changed", {"key": "count", "old": 4, "new": 5})
    assert entry.subject_id == administrator.subject


def test_going_back_to_the_default(probe: Any, panel: Any) -> None:
    page = panel.post(PATH, **{**SHOWN, "count": "4"})
    assert "Back to the default: 3" in page
    panel.post(PATH, **{**SHOWN, "count": "4", "count.reset": "1"})
    assert stored(probe) == {}


def test_all_that_is_wrong_stands_at_its_control_and_nothing_is_stored(probe: Any, panel: Any) -> None:
    page = panel.post(PATH, 422, **{**SHOWN, "count": "99", "name": "far too long", "kind": "b", "limits": "{"})
    for key in ("count", "name", "limits"):
        assert f'id="f-{key}-error"' in page
        assert f'href="#f-{key}"' in page
    assert 'value="99"' in page, "what was typed is still there"
    assert stored(probe) == {}


def test_a_secret_is_set_replaced_and_removed_and_never_shown(probe: Any, panel: Any) -> None:
    page = panel.post(PATH, **{**SHOWN, "password": "hunter2"})
    assert "hunter2" not in page
    assert "It is set. Leave this empty to keep it." in page
    assert "hunter2" not in str(stored(probe))
    panel.post(PATH, **SHOWN)
    assert probe.successor().settings("probe").password == "hunter2"
    panel.post(PATH, **{**SHOWN, "password": "hunter3"})
    assert probe.successor().settings("probe").password == "hunter3"
    assert "hunter4" not in panel.post(PATH, 422, **{**SHOWN, "password": "hunter4", "count": "0"})
    assert "hunter" not in str([entry.details for entry in probe.audit.entries("plugin:probe")])
    panel.post(PATH, **{**SHOWN, "password.reset": "1"})
    assert stored(probe) == {}


CARRIED = re.compile(r'name="password\.typed" value="([^"]+)"')


def test_a_secret_that_was_typed_need_not_be_typed_again(probe: Any, panel: Any, panel_of: Any, make_user: Any) -> None:
    refused = panel.post(PATH, 422, **{**SHOWN, "password": "hunter2", "count": "0"})
    carried = CARRIED.search(refused)
    assert carried is not None
    assert "hunter2" not in refused
    assert "What you typed is still there" in refused
    again = panel.post(PATH, 422, **{**SHOWN, "password.typed": carried[1], "count": "0"})
    carried = CARRIED.search(again)
    assert carried is not None
    page = panel.post(PATH, **{**SHOWN, "password.typed": carried[1]})
    assert CARRIED.search(page) is None
    assert probe.successor().settings("probe").password == "hunter2"
    panel.post(PATH, **{**SHOWN, "password": "hunter3", "password.typed": carried[1]})
    assert probe.successor().settings("probe").password == "hunter3", "what is typed now goes before"
    other = panel_of(make_user("other@example.org", roles=["administrator"]))
    other.get(PATH)
    for nothing in (carried[1], "", "e30=", "W10=", "no base64", "\u00e9"):
        other.post(PATH, **{**SHOWN, "password.typed": nothing})
    assert probe.successor().settings("probe").password == "hunter3", "it opens for who typed it alone"


@pytest.mark.configuration("plugin", probe={"count": 7})
def test_what_the_configuration_decides_is_shown_and_left_alone(probe: Any, panel: Any) -> None:
    page = panel.get(PATH)
    assert "Set in instance.toml" in page
    assert 'name="count"' not in page
    panel.post(PATH, **{**SHOWN, "count": "4", "name": "new"})
    assert stored(probe) == {"name": "new"}


def test_settings_are_tried_out_and_not_stored(repository: Any, administrator: Any, fake_plugin: FakePlugins) -> None:
    fake_plugin("probe", settings=Settings, check_settings=check)
    repository.plugins.enable("probe", SYSTEM)
    panel = Panel(create_app(repository.successor()).test_client(), administrator)
    assert "Test</button>" in panel.get(PATH)
    page = panel.post(PATH, 422, **{**SHOWN, "password": "wrong", "name": "typed", "do": "test"})
    assert 'id="f-password-error"' in page
    assert "It is not taken." in page
    assert 'value="typed"' in page
    page = panel.post(PATH, 200, **{**SHOWN, "password": "correct", "do": "test"})
    assert "These settings work." in page
    assert "correct" not in page
    assert 'id="f-count-error"' in panel.post(PATH, 422, **{**SHOWN, "count": "0", "do": "test"})
    assert stored(repository) == {}


def test_values_that_do_not_fit_any_more_are_listed(probe: Any, panel: Any) -> None:
    with probe.database.write() as unit:
        unit.session.add(PluginSetting(plugin="probe", key="count", value="many", updated=unit.now))
        unit.session.add(PluginSetting(plugin="probe", key="colour", value="red", updated=unit.now))
    page = panel.get(PATH)
    assert "Values that are not used" in page
    assert "Enter a whole number." in page
    assert 'value="3"' in page, "the default holds"
    panel.post(PATH, **SHOWN, leftover="colour")
    assert stored(probe) == {"count": 3}
    assert "Values that are not used" not in panel.get(PATH)


def test_a_plugin_without_settings_says_so(repository: Any, panel: Any, fake_plugin: FakePlugins) -> None:
    fake_plugin("bare")
    assert "It has no settings" in panel.get("/control/plugins/bare/settings")


def test_one_that_cannot_be_imported_says_so(repository: Any, panel: Any, fake_plugin: FakePlugins) -> None:
    def fail() -> None:
        raise RuntimeError("no flange")

    fake_plugin("broken", on_import=fail)
    assert "no flange" in panel.get("/control/plugins/broken/settings", 422)
