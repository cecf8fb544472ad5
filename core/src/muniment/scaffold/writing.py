"""Puts the parts of the chosen features together and writes the package; offline, and all of it or nothing."""

from __future__ import annotations

import shutil
import string
from collections.abc import Iterable, Sequence
from pathlib import Path

from muniment.access.permission_table import ROLES, Table
from muniment.scaffold.features import TEMPLATES, Feature
from muniment.scaffold.names import Names, refuse_existing
from muniment.version import HOOK_API, __version__

_WIDTH = 120
_INDENT = "    "


def write_plugin(
    names: Names, features: Sequence[Feature], folder: Path, category: str = "service", *, alone: bool = True
) -> list[Path]:
    """Write the package into `folder`, which must not exist; returns its files. One that is not `alone` is part of a
    tree with tools and rules of its own."""
    refuse_existing(folder)
    contents = contents_of(names, features, category, alone=alone)
    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        for path, text in contents.items():
            (partial / path).parent.mkdir(parents=True, exist_ok=True)
            (partial / path).write_text(text, encoding="utf-8")
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return [folder / path for path in contents]


def contents_of(
    names: Names, features: Sequence[Feature], category: str = "service", *, alone: bool = True
) -> dict[str, str]:
    """The text of each file by its path."""
    fill = _Filling(
        names, _dependencies(features), "".join(f"\n{feature.readme}" for feature in features if feature.readme)
    )
    source = f"src/{names.package}"
    found = {
        "pyproject.toml": fill.template("base/pyproject.toml") + (fill.template("base/tools.toml") if alone else ""),
        "README.md": fill.template("base/README.md"),
        "CHANGELOG.md": fill.template("base/CHANGELOG.md"),
        "quality.toml": fill.template("base/quality.toml"),
        f"{source}/__init__.py": fill.template("base/init.py"),
        f"{source}/py.typed": "",
        f"{source}/plugin.toml": fill.text(_manifest(names, features, category)),
        f"{source}/plugin.py": _plugin(features, fill),
        "tests/test_conformance.py": _conformance(features, fill),
    }
    if any(feature.settings for feature in features):
        found[f"{source}/settings.py"] = fill.text(_settings(features))
    if any(feature.permissions for feature in features):
        found["tests/permissions.md"] = fill.text(_permissions(features))
    for feature in features:
        for path, template in feature.files.items():
            found[fill.text(path)] = fill.template(f"{feature.name}/{template.removesuffix('.tmpl')}")
    return found


class _Filling:
    """Puts the names into templates."""

    def __init__(self, names: Names, dependencies: str, readme: str) -> None:
        major, minor, _ = __version__.split(".")
        self._values = {
            "name": names.name,
            "snake": names.snake,
            "package": names.package,
            "title": names.title,
            "description": names.description,
            "version": "0.1.0",
            "core": f">={major}.{minor},<{major}.{int(minor) + 1}",
        }
        self._values["dependencies"] = self.text(dependencies)
        self._values["readme"] = self.text(readme)

    def text(self, text: str) -> str:
        return string.Template(text).substitute(self._values)

    def template(self, path: str) -> str:
        return self.text((TEMPLATES / f"{path}.tmpl").read_text(encoding="utf-8"))


def _dependencies(features: Iterable[Feature]) -> str:
    needed = {"muniment-core${core}", *(item for feature in features for item in feature.dependencies)}
    return "\n".join(f'    "{item}",' for item in sorted(needed))


def _manifest(names: Names, features: Iterable[Feature], category: str) -> str:
    lines = [
        f'name = "{names.name}"',
        f'title = "{names.title}"',
        f'description = "{names.description}"',
        f'category = "{category}"',
        f"hook_api = {HOOK_API}",
        "# Whether the site must not be written to when this plugin fails: it restricts sign-in, publishing or access.",
        "guards = false",
        "# With true, declare what it keeps about people by the hook privacy_categories.",
        "personal_data = false",
        'personal_data_reason = "It keeps nothing about people."',
    ]
    listed: dict[str, list[str]] = {}
    for feature in features:
        for key, value in feature.manifest.items():
            listed.setdefault(key, []).extend(value)
    lines += [f"{key} = [{', '.join(map(_quoted, values))}]" for key, values in listed.items()]
    return "\n".join(lines) + "\n"


def _conformance(features: Iterable[Feature], fill: _Filling) -> str:
    """The test of what every plugin keeps to, with what it must be told of this one."""
    text = fill.template("base/test_conformance.py")
    told = fill.text("".join(feature.conformance for feature in features))
    if not told:
        return text
    imports = "from collections.abc import Mapping\nfrom typing import Any, ClassVar\n\n"
    return text.replace("from muniment.testing", f"{imports}from muniment.testing", 1) + told


def _permissions(features: Iterable[Feature]) -> str:
    """The table of who may do what, as the suite of checks writes it."""
    table = Table(tuple(ROLES))
    for feature in features:
        for route, cells in feature.permissions.items():
            method, _, rule = route.partition(" ")
            table.add("${name}", (method, rule), cells)
    return table.written()


