"""Rules that hold for every template, style sheet and script of the core."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from muniment.web.ui.assets import CORE_BUNDLES, CORE_STATIC
from muniment.web.ui.environment import TEMPLATES, icon_names
from muniment.web.ui.slots import declared_slots

PACKAGE = TEMPLATES.parent
BUILT_IN = PACKAGE.parents[1] / "builtin"

#: Files that may turn text into markup without escaping, each with the reason.
MAY_MAKE_MARKUP = {
    "clean_html.py": "cleans with nh3 first",
    "markdown.py": "cleans with nh3 last",
    "texts.py": "texts of the catalogues; what is filled in is escaped",
}


def _templates() -> list[Path]:
    """Those of the core and of its built-in plugins."""
    folders = [TEMPLATES, *BUILT_IN.glob("*/templates")]
    return sorted(path for folder in folders for path in folder.rglob("*.html"))


def _name(path: Path) -> str:
    """What a template is called where it is used."""
    return path.as_posix().rpartition("/templates/")[2]


def _sources(suffix: str) -> list[Path]:
    return sorted(path for path in CORE_STATIC.rglob(f"*{suffix}") if "vendor" not in path.parts)


def test_declared_slots_are_those_of_the_templates() -> None:
    used: dict[str, set[str]] = {}
    for path in _templates():
        for name in re.findall(r"""\bslot\(\s*["']([^"']+)["']""", path.read_text(encoding="utf-8")):
            used.setdefault(name, set()).add(_name(path))
    assert used == {name: {slot.template} for name, slot in declared_slots().items()}


def test_every_slot_is_documented_with_an_example_and_its_context() -> None:
    for slot in declared_slots().values():
        assert slot.description.endswith(".")
        assert slot.example
        template = (TEMPLATES / slot.template).read_text(encoding="utf-8")
        call = re.search(rf"""slot\(\s*["']{re.escape(slot.name)}["']([^)]*)\)""", template)
        assert call is not None
        assert set(re.findall(r"(\w+)=", call[1])) == set(slot.context)


def test_no_template_switches_escaping_off() -> None:
    offenders = [
        path.name
        for path in _templates()
        if re.search(r"\|\s*safe\b|autoescape\s+false|\bMarkup\b", path.read_text(encoding="utf-8"))
    ]
    assert offenders == []


def test_markup_is_made_from_variables_in_few_modules_only() -> None:
    """`Markup("literal")` is harmless; `Markup(variable)` is where stored text could become markup."""
    offenders = set()
    for path in [*PACKAGE.rglob("*.py"), *BUILT_IN.rglob("*.py")]:
        if re.search(r"""\bMarkup\((?!\s*["')])""", path.read_text(encoding="utf-8")):
            offenders.add(path.name)
    assert offenders == set(MAY_MAKE_MARKUP)


@pytest.mark.parametrize("path", _templates(), ids=_name)
def test_templates_hold_no_inline_code_and_no_other_hosts(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"""(?:src|href|action)=["']https?://""", source)


@pytest.mark.parametrize("path", [*_sources(".css"), *_sources(".js")], ids=lambda path: path.name)
def test_styles_and_scripts_reach_no_other_host_and_import_nothing(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE))
    assert not re.search(r"^\s*(?:import|export)\b|@import|\binnerHTML\b|\beval\(|\bFunction\(", source, re.MULTILINE)


def test_every_style_sheet_stands_in_a_layer() -> None:
    for path in _sources(".css"):
        if path.name not in ("layers.css", "fonts.css"):
            bare = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL).strip()
            assert bare.startswith("@layer "), path.name


def test_every_source_is_in_a_bundle() -> None:
    bundled = {source for bundle in CORE_BUNDLES for source in bundle.sources if not source.startswith("vendor/")}
    assert {path.relative_to(CORE_STATIC).as_posix() for path in [*_sources(".css"), *_sources(".js")]} == bundled


def test_texts_for_people_go_through_gettext() -> None:
    """Words between tags that are not in an expression. The style guide is for those who read the source, too."""
    offenders = []
    for path in _templates():
        if _name(path).startswith("styleguide/"):
            continue
        source = re.sub(r"\{% block main_class %\}.*?\{% endblock %\}", "", path.read_text(encoding="utf-8"))
        source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
        for text in re.findall(r">([^<>]*)<", source):
            words = re.findall(r"[A-Za-zÄÖÜäöü]{3,}", text)
            if words and '="' not in text and not set(words) <= {"doi", "JSON"}:
                offenders.append((_name(path), text.strip()[:60]))
    allowed = {("about/search_help.html", '+ - ! ( ) { } [ ] ^ " ~ * ? : \\ /'), ("search/results.html", "sediment*")}
    assert set(offenders) - allowed == set()


def test_every_icon_that_is_named_is_in_a_sprite() -> None:
    known = set(icon_names())
    named: set[str] = set()
    for path in _templates():
        source = path.read_text(encoding="utf-8")
        named.update(re.findall(r"""\bicon\(["']([a-z0-9-]+)["']""", source))
        named.update(re.findall(r"""\bicon_name=["']([a-z0-9-]+)["']""", source))
        named.update(re.findall(r"""empty_state\([^%]*,\s*["']([a-z0-9-]+)["']\)""", source))
    assert named <= known


def test_vendored_files_are_those_that_were_taken_in() -> None:
    folder = CORE_STATIC / "vendor"
    entries = tomllib.loads((folder / "vendor.toml").read_text(encoding="utf-8"))["vendored"]
    folders = {path.relative_to(folder).as_posix() for path in folder.glob("*/*") if path.is_dir()}
    assert {entry["folder"] for entry in entries} == folders
    for name in folders:
        sums = dict(
            reversed(line.split("  ", 1))
            for line in (folder / name / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
        )
        files = {path.name for path in (folder / name).iterdir()} - {"SHA256SUMS"}
        assert set(sums) == files
        assert "LICENSE" in files
        for file, digest in sums.items():
            assert hashlib.sha256((folder / name / file).read_bytes()).hexdigest() == digest, file


def test_the_documentation_lists_every_slot_as_declared() -> None:
    page = PACKAGE.parents[4] / "docs" / "pages.md"
    if not page.is_file():
        pytest.skip("the source tree is not here")
    rows = re.findall(r"^\| `([a-z.]+)` \| (.*?) \| (.*?) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    declared = [
        (slot.name, slot.description, "; ".join(f"`{name}`: {what}" for name, what in slot.context.items()) or "–")
        for slot in declared_slots().values()
    ]
    assert rows == declared
