"""The shape of the source: who imports whom, and the rules that every file keeps."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "core" / "src"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))

#: What stands on top: pages, REST, commands, and what is made of everything.
TOP = {"web", "cli", "api", "testing", "builtin", "backup", "health", "__main__"}
#: Imports against the direction that are meant so, with the reason.
EXCEPTIONS = {
    ("muniment.plugins.discovery", "muniment.builtin"): "looks for the folders of the built-in plugins",
    ("muniment.db.unit_of_work", "muniment.audit.models"): "an audit row is part of every unit of work",
    ("muniment.repository", "muniment.web.generations"): "a plugin is tried in an application before it is switched on",
}


@dataclass(frozen=True)
class Import:
    """One module imports another. `typing` imports exist for the type checker only."""

    importer: str
    imported: str
    typing: bool

    @property
    def layer(self) -> str:
        return layer_of(self.imported)


def layer_of(module: str) -> str:
    """The package of the core that a module belongs to: muniment.db.engine is in db."""
    return module.split(".")[1] if "." in module else module


def source_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def module_name(file: Path, root: Path) -> str:
    return ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports_in(root: Path) -> tuple[Import, ...]:
    return tuple(found for file in source_files(root) for found in imports_of(file, module_name(file, root)))


def imports_of(file: Path, module: str) -> Iterator[Import]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        typing = id(node) in for_types
        if isinstance(node, ast.Import):
            yield from (Import(module, alias.name, typing) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports name the whole module"
            if node.module == "muniment":
                yield from (Import(module, f"muniment.{alias.name}", typing) for alias in node.names)
            elif node.module:
                yield Import(module, node.module, typing)


def core_imports() -> list[Import]:
    """What the core's modules import of each other while they run, whenever that is."""
    return [
        found
        for found in imports_in(CORE)
        if found.imported.split(".")[0] == "muniment"
        and not found.typing
        and layer_of(found.importer) != found.layer
        and (found.importer, found.imported) not in EXCEPTIONS
    ]


def test_the_core_imports_no_plugin() -> None:
    assert [found for found in imports_in(CORE) if found.imported.startswith("muniment_")] == []


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_a_plugin_imports_the_public_interface_only(plugin: Path) -> None:
    """That of the core, and `api` of the plugins that it requires, or uses when they are there."""
    own = package_of(plugin.name)
    (manifest,) = plugin.glob("src/*/plugin.toml")
    declared = tomllib.loads(manifest.read_text())
    required = [f"{package_of(name)}.api" for name in (*declared.get("requires", ()), *declared.get("uses", ()))]
    foreign = [
        found
        for found in imports_in(plugin / "src")
        if found.imported.split(".")[0].startswith("muniment")
        and found.imported.split(".")[0] != own
        and not found.imported.startswith(("muniment.api", "muniment.testing"))
        and ".".join(found.imported.split(".")[:2]) not in required
    ]
    assert foreign == []


def package_of(plugin: str) -> str:
    return f"muniment_{plugin.replace('-', '_')}"


def test_services_know_nothing_of_what_stands_on_them() -> None:
    upward = [found for found in core_imports() if layer_of(found.importer) not in TOP and found.layer in TOP]
    assert upward == []


def test_the_database_layer_stands_at_the_bottom() -> None:
    assert {found.layer for found in core_imports() if layer_of(found.importer) == "db"} <= {"errors"}


def test_hooks_know_services_by_type_only() -> None:
    assert {found.layer for found in core_imports() if layer_of(found.importer) == "hooks"} <= {"errors"}


def test_tables_refer_to_tables_only() -> None:
    """Whoever needs a table need not load the service that fills it. What plugins derive their tables from is none."""
    wrong = [
        found
        for found in core_imports()
        if re.search(r"(^|_|\.)models$", found.importer)
        and found.importer != "muniment.models"
        and found.layer not in ("db", "errors")
        and found.imported != "muniment.plugins.tables"
    ]
    assert wrong == []


def test_pages_and_commands_do_not_need_each_other() -> None:
    forbidden = {
        "web": {"cli", "backup", "builtin", "testing"},
        "cli": {"testing"},
        "backup": {"web", "cli", "testing"},
    }
    wrong = [found for found in core_imports() if found.layer in forbidden.get(layer_of(found.importer), ())]
    assert wrong == []


def every_file() -> list[Path]:
    folders = [CORE, ROOT / "tests", ROOT / "core" / "tests", *(plugin for plugin in PLUGINS)]
    return [file for folder in folders for file in source_files(folder)]


def faults_of(file: Path) -> Iterator[str]:
    """What is wrong with a source file: each is short, begins with its subject and is named for it."""
    text = file.read_text(encoding="utf-8")
    if not text.strip():
        if file.name != "__init__.py":
            yield "it is empty"
        return
    tree = ast.parse(text)
    if not ast.get_docstring(tree):
        yield "the first line does not say what it is about"
    if "migrations" not in file.parts and len(text.splitlines()) > 450:
        yield "it is longer than 450 lines"
    if re.search(r"(^|_)(utils?|helpers?|managers?|misc|common)(_|\.|$)", file.name):
        yield "its name does not say what it is about"
    annotated = any(isinstance(node, (ast.FunctionDef, ast.AnnAssign)) for node in ast.walk(tree))
    if annotated and "tests" not in file.parts and "from __future__ import annotations" not in text:
        yield "its annotations cost time when it is imported"


def test_a_file_has_one_subject() -> None:
    assert [f"{file.relative_to(ROOT)}: {fault}" for file in every_file() for fault in faults_of(file)] == []


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("empty.py", " ", "it is empty"),
        ("plain.py", "x = 1", "the first line does not say what it is about"),
        ("long.py", '"""Long."""' + "\n" * 460 + "x = 1", "it is longer than 450 lines"),
        ("date_utils.py", '"""Dates."""', "its name does not say what it is about"),
        ("annotated.py", '"""An annotation."""\nx: int = 1', "its annotations cost time when it is imported"),
    ],
)
def test_the_check_of_files_finds_what_it_is_for(tmp_path: Path, name: str, text: str, fault: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(faults_of(tmp_path / name)) == [fault]


def test_tests_mirror_the_packages() -> None:
    packages = {path.name for path in (CORE / "muniment").iterdir() if path.is_dir()}
    folders = {
        path.name for path in (ROOT / "core" / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"
    }
    assert folders <= packages


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda path: path.name)
def test_a_plugin_comes_whole(plugin: Path) -> None:
    package = plugin / "src" / f"muniment_{plugin.name.replace('-', '_')}"
    for name in ("README.md", "CHANGELOG.md", "tests"):
        assert (plugin / name).exists(), name
    assert (package / "plugin.toml").is_file()
    assert (package / "py.typed").is_file(), "a plugin says that it has types"
    shadow = plugin / "tests" / "__init__.py"
    assert not shadow.exists(), "it would be imported as `tests`, in place of the folder of this test"
    settings = tomllib.loads((plugin / "pyproject.toml").read_text())
    assert settings["tool"]["pytest"]["ini_options"]["filterwarnings"] == ["error"], "its tests can run alone"
    assert "test" in settings["project"]["optional-dependencies"], "and say what they need"
