"""Bundles: built once, fingerprinted, never half written."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from muniment.errors import ConfigurationError
from muniment.web.ui.assets import KEEP_SECONDS, Assets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "assets"


@pytest.fixture
def static(tmp_path: Path) -> Path:
    (tmp_path / "static").mkdir()
    return tmp_path / "static"


def test_names_change_with_contents_and_only_then(folder: Path, static: Path) -> None:
    first = Assets(folder, (static,)).build()
    again = Assets(folder, (static,)).build(force=True)
    assert first == again
    (static / "instance.css").write_text("body { margin: 1px }", encoding="utf-8")
    changed = Assets(folder, (static,)).build()
    assert {name: changed[name] for name in first} == first
    assert changed["instance.css"].startswith("instance.")


def test_nothing_is_built_when_the_sources_are_the_same(folder: Path, static: Path) -> None:
    names = Assets(folder, (static,)).build()
    file = folder / names["app.css"]
    os.utime(file, (1, 1))
    Assets(folder, (static,)).build()
    assert file.stat().st_mtime == 1


def test_a_lost_file_is_made_again(folder: Path, static: Path) -> None:
    names = Assets(folder, (static,)).build()
    (folder / names["app.js"]).unlink()
    Assets(folder, (static,)).build()
    assert (folder / names["app.js"]).is_file()


def test_an_instance_may_replace_a_source_of_the_core(folder: Path, static: Path) -> None:
    (static / "css").mkdir()
    (static / "css" / "print.css").write_text("@layer components{.own{color:red}}", encoding="utf-8")
    names = Assets(folder, (static,)).build()
    assert ".own{color:red}" in (folder / names["app.css"]).read_text(encoding="utf-8")


def test_modern_css_survives_minifying(folder: Path, static: Path) -> None:
    text = (folder / Assets(folder, (static,)).build()["app.css"]).read_text(encoding="utf-8")
    assert text.index("@layer reset,tokens,base,components,theme,plugins,instance") < text.index("@layer tokens")
    assert "light-dark(#fbfaf8,#111418)" in text.replace(", ", ",")
    assert ":has(" in text


@pytest.mark.parametrize("text", ["@layer instance{%s}", "%s", "@media (width<9px){%s}"])
def test_a_descendant_stays_a_descendant(folder: Path, static: Path, text: str) -> None:
    (static / "instance.css").write_text(
        text % ".a :is(b, c) { color: red } .d:not(.e) { color: red }", encoding="utf-8"
    )
    built = (folder / Assets(folder, (static,)).build()["instance.css"]).read_text(encoding="utf-8")
    assert ".a *:is(b,c){" in built
    assert ".d:not(.e){" in built


def test_styles_and_scripts_of_a_page_are_light(folder: Path, static: Path) -> None:
    assets = Assets(folder, (static,))
    names = assets.build()
    everywhere = [names[bundle.name] for bundle in assets.bundles() if bundle.everywhere]
    assert sum((folder / name).stat().st_size for name in everywhere) < 60_000


def test_pages_load_by_themselves_only_what_all_need(folder: Path, static: Path) -> None:
    (static / "instance.css").write_text("body { margin: 1px }", encoding="utf-8")
    assets = Assets(folder, (static,))
    names = assets.build()
    assert "working.css" in names
    assert assets.styles() == ["instance.css"]


def test_files_of_earlier_pages_stay_for_a_day(folder: Path, static: Path) -> None:
    Assets(folder, (static,)).build()
    for name, age in (("app.00000000.css", KEEP_SECONDS + 60), ("app.11111111.css", 60)):
        (folder / name).write_text("", encoding="utf-8")
        moment = time.time() - age
        os.utime(folder / name, (moment, moment))
    Assets(folder, (static,)).build(force=True)
    assert not (folder / "app.00000000.css").exists()
    assert (folder / "app.11111111.css").exists()


def test_nothing_but_bundles_is_left_in_the_folder(folder: Path, static: Path) -> None:
    names = Assets(folder, (static,)).build()
    packed = {f"{name}.gz" for name in names.values()}
    assert {path.name for path in folder.iterdir()} == {*names.values(), *packed, "manifest.json", ".lock"}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, static: Path) -> None:
    (tmp_path / "var").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="assets cannot be built"):
        Assets(tmp_path / "var" / "assets", (static,)).build()
