"""Static files and bundles as browsers get them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, render_template

from muniment.access.actor import SYSTEM
from muniment.settings.instance import Instance
from muniment.testing.fakes import FakePlugins
from muniment.web.access import access, session
from muniment.web.app import create_app
from muniment.web.blueprints import BlueprintSpec


def _bundle(client: Any, name: str) -> str:
    page = client.get("/help/search").get_data(as_text=True)
    found = re.search(rf'"(/assets/{name}\.\w+\.\w+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("name", "content_type"), [("app", "text/css"), ("theme", "text/javascript")])
def test_bundles_may_be_kept_for_ever_and_come_packed(client: Any, name: str, content_type: str) -> None:
    address = _bundle(client, name)
    plain = client.get(address)
    assert plain.content_type.startswith(content_type)
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in plain.headers
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_every_file_that_the_styles_name_is_there(client: Any) -> None:
    css = client.get(_bundle(client, "app")).get_data(as_text=True)
    fonts = set(re.findall(r"url\(\.\./(static/[^)]+)\)", css))
    assert fonts
    for font in fonts:
        with client.get(f"/{font}") as answer:
            assert answer.status_code == 200, font
            assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    ["/assets/manifest.json", "/assets/.lock", "/assets/app.css", "/assets/../muniment.db", "/static/../environment.py",
     "/static/%2e%2e/environment.py", "/static/..%2f..%2fenvironment.py", "/static/css", "/static/none.svg"],
)  # fmt: skip
def test_nothing_else_can_be_reached(client: Any, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_instances_files_come_first(client: Any, instance: Instance) -> None:
    instance.static.mkdir(exist_ok=True)
    (instance.static / "favicon.svg").write_text("<svg/>", encoding="utf-8")
    with client.get("/static/favicon.svg") as answer:
        assert answer.get_data(as_text=True) == "<svg/>"
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
    with client.get("/static/favicon.svg?v=1") as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_files_of_a_plugin_lie_below_its_name_and_give_way_to_the_instances(
    repository: Any, instance: Instance, fake_plugin: FakePlugins
) -> None:
    """No address leads out of these folders (CVE-2016-10726)."""
    plugin = fake_plugin("probe")
    for name in ("a.css", "b.css"):
        (plugin.folder / "static").mkdir(exist_ok=True)
        (plugin.folder / "static" / name).write_text("/* the plugin's */", encoding="utf-8")
    (instance.static / "probe").mkdir(parents=True)
    (instance.static / "probe" / "a.css").write_text("/* the instance's */", encoding="utf-8")
    assert create_app(repository).test_client().get("/static/probe/b.css").status_code == 404, "it is off"
    repository.plugins.enable("probe", SYSTEM)
    client = create_app(repository.successor()).test_client()
    assert client.get("/static/probe/a.css", buffered=True).text == "/* the instance's */"
    assert client.get("/static/probe/b.css", buffered=True).text == "/* the plugin's */"
    for path in ("probe/../plugin.toml", "probe/%2e%2e/plugin.toml", "probe//etc/passwd", "probe"):
        assert client.get(f"/static/{path}").status_code == 404


def test_templates_of_the_instance_come_before_a_plugins_and_the_cores(
    repository: Any, instance: Instance, fake_plugin: FakePlugins
) -> None:
    plugin = fake_plugin("probe", register_blueprints=lambda: [BlueprintSpec(_blueprint(plugin.folder), mount="ui")])
    for folder, says in ((plugin.folder / "templates" / "probe", "the plugin's"), (instance.templates / "probe", "")):
        folder.mkdir(parents=True)
        (folder / "a.html").write_text(says or "the instance's", encoding="utf-8")
    (plugin.folder / "templates" / "probe" / "b.html").write_text("the plugin's", encoding="utf-8")
    repository.plugins.enable("probe", SYSTEM)
    client = create_app(repository.successor()).test_client()
    assert client.get("/probe/a").text == "the instance's"
    assert client.get("/probe/b").text == "the plugin's"


def _blueprint(folder: Path) -> Blueprint:
    blueprint = Blueprint("probe", __name__, url_prefix="/probe", template_folder=str(folder / "templates"))

    @blueprint.get("/<name>")
    @access("public")
    @session("none")
    def page(name: str) -> str:
        return render_template(f"probe/{name}.html")

    return blueprint


def test_robots_are_told_what_is_for_them(client: Any) -> None:
    answer = client.get("/robots.txt")
    assert answer.content_type.startswith("text/plain")
    assert "Disallow: /api/" in answer.text
    assert "Disallow: /records" not in answer.text
