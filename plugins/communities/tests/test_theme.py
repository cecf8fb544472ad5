"""The accent colour of a community: what is refused, what the style sheet says, who gets it."""

from __future__ import annotations

import re
from html import unescape
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from muniment.api import PermissionDenied, ValidationFailed
from muniment_communities.api import Community, CommunityService
from muniment_communities.theme import DARK, GROUNDS, LIGHT, Grounds, checked_theme, contrast, for_dark, mixed, soft
from muniment_communities.theme import stylesheet as sheet_of

PLAIN = Grounds.of(SimpleNamespace(colours={}, dark_colours={}))
NAVY = {"enabled": True, "style": {"primaryColor": "#1b3a6b"}}

needs_plugins = pytest.mark.plugins("communities", "requests")


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#0b5c6b", "#0b5c6b") == 1
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"


@pytest.mark.parametrize(
    ("style", "fields"),
    [
        ({"primaryColor": "#777777"}, {LIGHT}),  # 4.48:1 on white
        ({"primaryColor": "#0b5c6b", "primaryColorDark": "#0b5c6b"}, {DARK}),
        ({"primaryColor": "#ffee00", "primaryColorDark": "#000000"}, {LIGHT, DARK}),
        ({"primaryColor": "red"}, {LIGHT}),
        ({"primaryColor": "#0b5c6b;}"}, {LIGHT}),
        ({"primaryColor": ["#0b5c6b"], "primaryColorDark": 7}, {LIGHT, DARK}),
        ({"primaryColorDark": "#6cc7d6"}, {LIGHT}),
    ],
)
def test_what_cannot_be_read_or_is_no_colour_is_refused(style: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        checked_theme({"enabled": True, "style": style}, PLAIN)
    assert {problem.field for problem in refused.value.errors} == {f"theme.style.{name}" for name in fields}


@pytest.mark.parametrize("sent", [[], "blue", {"style": "blue"}, {"enabled": "no"}])
def test_what_is_no_theme_is_refused(sent: Any) -> None:
    with pytest.raises(ValidationFailed):
        checked_theme(sent, PLAIN)


def test_the_grounds_of_the_site_count() -> None:
    dim = Grounds.of(SimpleNamespace(colours={"bg": "#aaa"}, dark_colours={}))
    assert checked_theme(NAVY, PLAIN) == NAVY
    assert checked_theme({"style": {"primaryColor": "#2F5F9F"}}, PLAIN)["style"] == {"primaryColor": "#2f5f9f"}
    with pytest.raises(ValidationFailed):
        checked_theme({"style": {"primaryColor": "#2F5F9F"}}, dim)
    assert checked_theme({}, PLAIN) == checked_theme({**NAVY, "enabled": False}, PLAIN) == {}


def test_every_accent_that_is_taken_can_be_read_in_both_modes() -> None:
    """The whole cube of colours: the shade for dark pages, the text on the accent, and quiet text on its ground."""
    taken = 0
    for red, green, blue in product(range(0, 256, 51), repeat=3):
        accent = f"#{red:02x}{green:02x}{blue:02x}"
        try:
            theme = checked_theme({"style": {"primaryColor": accent}}, PLAIN)
        except ValidationFailed:
            continue
        taken += 1
        pairs = dict(re.findall(r"--([a-z-]+):light-dark\((#[0-9a-f]{6},#[0-9a-f]{6})\)", sheet_of(theme, PLAIN)))
        for place, (ink, ground) in enumerate((("#57534c", "#f2f0ec"), ("#b3b0a9", "#191d23"))):
            brand, on, soft_ground = (pairs[name].split(",")[place] for name in ("brand", "on-brand", "brand-soft"))
            for front, back in ((brand, ground), (brand, soft_ground), (on, brand), (ink, soft_ground)):
                assert contrast(front, back) >= 4.5, (accent, front, back)
        assert soft(for_dark(accent, PLAIN), PLAIN.dark) == pairs["brand-soft"].split(",")[1]
    assert taken > 60


@needs_plugins
def test_the_grounds_are_those_of_the_sites_style_sheet(client: Any) -> None:
    href = re.search(r'href="([^"]*app[^"]*\.css)"', client.get("/").get_data(as_text=True))
    assert href is not None
    style = re.sub(r"\s", "", client.get(href[1]).get_data(as_text=True))
    for name in ("bg", "sunken", "surface"):
        found = re.search(rf"--{name}:light-dark\((#[0-9a-f]+),(#[0-9a-f]+)\)", style)
        assert found is not None, name
        assert Grounds.of(SimpleNamespace(colours={name: found[1]}, dark_colours={name: found[2]})) == PLAIN, (
            f"{name}: {GROUNDS[LIGHT][name]}, {GROUNDS[DARK][name]}"
        )


@needs_plugins
def test_owners_choose_it_and_its_pages_show_it(panel_of: Any, ada: Any, polar: Community, client: Any) -> None:
    browser = panel_of(ada)
    page = browser.get("/communities/polar/settings")
    assert "theme.css" not in page
    sent = {"title": "Polar", "slug": "polar", "theme_shown": "1", "themed": "1"}
    refused = browser.post("/communities/polar/settings", 422, **sent, accent="#ffee00", accent_dark="#101010")
    assert "On light pages this colour has less than 4.5:1 contrast" in refused
    assert "On dark pages this colour has less than 4.5:1 contrast" in refused
    assert 'href="#f-accent"' in refused
    browser.post("/communities/polar/settings", **sent, accent="#1B3A6B", accent_dark="")
    shown = unescape(client.get("/communities/polar").get_data(as_text=True))
    found = re.search(r'href="(/communities/polar/theme\.css\?v=[0-9a-f]{12})"', shown)
    assert found is not None
    style = client.get(found[1])
    assert style.content_type == "text/css; charset=utf-8"
    assert "--brand:light-dark(#1b3a6b," in style.get_data(as_text=True)
    assert "immutable" in style.headers["Cache-Control"]
    assert "immutable" not in client.get("/communities/polar/theme.css?v=0").headers["Cache-Control"]
    assert "no-store" in browser.client.get(found[1]).headers["Cache-Control"]
    assert "theme.css" not in client.get("/communities").get_data(as_text=True)
    assert 'value="#1b3a6b"' in browser.get("/communities/polar/settings")
    del sent["themed"]
    browser.post("/communities/polar/settings", **sent, accent="#1b3a6b")
    assert client.get(found[1]).status_code == 404


@needs_plugins
def test_it_is_public_only_where_the_community_is(
    communities: CommunityService, found: Any, ada: Any, grace: Any, client: Any, panel_of: Any
) -> None:
    found("inner", visibility="restricted")
    sent = {"metadata": {"title": "Inner"}, "access": {"visibility": "restricted"}, "theme": NAVY}
    with pytest.raises(PermissionDenied):
        communities.update(grace.actor, found("open").slug, sent)
    assert communities.update(ada.actor, "inner", sent).theme == NAVY
    assert communities.update(ada.actor, "inner", {"metadata": {"title": "Inner"}}).theme == NAVY, "nothing was said"
    assert client.get("/communities/inner/theme.css").status_code == 404
    panel_of(grace).get("/communities/inner/theme.css", 404)
    assert "--brand" in panel_of(ada).get("/communities/inner/theme.css")
