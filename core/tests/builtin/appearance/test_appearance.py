"""The look of a site, changed in the control panel: words, logos and colours, on every page of the next generation."""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import Any

import pytest
from sqlalchemy import text

from muniment.access.actor import SYSTEM
from muniment.builtin.appearance.drawings import LARGEST, cleaned
from muniment.errors import ValidationFailed
from muniment.settings.config import Theme
from muniment.testing.panel import Panel
from muniment.web.app import create_app
from muniment.web.ui.branding import theme_problems
from muniment.web.ui.palette import from_oklch, palette, to_oklch

PATH = "/control/appearance"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z" fill="#123"/></svg>'


def png(width: int = 2, height: int = 1, *, extra: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0\1\2"))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"tEXt", b"Author\0Ada") + data + chunk(b"IEND", b"") + extra


@pytest.fixture
def again(repository: Any, administrator: Any) -> Any:
    """`again()`: the administrator's browser on the application of the newest generation."""
    return lambda: Panel(create_app(repository.successor()).test_client(), administrator)


# Words ----------------------------------------------------------------------------------------------------------------


def test_a_name_is_changed_everywhere_and_audited(repository: Any, panel: Any, again: Any) -> None:
    page = panel.post(PATH, name="Sea Archive", description="Of the sea.", publisher="", contact="mail@example.org")
    assert "The appearance is saved." in page
    after = repository.successor()
    assert (after.config.site.name, after.config.site.contact) == ("Sea Archive", "mail@example.org")
    assert "Sea Archive" in again().get("/")
    details = [entry.details for entry in repository.audit.entries("plugin:appearance")]
    assert {"key": "name", "old": None, "new": "Sea Archive"} in details
    assert "publisher" not in [each["key"] for each in details], "what is as the configuration says is not stored"


def test_what_is_as_in_the_configuration_goes_back_to_it(repository: Any, panel: Any) -> None:
    before = repository.config.site.name
    for sent in ({"name": before}, {"name": "Another", "name.reset": "1"}):
        panel.post(PATH, name="Another")
        assert repository.successor().config.site.name == "Another"
        panel.post(PATH, **sent)
        assert repository.successor().config.site.name == before
    assert repository.successor().config.origins.get("site.name") != "database"


def test_an_empty_name_is_refused_at_its_control(repository: Any, panel: Any) -> None:
    page = panel.post(PATH, 422, name="", description="kept as typed")
    assert 'id="f-name-error"' in page
    assert "kept as typed" in page
    assert not repository.audit.entries("plugin:appearance")


def test_the_settings_of_the_plugin_lead_to_its_page(panel: Any) -> None:
    answer = panel.client.get("/control/plugins/appearance/settings")
    assert (answer.status_code, answer.headers["Location"]) == (303, PATH)


# Colours --------------------------------------------------------------------------------------------------------------


def test_colours_are_on_the_pages_of_the_next_generation(repository: Any, panel: Any, again: Any) -> None:
    light, dark = palette("#7a1f4b")
    sent = {f"light.{key}": value for key, value in light.items()} | {f"dark.{key}": v for key, v in dark.items()}
    panel.post(PATH, name=repository.config.site.name, **sent)
    after = again()
    page = after.get("/")
    sheet = re.search(r'/assets/instance\.[^"]+\.css', page)
    assert sheet is not None
    assert light["brand"] in after.client.get(sheet[0]).get_data(as_text=True)
    assert f'value="{light["brand"]}"' in after.get(PATH)


def test_colours_that_cannot_be_read_are_refused_at_their_controls(repository: Any, panel: Any) -> None:
    sent = {"light.brand": "#ffe08a", "dark.link": "#222222", "name": "Sea"}
    page = panel.post(PATH, 422, **sent)
    assert 'id="f-light.brand-error"' in page
    assert 'id="f-dark.link-error"' in page
    assert "has a contrast of" in page
    assert 'value="#ffe08a"' in page, "what was chosen is still there"
    assert repository.successor().config.site.name == repository.config.site.name
    assert "write it as #rrggbb" in panel.post(PATH, 422, **{"light.brand": "red; } body { display: none"})


def test_no_way_around_the_form_stores_unreadable_colours(repository: Any) -> None:
    for values in ({"colours": {"brand": "#ffe08a"}}, {"dark_colours": {"ink": "#000000"}}, {"colours": {"x": "#000"}}):
        with pytest.raises(ValidationFailed):
            repository.plugin_settings.change("appearance", values, SYSTEM)


@pytest.mark.parametrize("accent", ["#000000", "#ffffff", "#ffd400", "#0b5c6b", "#7a1f4b", "#00ff66", "#808080"])
def test_any_colour_leads_to_others_that_can_be_read(accent: str) -> None:
    light, dark = palette(accent)
    assert theme_problems(Theme(colours=light, dark_colours=dark)) == []


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert palette("#0b5c6b")[0]["brand"] == "#0b5c6b"
    assert from_oklch(*to_oklch("#7a1f4b")) == "#7a1f4b"


def test_colours_are_proposed_and_not_stored(repository: Any, panel: Any) -> None:
    page = panel.post(PATH, 200, accent="#7a1f4b", do="propose", name="Typed meanwhile")
    assert f'value="{palette("#7a1f4b")[1]["brand"]}"' in page
    assert "Typed meanwhile" in page
    assert not repository.audit.entries("plugin:appearance")
    assert 'id="f-accent-error"' in panel.post(PATH, 422, accent="reddish", do="propose")


# Logos ----------------------------------------------------------------------------------------------------------------


def test_a_logo_is_uploaded_shown_and_removed(repository: Any, panel: Any, again: Any) -> None:
    panel.post(PATH, name=repository.config.site.name, logo=(io.BytesIO(SVG), "logo.svg"))
    after = again()
    found = re.search(r'<img src="(/logo/[0-9a-f]+\.svg)"', after.get("/"))
    assert found is not None
    answer = after.client.get(found[1])
    assert answer.content_type == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "immutable" in answer.headers["Cache-Control"]
    assert b"M0 0h8v8z" in answer.get_data()
    after.post(PATH, name=repository.config.site.name, **{"logo.remove": "1"})
    assert "/logo/" not in again().get("/")
    after.get("/logo/nothing.svg", 404)


def test_a_refused_change_leaves_no_logo_behind(repository: Any, panel: Any) -> None:
    panel.post(PATH, 422, logo=(io.BytesIO(SVG), "logo.svg"), name="x" * 300)
    with repository.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM appearance_logos")).scalar_one() == 0


def test_what_is_no_logo_is_refused_at_its_control(repository: Any, panel: Any) -> None:
    page = panel.post(PATH, 422, logo=(io.BytesIO(b"GIF89a"), "logo.svg"), name="Sea")
    assert 'id="f-logo-error"' in page
    assert repository.successor().config.theme.logo == ""


@pytest.mark.parametrize(
    "evil",
    [
        b"<script>alert(1)</script>",
        b'<g onload="alert(1)"/>',
        b'<a href="https://evil.example"><path d="M0 0"/></a>',
        b'<image href="https://evil.example/x.png"/>',
        b'<use href="https://evil.example/x.svg#a"/>',
        b'<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:alert(1)"/>',
        b"<foreignObject><p>evil</p></foreignObject>",
        b"<style>@import url(https://evil.example)</style>",
        b'<path style="fill: url(https://evil.example)"/>',
        b'<path fill="url(//evil.example/#a)"/>',
        b'<animate attributeName="href" to="javascript:alert(1)"/>',
        b'<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        b"<?xml-stylesheet href='https://evil.example'?>",
        b"<!-- evil -->",
    ],
)
def test_a_drawing_keeps_nothing_that_acts_or_reaches_out(evil: bytes) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">' + evil + b'<rect id="kept"/></svg>'
    content, ending = cleaned(drawing, "logo")
    assert ending == "svg"
    assert b'id="kept"' in content
    assert b'viewBox="0 0 8 8"' in content
    for word in (b"evil", b"alert", b"script", b"import", b"onload"):
        assert word not in content


def test_gradients_and_classes_stay() -> None:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg"><style>.a{fill:url(#g)}</style><defs><linearGradient id="g">'
        b'<stop offset="0"/></linearGradient></defs><use href="#g"/><path class="a" style="fill:url(#g)"/></svg>'
    )
    content, _ = cleaned(drawing, "logo")
    for kept in (b".a{fill:url(#g)}", b"linearGradient", b'href="#g"', b'style="fill:url(#g)"'):
        assert kept in content


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>", "entities"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>", "well-formed"),
        (b"<svg><path/></svg>", "well-formed"),
        (b"<html><svg></svg></html>", "well-formed"),
        (b"\xff\xd8\xff\xe0 a photograph", "Only SVG and PNG"),
        (png(9000), "4000 pixels"),
        (png()[:-9], "damaged"),
        (png().replace(b"IDAT", b"IDAX"), "damaged"),
        (SVG + b" " * LARGEST, "larger than 200 kB"),
    ],
)
def test_what_cannot_be_taken_is_said(content: bytes, says: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        cleaned(content, "logo")
    (problem,) = caught.value.errors
    assert problem.field == "logo"
    assert says in problem.message


def test_a_picture_keeps_the_picture_only() -> None:
    content, ending = cleaned(png(extra=b"<script>"), "logo")
    assert ending == "png"
    assert content.startswith(b"\x89PNG")
    assert content.endswith(b"IEND\xaeB`\x82")
    assert b"Ada" not in content