def _quoted(text: str) -> str:
    return f'"{text}"'


def _settings(features: Iterable[Feature]) -> str:
    having = [feature for feature in features if feature.settings]
    imported = {name for feature in having for line in feature.settings_imports for name in _names_in(line)}
    return (
        (
            '"""What operators can set; shown as a form, and validated before the plugin sees a value."""\n\n'
            "from __future__ import annotations\n\n"
            f"from marshmallow import {', '.join(sorted(imported, key=_isort))}\n\n\n"
            'class Settings(Schema):\n    """The settings of the plugin."""\n'
            + "".join(feature.settings.rstrip("\n") + "\n" for feature in having)
        )
        .replace('plugin."""\n', 'plugin."""\n\n', 1)
        .replace("\n\n\n    ", "\n\n    ")
    )


def _names_in(line: str) -> list[str]:
    return [name.strip() for name in line.partition(" import ")[2].split(",")]


def _isort(name: str) -> tuple[int, str]:
    """The order in which imports stand: CONSTANTS, Classes, functions."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def _plugin(features: Sequence[Feature], fill: _Filling) -> str:
    """The module with the class."""
    has_settings = any(feature.settings for feature in features)
    methods = [*(method for feature in features for method in _own_methods(feature)), *_slots(features)]
    methods += _collected(features, fill)
    body = "\n".join(
        [
            "class Plugin:",
            '    """${description}"""',
            "",
            *(["    Settings = Settings", ""] if has_settings else []),
            "    def __init__(self, context: PluginContext) -> None:",
            "        self.context = context",
            *(f"\n{method}" for method in methods),
        ]
    )
    head = '"""The plugin: what it offers to the core\'s hooks."""\n\nfrom __future__ import annotations\n'
    return fill.text(f"{head}\n{_imports(features, has_settings, bool(methods))}\n\n\n{body}\n")


def _own_methods(feature: Feature) -> list[str]:
    return [feature.methods.strip("\n")] if feature.methods else []


def _slots(features: Iterable[Feature]) -> list[str]:
    """One method that fills all slots."""
    filled = {slot: html for feature in features for slot, html in feature.slots.items()}
    if not filled:
        return []
    head = (
        f"{_INDENT}@implements\n"
        f"{_INDENT}def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:\n"
    )
    if len(filled) == 1:
        ((slot, html),) = filled.items()
        return [f'{head}{_INDENT * 2}return [Fragment({html})] if slot == "{slot}" else []']
    cases = [
        f'{_INDENT * 2}if slot == "{slot}":\n{_INDENT * 3}return [Fragment({html})]\n' for slot, html in filled.items()
    ]
    return [f"{head}{''.join(cases)}{_INDENT * 2}return []"]


def _collected(features: Iterable[Feature], fill: _Filling) -> list[str]:
    """One method for each hook to which any feature hands something."""
    items: dict[str, list[str]] = {}
    types: dict[str, str] = {}
    for feature in features:
        for hook, expressions in feature.hooks.items():
            items.setdefault(hook, []).extend(map(fill.text, expressions))
            types.setdefault(hook, feature.returns.get(hook) or expressions[0].partition("(")[0])
    return [_method(hook, types[hook], expressions) for hook, expressions in items.items()]


def _method(hook: str, kind: str, expressions: Sequence[str]) -> str:
    head = f"{_INDENT}@implements\n{_INDENT}def {hook}(self) -> list[{kind}]:\n"
    line = f"{_INDENT * 2}return [{', '.join(expressions)}]"
    if len(line) <= _WIDTH:
        return head + line
    inside = "".join(f"{_INDENT * 3}{expression},\n" for expression in expressions)
    return f"{head}{_INDENT * 2}return [\n{inside}{_INDENT * 2}]"


def _imports(features: Iterable[Feature], has_settings: bool, has_methods: bool) -> str:
    """The imports in the order that ruff gives them: the standard library, others, Muniment's."""
    features = list(features)
    api = {"PluginContext", *(["implements"] if has_methods else [])}
    api.update(name for feature in features for name in feature.api)
    lines = {line for feature in features for line in feature.imports}
    if has_settings:
        lines.add("from ${package}.settings import Settings")
    standard = []
    for module, attribute in (("collections.abc", "collections"), ("typing", "typing")):
        names = sorted({name for feature in features for name in getattr(feature, attribute)})
        if names:
            standard.append(f"from {module} import {', '.join(names)}")
    others = sorted((line for line in lines if "${package}" not in line), key=_statement)
    own = sorted((line for line in lines if "${package}" in line), key=_statement)
    blocks = ["\n".join(standard), "\n".join(others), "\n".join([_api_import(api), *own])]
    return "\n\n".join(block for block in blocks if block)


def _statement(line: str) -> tuple[bool, str]:
    return (line.startswith("from "), line)


def _api_import(names: set[str]) -> str:
    ordered = sorted(names, key=_isort)
    line = f"from muniment.api import {', '.join(ordered)}"
    if len(line) <= _WIDTH:
        return line
    return "from muniment.api import (\n" + "".join(f"    {name},\n" for name in ordered) + ")"
