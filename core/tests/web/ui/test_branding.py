"""The look of an instance: colours that can be read, texts, logo, templates of its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from muniment.errors import ConfigurationError
from muniment.settings.config import Config, Site, Theme
from muniment.settings.instance import Instance
from muniment.web.app import create_app
from muniment.web.ui.branding import (
    CONTROL_PAIRS,
    TEXT_PAIRS,
    branding,
    check_theme,
    contrast,
    default_colours,
    theme_css,
    theme_problems,
)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_the_colours_of_the_core_can_be_read(mode: int) -> None:
    colours = default_colours()
    for pairs, least in ((TEXT_PAIRS, 4.5), (CONTROL_PAIRS, 3.0)):
        for front, back in pairs:
            assert contrast(colours[front][mode], colours[back][mode]) >= least, (front, back)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777", "#fff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#fff", "#fff") == 1


def test_changed_colours_become_a_style_sheet_of_the_last_layer() -> None:
    assert theme_css(Theme()) == ""
    css = theme_css(Theme(colours={"brand": "#7a1f4b"}, dark_colours={"link": "#ffd0e0"}))
    assert css == "@layer instance{:root{--brand:light-dark(#7a1f4b,#6cc7d6);--link:light-dark(#0a5866,#ffd0e0);}}"


@pytest.mark.parametrize(
    ("theme", "field", "says"),
    [
        (Theme(colours={"brnad": "#000000"}), "theme.colours.brnad", "did you mean 'brand'"),
        (Theme(colours={"brand": "teal"}), "theme.colours.brand", "#rrggbb"),
        (Theme(colours={"brand": "#000;}body{display:none"}), "theme.colours.brand", "no colour"),
        (Theme(colours={"brand": "#9adbe6"}), "theme.colours.brand", "4.5:1"),
        (Theme(dark_colours={"line-strong": "#2a2f36"}), "theme.dark_colours.line-strong", "3.0:1"),
        (Theme(texts={"tagine": "x"}), "theme.texts.tagine", "did you mean 'tagline'"),
    ],
)
def test_a_look_that_cannot_be_used_is_refused_by_name(theme: Theme, field: str, says: str) -> None:
    problems = theme_problems(theme)
    assert field in [problem.field for problem in problems]
    assert any(says in problem.message for problem in problems)


def test_a_missing_logo_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_theme(Config(theme=Theme(logo="logo.svg")), tmp_path)
    assert "theme.logo" in str(caught.value)


def test_texts_may_differ_by_language(tmp_path: Path) -> None:
    config = Config(
        site=Site(name="Fjord"), theme=Theme(texts={"tagline": "Kept", "tagline.de": "Bewahrt", "masthead": ""})
    )
    assert branding(config, tmp_path, "de").tagline == "Bewahrt"
    english = branding(config, tmp_path, "en")
    assert (english.tagline, english.headline, english.masthead) == ("Kept", "Fjord", "")


@pytest.mark.configuration("site", name="Fjord Repository", description="Of the northern seas")
@pytest.mark.configuration(
    "theme",
    logo="logo.svg",
    colours={"brand": "#7a1f4b"},
    texts={"headline": "Papers & <b>data</b>", "footer": "Kept by five institutes"},
)
def test_an_instance_looks_its_own_way(instance: Instance, repository: Any) -> None:
    for folder in (instance.static, instance.templates / "about"):
        folder.mkdir(parents=True, exist_ok=True)
    (instance.static / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (instance.static / "logo-dark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    (instance.static / "instance.css").write_text(".masthead { border-top: 4px solid var(--brand); }", encoding="utf-8")
    (instance.templates / "layout.html").write_text(
        '{% extends "core/layout.html" %}{% block head %}<meta name="own" content="yes">{{ super() }}{% endblock %}',
        encoding="utf-8",
    )
    client = create_app(repository).test_client()
    page = client.get("/help/search").get_data(as_text=True)
    assert "Fjord Repository" in page
    assert "Kept by five institutes" in page
    assert 'name="own"' in page
    assert re.search(r'src="/static/logo\.svg\?v=\w+"', page)
    assert re.search(r'src="/static/logo-dark\.svg\?v=\w+"', page)
    (sheet,) = re.findall(r'href="(/assets/instance\.\w+\.css)"', page)
    css = client.get(sheet).get_data(as_text=True)
    assert "--brand:light-dark(#7a1f4b,#6cc7d6)" in css
    assert re.search(r"@layer instance\{\s*\.masthead", css)
    front = client.get("/").get_data(as_text=True)
    assert "Papers &amp; &lt;b&gt;data&lt;/b&gt;" in front


@pytest.mark.configuration("theme", colours={"brand": "#cccccc"})
def test_an_application_does_not_start_with_colours_that_cannot_be_read(repository: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"theme\.colours\.brand"):
        create_app(repository)
